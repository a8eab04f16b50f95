import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { ListFilter } from "../../../api/calls";
import type { Counts } from "../../../api/types";
import { formatCount } from "../../data/format";
import { TASK_STATES, worthShowing } from "../../data/taskState";
import { t } from "../../i18n";
import { Icon, StateIcon } from "../../ui/icons";
import { stateColor, stateName } from "../../ui/StateBadge";
import classes from "./data.module.css";

interface Props {
  projectId: number;
  counts: Counts;
  filter: ListFilter | undefined;
}

interface ItemProps {
  projectId: number;
  to: ListFilter | undefined;
  chosen: boolean;
  /** Null where nobody counts. */
  count: number | null;
  children: ReactNode;
}

function Item({ projectId, to, chosen, count, children }: ItemProps) {
  return (
    <Link
      to="/p/$projectId/data"
      params={{ projectId: String(projectId) }}
      search={to === undefined ? {} : { state: to }}
      resetScroll={false}
      activeProps={{}}
      aria-current={chosen ? "true" : undefined}
      className={classes.filterItem}
    >
      {children} {count === null ? null : <span className="num">{formatCount(count)}</span>}
    </Link>
  );
}

/** The filter lives in the address, so that a filtered view is a link. */
export function StateFilter({ projectId, counts, filter }: Props) {
  const states = TASK_STATES.filter((state) => state === filter || worthShowing(state, counts));
  return (
    <nav aria-label={t("data.filter")} className={classes.filter}>
      <Item projectId={projectId} to={undefined} chosen={filter === undefined} count={counts.total}>
        {t("data.all")}
      </Item>
      {states.map((state) => (
        <Item key={state} projectId={projectId} to={state} chosen={filter === state} count={counts[state]}>
          <span style={{ color: stateColor(state), display: "inline-flex" }}>
            <StateIcon state={state} size={0.875} />
          </span>
          {stateName(state)}
        </Item>
      ))}
      {counts.flagged === 0 && filter !== "flagged" ? null : (
        <Item projectId={projectId} to="flagged" chosen={filter === "flagged"} count={counts.flagged}>
          <span className={classes.flagIcon}>
            <Icon name="flag" size={0.875} />
          </span>
          {t("data.flagged")}
        </Item>
      )}
      {filter === "held_out" ? (
        <Item projectId={projectId} to="held_out" chosen count={null}>
          {t("data.heldOut")}
        </Item>
      ) : null}
    </nav>
  );
}
