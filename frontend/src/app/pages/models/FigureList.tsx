import type { Figures } from "../../../api/modelTypes";
import { FIGURES } from "./figures";
import classes from "./models.module.css";

/** The figures of one version in a row. */
export function FigureList({ figures }: { figures: Figures }) {
  return (
    <dl className={classes.figures}>
      {FIGURES.map(({ key, name, show }) => (
        <div key={key}>
          <dt>{name}</dt>
          <dd>{show(figures[key])}</dd>
        </div>
      ))}
    </dl>
  );
}
