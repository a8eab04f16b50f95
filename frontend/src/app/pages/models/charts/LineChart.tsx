import { place, rangeOf, ticksOf, type ChartPoint, type Range } from "./scale";
import classes from "./charts.module.css";

export interface Series {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** Shape as well as colour tells series apart. */
  readonly look: "line" | "noise" | "dashed" | "dots";
  /** Left out of the legend. */
  readonly unnamed?: boolean;
}

interface Props {
  /** One sentence in place of the picture. */
  summary: string;
  series: readonly Series[];
  xName: string;
  showX: (value: number) => string;
  showY: (value: number) => string;
}

const WIDTH = 520;
const HEIGHT = 210;
const LEFT = 52;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 40;
const ROOM = 0.06;

interface Frame {
  readonly x: Range;
  readonly y: Range;
}

const atX = (value: number, { x }: Frame): number => place(value, x, LEFT, WIDTH - RIGHT);
const atY = (value: number, { y }: Frame): number => place(value, y, HEIGHT - BOTTOM, TOP);

function frameOf(series: readonly Series[]): Frame {
  const points = series.flatMap((each) => each.points);
  const { low, high } = rangeOf(points.map((point) => point.y));
  const room = (high - low) * ROOM;
  return { x: rangeOf(points.map((point) => point.x)), y: { low: low - room, high: high + room } };
}

function Axes({ frame, xName, showX, showY }: { frame: Frame } & Pick<Props, "xName" | "showX" | "showY">) {
  return (
    <g className={classes.axes}>
      {ticksOf(frame.y, 4).map((tick) => (
        <g key={`y${tick}`}>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={atY(tick, frame)} y2={atY(tick, frame)} />
          <text x={LEFT - 8} y={atY(tick, frame) + 4} textAnchor="end">
            {showY(tick)}
          </text>
        </g>
      ))}
      {ticksOf(frame.x, 5).map((tick) => (
        <text key={`x${tick}`} x={atX(tick, frame)} y={HEIGHT - BOTTOM + 17} textAnchor="middle">
          {showX(tick)}
        </text>
      ))}
      <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 4} textAnchor="middle">
        {xName}
      </text>
    </g>
  );
}

function Shape({ series: { points, look }, frame }: { series: Series; frame: Frame }) {
  const places = points
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
    .map(({ x, y }) => ({ x: atX(x, frame), y: atY(y, frame) }));
  if (look === "dots") return places.map(({ x, y }) => <circle key={x} className={classes.dots} cx={x} cy={y} r={4} />);
  return <polyline className={classes[look]} points={places.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")} />;
}

function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className={classes.legend} aria-hidden="true">
      {series
        .filter(({ unnamed = false }) => !unnamed)
        .map(({ name, look }) => (
          <li key={name}>
            <svg width="20" height="10" viewBox="0 0 20 10">
              {look === "dots" ? (
                <circle className={classes.dots} cx={10} cy={5} r={4} />
              ) : (
                <polyline className={classes[look]} points="1,5 19,5" />
              )}
            </svg>
            {name}
          </li>
        ))}
    </ul>
  );
}

/** A small chart of lines and dots. The picture is one sentence to those who cannot see it. */
export function LineChart({ summary, series, xName, showX, showY }: Props) {
  const frame = frameOf(series);
  return (
    <div className={classes.chart}>
      <svg role="img" aria-label={summary} viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
        <Axes frame={frame} xName={xName} showX={showX} showY={showY} />
        {series.map((each) => (
          <Shape key={each.name + each.look} series={each} frame={frame} />
        ))}
      </svg>
      <Legend series={series} />
    </div>
  );
}
