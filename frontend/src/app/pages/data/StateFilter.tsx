import { Link } from "@tanstack/react-router";

import type { TaskFilter } from "../../../api/calls";
import type { Counts } from "../../../api/types";
import { formatCount } from "../../data/format";
import { TASK_STATES } from "../../data/taskState";
import { t } from "../../i18n";
import { StateIcon } from "../../ui/icons";
import { stateColor, stateName } from "../../ui/StateBadge";
import classes from "./data.module.css";

interface Props {
  projectId: number;
  counts: Counts;
  state: TaskFilter | undefined;
}

/** The filter lives in the address, so that a filtered view is a link. */
export function StateFilter({ projectId, counts, state }: Props) {
  const params = { projectId: String(projectId) };
  return (
    <nav aria-label={t("data.filter")} className={classes.filter}>
      <Link
        to="/p/$projectId/data"
        params={params}
        search={{}}
        resetScroll={false}
        aria-current={state === undefined ? "true" : undefined}
        activeProps={{}}
        className={classes.filterItem}
      >
        {t("data.all")} <span className="num">{formatCount(counts.total)}</span>
      </Link>
      {TASK_STATES.map((each) => (
        <Link
          key={each}
          to="/p/$projectId/data"
          params={params}
          search={{ state: each }}
          resetScroll={false}
          aria-current={state === each ? "true" : undefined}
          className={classes.filterItem}
        >
          <span style={{ color: stateColor(each), display: "inline-flex" }}>
            <StateIcon state={each} size={0.875} />
          </span>
          {stateName(each)} <span className="num">{formatCount(counts[each])}</span>
        </Link>
      ))}
    </nav>
  );
}
