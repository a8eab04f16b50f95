import type { CSSProperties } from "react";

import type { TaskFilter } from "../../api/calls";
import { t } from "../i18n";
import { StateIcon } from "./icons";
import classes from "./ui.module.css";

const tokens: Readonly<Record<TaskFilter, string>> = {
  open: "open",
  in_progress: "in-progress",
  submitted: "submitted",
  changes_requested: "changes",
  accepted: "accepted",
  skipped: "open",
};

/** The colour of a state as a CSS value: `solid` for bars and dots, `soft` behind `text`. */
export function stateColor(state: TaskFilter, tone: "solid" | "soft" | "text" = "solid"): string {
  return `var(--c-${tokens[state]}${tone === "solid" ? "" : `-${tone}`})`;
}

export function stateName(state: TaskFilter): string {
  return t(`state.${state}`);
}

export function StateBadge({ state }: { state: TaskFilter }) {
  const style: CSSProperties = { color: stateColor(state, "text"), background: stateColor(state, "soft") };
  return (
    <span className={classes.badge} style={style}>
      <StateIcon state={state} size={0.875} />
      {stateName(state)}
    </span>
  );
}
