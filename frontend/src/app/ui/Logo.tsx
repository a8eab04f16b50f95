import classes from "./ui.module.css";

/** Four cardinal points around an outline: what the product does, in one mark. */
export function LogoMark({ size = 1.5 }: { size?: number }) {
  return (
    <svg aria-hidden="true" className={classes.logo} width={`${size}rem`} height={`${size}rem`} viewBox="0 0 32 32">
      <path
        d="M16 6.5c5.7 0 9.5 3.8 9.5 9.2S21.5 25.5 16 25.5 6.5 21.4 6.5 16 10.3 6.5 16 6.5Z"
        fill="currentColor"
        fillOpacity={0.14}
        stroke="currentColor"
        strokeOpacity={0.5}
        strokeWidth={1.8}
      />
      <g fill="currentColor">
        <circle cx="16" cy="6.5" r="3.1" />
        <circle cx="25.5" cy="15.7" r="3.1" />
        <circle cx="16" cy="25.5" r="3.1" />
        <circle cx="6.5" cy="16" r="3.1" />
      </g>
    </svg>
  );
}
