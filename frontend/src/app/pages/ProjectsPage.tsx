import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { Project } from "../../api/types";
import { formatShare } from "../data/format";
import { can } from "../data/permissions";
import { meQuery, projectsQuery } from "../data/queries";
import { shareAccepted, waitingForAnnotation } from "../data/taskState";
import { t, tn } from "../i18n";
import { Icon } from "../ui/icons";
import { LinkButton } from "../ui/LinkButton";
import { LogoMark } from "../ui/Logo";
import { MorePages } from "../ui/MorePages";
import { EmptyState, Loaded } from "../ui/Notes";
import { Page } from "../ui/Page";
import { AvatarRow } from "../ui/People";
import { StateBar } from "../ui/ProgressBar";
import classes from "./projects.module.css";

const REFRESH_MS = 10_000;

/** What this person can do next here, in a few words. */
function waiting({ role, counts }: Project): string {
  if (counts.total === 0) return t("projects.noPhotographs");
  if (can(role, "review") && counts.submitted > 0) return tn("projects.toReview", counts.submitted);
  const open = waitingForAnnotation(counts);
  if (can(role, "annotate") && open > 0) return tn("projects.toAnnotate", open);
  if (counts.accepted === counts.total) return t("projects.allDone");
  return tn("projects.photographs", counts.total);
}

function Cover({ url }: { url: string | null }) {
  if (url !== null) return <img src={url} alt="" className={classes.cover} loading="lazy" />;
  return (
    <span className={classes.coverEmpty}>
      <LogoMark size={2.25} />
    </span>
  );
}

function ProjectCard({ project }: { project: Project }) {
  const { counts } = project;
  return (
    <li className={classes.card}>
      <Cover url={project.cover_url} />
      <div className={classes.body}>
        <div className={classes.head}>
          <h2>
            <Link to="/p/$projectId" params={{ projectId: String(project.id) }} className={classes.link}>
              {project.name}
            </Link>
          </h2>
          <AvatarRow users={project.active_people} />
        </div>
        <StateBar counts={counts} />
        <div className={classes.foot}>
          <span>{waiting(project)}</span>
          <span className="num">{t("projects.accepted", { share: formatShare(shareAccepted(counts)) })}</span>
        </div>
      </div>
      <span className={classes.role}>{t(`role.${project.role}`)}</span>
    </li>
  );
}

export function ProjectsPage() {
  // There is no line for all projects at once, so the list asks again now and then.
  const list = useInfiniteQuery({ ...projectsQuery, refetchInterval: REFRESH_MS });
  const { data: user } = useQuery(meQuery);
  const mayCreate = user?.can_create_projects ?? false;
  const create = mayCreate ? (
    <LinkButton to="/projects/new" leftSection={<Icon name="plus" size={1} />}>
      {t("projects.new")}
    </LinkButton>
  ) : undefined;
  return (
    <Page title={t("projects.title")} actions={create}>
      <Loaded query={list}>
        {(data) => {
          const projects = data.pages.flatMap((page) => page.results);
          if (projects.length === 0) {
            return (
              <EmptyState icon="image" title={t("projects.emptyTitle")} action={create}>
                {mayCreate ? t("projects.emptyCreate") : t("projects.emptyAsk")}
              </EmptyState>
            );
          }
          return (
            <>
              <ul className={classes.grid}>
                {projects.map((project) => (
                  <ProjectCard key={project.id} project={project} />
                ))}
              </ul>
              <MorePages list={list} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
