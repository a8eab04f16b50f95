import type { Counts } from "../../api/types";
import { formatCount } from "../data/format";
import { TASK_STATES } from "../data/taskState";
import { t } from "../i18n";
import { stateColor, stateName } from "./StateBadge";
import classes from "./ui.module.css";

/** The order in the bar: what is done lies left, what is not begun is the empty rest. */
const BAR_ORDER = [...TASK_STATES.filter((state) => state !== "open" && state !== "skipped").reverse(), "skipped"] as const;

/** One bar for the states of all tasks; read out as one sentence. */
export function StateBar({ counts, tall = false }: { counts: Counts; tall?: boolean }) {
  const parts = TASK_STATES.map((state) => `${stateName(state)} ${formatCount(counts[state])}`).join(", ");
  const label = t("progress.label", { accepted: counts.accepted, total: counts.total, parts });
  const shown = BAR_ORDER.filter((state) => counts[state] > 0);
  return (
    <div role="img" aria-label={label} className={tall ? `${classes.bar} ${classes.barTall}` : classes.bar}>
      {shown.map((state) => (
        <span key={state} style={{ flexGrow: counts[state], background: stateColor(state) }} />
      ))}
      <span style={{ flexGrow: Math.max(0, counts.open) }} />
    </div>
  );
}

/** A plain bar for one job. `share` is 0..1. */
export function ShareBar({ share, label }: { share: number; label: string }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className={classes.bar}
    >
      <span className={classes.barMoving} style={{ width: `${percent}%` }} />
    </div>
  );
}
