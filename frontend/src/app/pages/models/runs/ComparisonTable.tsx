import type { Comparison } from "../../../../api/modelTypes";
import { t } from "../../../i18n";
import { GainBar } from "../charts/GainBar";
import { FIGURES, points, tone } from "../figures";
import classes from "../models.module.css";

/** The gain in words, and drawn around nought. */
export function Interval({ comparison: { gain, low, high } }: { comparison: Comparison }) {
  return (
    <div className={classes.interval}>
      <span>{t("models.run.interval")}</span>
      <GainBar gain={gain} low={low} high={high} />
      <span className="num">
        {t("models.run.intervalText", { gain: points(gain), low: points(low), high: points(high) })}
      </span>
    </div>
  );
}

/** What a run started from and what came of it, on equal objects. */
export function ComparisonTable({ title, comparison }: { title: string; comparison: Comparison }) {
  const { before, after } = comparison;
  return (
    <div className={classes.comparison}>
      <table className={classes.table}>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t("models.figure")}</th>
            <th scope="col">{t("models.run.before")}</th>
            <th scope="col">{t("models.run.after")}</th>
            <th scope="col">{t("models.difference")}</th>
          </tr>
        </thead>
        <tbody>
          {FIGURES.map((figure) => {
            const difference = after[figure.key] - before[figure.key];
            return (
              <tr key={figure.key}>
                <th scope="row">{figure.name}</th>
                <td>{figure.show(before[figure.key])}</td>
                <td>{figure.show(after[figure.key])}</td>
                <td data-tone={tone(figure, difference)}>{figure.showDifference(difference)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Interval comparison={comparison} />
    </div>
  );
}
