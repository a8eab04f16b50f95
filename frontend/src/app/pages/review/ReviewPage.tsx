import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { Project, Task } from "../../../api/types";
import { can } from "../../data/permissions";
import { reviewQueueQuery } from "../../data/queries";
import { hasLiveLease } from "../../data/taskState";
import { useNow } from "../../data/useNow";
import { useProject } from "../../data/useProject";
import { t, tn } from "../../i18n";
import { Icon } from "../../ui/icons";
import { LinkButton } from "../../ui/LinkButton";
import { MorePages } from "../../ui/MorePages";
import { EmptyState, Loaded } from "../../ui/Notes";
import { Page } from "../../ui/Page";
import { AvatarRow } from "../../ui/People";
import classes from "./review.module.css";
import { whyHere } from "./whyHere";

/** `/p/:projectId/review`: what waits for review, in the order in which it is given out. */
export function ReviewPage() {
  const project = useProject();
  if (!can(project.role, "review")) return <NotYours project={project} />;
  return <Queue project={project} />;
}

function Queue({ project }: { project: Project }) {
  const list = useInfiniteQuery(reviewQueueQuery(project.id));
  const waiting = list.data?.pages[0]?.count ?? project.counts.submitted;
  const start = waiting === 0 ? undefined : (
    <LinkButton
      to="/p/$projectId/review/next"
      params={{ projectId: String(project.id) }}
      preload={false}
      rightSection={<Icon name="arrowRight" size={1} />}
    >
      {t("review.queue.start")}
    </LinkButton>
  );
  const intro = waiting === 0 ? undefined : tn("review.queue.intro", waiting);
  return (
    <Page title={t("section.review")} intro={intro} actions={start}>
      <Loaded query={list}>
        {(data) => {
          const tasks = data.pages.flatMap((page) => page.results);
          if (tasks.length === 0 && !list.hasNextPage) return <Empty project={project} />;
          return (
            <>
              <ol className={classes.queue} aria-label={t("review.queue.list")}>
                {tasks.map((task) => (
                  <Waiting key={task.id} task={task} />
                ))}
              </ol>
              <MorePages list={list} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Waiting({ task }: { task: Task }) {
  const now = useNow();
  const holder = hasLiveLease(task, now) ? task.lease?.holder : undefined;
  return (
    <li className={classes.row}>
      <img src={task.image.thumbnail_url} alt="" width={task.image.width} height={task.image.height} loading="lazy" decoding="async" className={classes.thumb} />
      <div className={classes.what}>
        <Link
          to="/p/$projectId/t/$taskId"
          params={{ projectId: String(task.project_id), taskId: String(task.id) }}
          preload={false}
          title={task.image.name}
          className={classes.name}
        >
          {task.image.name}
        </Link>
        <span className={classes.facts}>
          {tn("review.queue.objects", task.annotation_count)}
          {task.submitted_by === null ? "" : ` · ${t("review.queue.by", { name: task.submitted_by.username })}`}
        </span>
      </div>
      <ul className={classes.why}>
        {whyHere(task).map(({ key, tone, text }) => (
          <li key={key} data-tone={tone}>
            {tone === "warn" ? <Icon name="alert" size={0.8125} /> : null}
            {text}
          </li>
        ))}
      </ul>
      <span className={classes.holder}>
        {holder === undefined ? null : (
          <>
            <AvatarRow users={[holder]} size={1.25} />
            {t("review.queue.held", { name: holder.username })}
          </>
        )}
      </span>
    </li>
  );
}

function Empty({ project }: { project: Project }) {
  const back = (
    <LinkButton to="/p/$projectId/data" params={{ projectId: String(project.id) }} variant="default">
      {t("section.data")}
    </LinkButton>
  );
  return (
    <EmptyState icon="check" title={t("review.queue.emptyTitle")} action={back}>
      {t("review.queue.empty")}
    </EmptyState>
  );
}

function NotYours({ project }: { project: Project }) {
  const back = (
    <LinkButton to="/p/$projectId" params={{ projectId: String(project.id) }} variant="default">
      {t("next.toOverview")}
    </LinkButton>
  );
  return (
    <EmptyState level={1} icon="check" title={t("next.notYours")} action={back}>
      {t("next.cannot.review")}
    </EmptyState>
  );
}
