import { Link } from "@tanstack/react-router";

import type { Counts, Project } from "../../../api/types";
import { formatCount, formatShare } from "../../data/format";
import { can } from "../../data/permissions";
import { shareAccepted, TASK_STATES, worthShowing } from "../../data/taskState";
import { useProject } from "../../data/useProject";
import { t, tn } from "../../i18n";
import { StateIcon } from "../../ui/icons";
import { Page, Panel } from "../../ui/Page";
import { StateBar } from "../../ui/ProgressBar";
import { stateColor, stateName } from "../../ui/StateBadge";
import { Guide } from "./Guide";
import { NextActions } from "./NextActions";
import { ProjectName } from "./ProjectName";
import { WorkingNow } from "./WorkingNow";
import { YourDay } from "./YourDay";
import classes from "./overview.module.css";

function StateCounts({ projectId, counts }: { projectId: number; counts: Counts }) {
  return (
    <ul className={classes.states}>
      {TASK_STATES.filter((state) => worthShowing(state, counts)).map((state) => (
        <li key={state}>
          <Link to="/p/$projectId/data" params={{ projectId: String(projectId) }} search={{ state }}>
            <strong className="num">{formatCount(counts[state])}</strong>
            <span>
              <span style={{ color: stateColor(state) }}>
                <StateIcon state={state} size={0.875} />
              </span>
              {stateName(state)}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Progress({ project }: { project: Project }) {
  const { counts } = project;
  return (
    <Panel title={t("overview.progress")}>
      <p className={classes.share}>
        <strong className="num">{formatShare(shareAccepted(counts))}</strong>
        <span>
          {t("overview.acceptedOf", { accepted: formatCount(counts.accepted), total: formatCount(counts.total) })}
        </span>
      </p>
      <StateBar counts={counts} tall />
      <StateCounts projectId={project.id} counts={counts} />
    </Panel>
  );
}

export function OverviewPage() {
  const project = useProject();
  return (
    <Page
      title={project.name}
      intro={t("overview.intro", {
        photographs: tn("projects.photographs", project.counts.total),
        labels: tn("overview.labels", project.labels.length),
        role: t(`role.${project.role}`).toLowerCase(),
      })}
      actions={can(project.role, "manage") ? <ProjectName project={project} /> : undefined}
    >
      <div className={classes.columns}>
        <div className={classes.column}>
          <NextActions project={project} />
          <Progress project={project} />
          <Guide project={project} />
        </div>
        <div className={classes.column}>
          {can(project.role, "annotate") ? <YourDay projectId={project.id} /> : null}
          <WorkingNow projectId={project.id} />
        </div>
      </div>
    </Page>
  );
}
