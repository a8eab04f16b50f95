import { place } from "./scale";
import classes from "./charts.module.css";

const WIDTH = 300;
const MIDDLE = 10;
const EDGE = 8;
const LEAST_SPAN = 0.02;

/** An interval around its mean, with nought in the middle; the words beside it say the numbers. */
export function GainBar({ gain, low, high }: { gain: number; low: number; high: number }) {
  const span = Math.max(LEAST_SPAN, Math.abs(low), Math.abs(high));
  const at = (value: number): number => place(value, { low: -span, high: span }, EDGE, WIDTH - EDGE);
  return (
    <svg aria-hidden="true" className={classes.gain} viewBox={`0 0 ${WIDTH} ${2 * MIDDLE}`} preserveAspectRatio="xMinYMid meet">
      <line className={classes.zero} x1={at(0)} x2={at(0)} y1={0} y2={2 * MIDDLE} />
      <line className={classes.span} x1={at(low)} x2={at(high)} y1={MIDDLE} y2={MIDDLE} />
      <circle className={classes.middle} cx={at(gain)} cy={MIDDLE} r={5} />
    </svg>
  );
}
