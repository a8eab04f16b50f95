import classes from "./login.module.css";

const OUTLINE =
  "M206 96c42-10 84 6 108 38 18 24 46 30 62 54 20 30 12 74-18 98-26 20-62 16-92 32-34 18-76 34-112 14-32-18-34-56-52-86-16-28-44-52-34-88 8-30 40-38 66-46 24-8 46-10 72-16Z";

const MARKS = [
  { x: 66, y: 173, delay: 0 },
  { x: 231, y: 93, delay: 0.7 },
  { x: 387, y: 225, delay: 1.4 },
  { x: 191, y: 341, delay: 2.1 },
] as const;

/** The idea in one picture: four marks on the edges of a thing, then its outline. Decoration only. */
export function FourClicks() {
  return (
    <svg viewBox="0 0 450 430" className={classes.art}>
      <rect className={classes.artBox} x="66" y="93" width="321" height="248" rx="2" />
      <path className={classes.artShape} d={OUTLINE} />
      {MARKS.map(({ x, y, delay }) => (
        <g key={delay} className={classes.artMark} style={{ animationDelay: `${delay}s` }}>
          <path d={`M${x - 22} ${y}h44M${x} ${y - 22}v44`} />
          <circle cx={x} cy={y} r="7" />
        </g>
      ))}
    </svg>
  );
}
