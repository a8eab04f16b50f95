import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { ListFilter } from "../../../api/calls";
import type { Project, Task } from "../../../api/types";
import { tasksQuery } from "../../data/queries";
import { hasLiveLease, shownState } from "../../data/taskState";
import { useNow } from "../../data/useNow";
import { t, tn } from "../../i18n";
import { Icon, StateIcon } from "../../ui/icons";
import { LinkButton } from "../../ui/LinkButton";
import { MorePages } from "../../ui/MorePages";
import { EmptyState, Loaded } from "../../ui/Notes";
import { AvatarRow } from "../../ui/People";
import { StateBadge, stateName } from "../../ui/StateBadge";
import classes from "./data.module.css";

function TaskCard({ task, now }: { task: Task; now: number }) {
  const holder = hasLiveLease(task, now) ? task.lease?.holder : undefined;
  return (
    <li className={classes.task}>
      <img
        src={task.image.thumbnail_url}
        alt=""
        width={task.image.width}
        height={task.image.height}
        loading="lazy"
        decoding="async"
        className={classes.thumb}
      />
      <div className={classes.taskHead}>
        <Link
          to="/p/$projectId/t/$taskId"
          params={{ projectId: String(task.project_id), taskId: String(task.id) }}
          preload={false}
          title={task.image.name}
          className={classes.taskLink}
        >
          {task.image.name}
        </Link>
        <span className={`${classes.position} num`}>{t("data.position", { position: task.position })}</span>
      </div>
      <div className={classes.taskFoot}>
        <StateBadge state={shownState(task, now)} />
        {holder === undefined ? null : <AvatarRow users={[holder]} size={1.25} />}
        <span className={classes.objects}>{tn("data.objects", task.annotation_count)}</span>
      </div>
      <MarkLine task={task} />
    </li>
  );
}

/** Why a task was skipped or flagged, in the words of who did. */
function MarkLine({ task }: { task: Task }) {
  const { flag } = task;
  const skip = task.state === "skipped" ? task.skip : null;
  // Who skips and flags at once says one thing, and the state says the rest.
  const same = skip !== null && flag !== null && skip.by.id === flag.by.id && skip.text === flag.text && skip.reason === flag.reason;
  const marks = [
    { kind: "flag", mark: flag },
    { kind: "skip", mark: same ? null : skip },
  ] as const;
  return marks.map(({ kind, mark }) => {
    if (mark === null) return null;
    const why = mark.text === "" ? t(`task.reason.${mark.reason}`) : mark.text;
    const text = t(`data.mark.${kind}`, { name: mark.by.username, reason: why });
    return (
      <p key={kind} className={classes.mark} data-kind={kind} title={text}>
        {kind === "flag" ? <Icon name="flag" size={0.875} /> : <StateIcon state="skipped" size={0.875} />}
        <span>{text}</span>
      </p>
    );
  });
}

function NoTasks({ project, filter }: { project: Project; filter: ListFilter | undefined }) {
  if (project.counts.total === 0) {
    return (
      <EmptyState icon="image" title={t("data.emptyTitle")}>
        {project.role === "admin" ? t("data.emptyManage") : t("data.empty")}
      </EmptyState>
    );
  }
  const all = (
    <LinkButton to="/p/$projectId/data" params={{ projectId: String(project.id) }} variant="default">
      {t("data.showAll")}
    </LinkButton>
  );
  return (
    <EmptyState icon="image" title={t("data.noneTitle")} action={all}>
      {noneOf(filter)}
    </EmptyState>
  );
}

function noneOf(filter: ListFilter | undefined): string {
  if (filter === "flagged") return t("data.flaggedNone");
  if (filter === "held_out") return t("data.heldOutNone");
  return t("data.none", { state: filter === undefined ? t("data.all") : stateName(filter) });
}

export function TaskGrid({ project, filter }: { project: Project; filter: ListFilter | undefined }) {
  const list = useInfiniteQuery(tasksQuery(project.id, filter));
  const now = useNow();
  return (
    <Loaded query={list}>
      {(data) => {
        const tasks = data.pages.flatMap((page) => page.results);
        if (tasks.length === 0 && !list.hasNextPage) return <NoTasks project={project} filter={filter} />;
        return (
          <>
            <ul className={classes.grid} aria-label={t("data.list")}>
              {tasks.map((task) => (
                <TaskCard key={task.id} task={task} now={now} />
              ))}
            </ul>
            <MorePages list={list} />
          </>
        );
      }}
    </Loaded>
  );
}
