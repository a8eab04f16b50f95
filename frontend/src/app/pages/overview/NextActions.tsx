import type { ReactNode } from "react";

import type { Project } from "../../../api/types";
import { can } from "../../data/permissions";
import { waitingForAnnotation } from "../../data/taskState";
import { t, tn } from "../../i18n";
import { Icon } from "../../ui/icons";
import { LinkButton } from "../../ui/LinkButton";
import classes from "./overview.module.css";

function Action({ title, text, button }: { title: string; text: string; button: ReactNode }) {
  return (
    <div className={classes.action}>
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      {button}
    </div>
  );
}

function AddPhotographs({ projectId }: { projectId: string }) {
  return (
    <Action
      title={t("overview.noPhotographs")}
      text={t("overview.noPhotographsWhy")}
      button={
        <LinkButton to="/p/$projectId/data" params={{ projectId }}>
          {t("overview.addPhotographs")}
        </LinkButton>
      }
    />
  );
}

function AddLabels({ projectId }: { projectId: string }) {
  return (
    <Action
      title={t("overview.noLabels")}
      text={t("overview.noLabelsWhy")}
      button={
        <LinkButton to="/p/$projectId/labels" params={{ projectId }}>
          {t("overview.addLabels")}
        </LinkButton>
      }
    />
  );
}

function Annotate({ projectId, waiting, primary }: { projectId: string; waiting: number; primary: boolean }) {
  return (
    <Action
      title={tn("overview.annotateTitle", waiting)}
      text={t("overview.annotateText")}
      button={
        <LinkButton
          to="/p/$projectId/annotate"
          params={{ projectId }}
          preload={false}
          variant={primary ? "filled" : "default"}
          rightSection={<Icon name="arrowRight" size={1} />}
        >
          {t("overview.annotate")}
        </LinkButton>
      }
    />
  );
}

function Review({ projectId, waiting }: { projectId: string; waiting: number }) {
  return (
    <Action
      title={tn("overview.reviewTitle", waiting)}
      text={t("overview.reviewText")}
      button={
        <LinkButton
          to="/p/$projectId/review/next"
          params={{ projectId }}
          preload={false}
          rightSection={<Icon name="arrowRight" size={1} />}
        >
          {t("overview.review")}
        </LinkButton>
      }
    />
  );
}

/** Tasks that people could not do, or asked about: an admin decides what becomes of them. */
function Marked({ projectId, kind, count }: { projectId: string; kind: "flagged" | "skipped"; count: number }) {
  return (
    <Action
      title={tn(`overview.${kind}Title`, count)}
      text={t(`overview.${kind}Text`)}
      button={
        <LinkButton to="/p/$projectId/data" params={{ projectId }} search={{ state: kind }} variant="default">
          {t(`overview.${kind}`)}
        </LinkButton>
      }
    />
  );
}

/** What this person can do next here, the most useful first; only one button has the accent. */
export function NextActions({ project }: { project: Project }) {
  const { role, counts, labels } = project;
  const projectId = String(project.id);
  const manages = can(role, "manage");
  const toReview = can(role, "review") ? counts.submitted : 0;
  const toAnnotate = can(role, "annotate") && labels.length > 0 ? waitingForAnnotation(counts) : 0;
  const actions = [
    manages && counts.total === 0 ? <AddPhotographs key="data" projectId={projectId} /> : null,
    manages && labels.length === 0 ? <AddLabels key="labels" projectId={projectId} /> : null,
    toReview > 0 ? <Review key="review" projectId={projectId} waiting={toReview} /> : null,
    toAnnotate > 0 ? (
      <Annotate key="annotate" projectId={projectId} waiting={toAnnotate} primary={toReview === 0} />
    ) : null,
    manages && counts.flagged > 0 ? (
      <Marked key="flagged" projectId={projectId} kind="flagged" count={counts.flagged} />
    ) : null,
    manages && counts.skipped > 0 ? (
      <Marked key="skipped" projectId={projectId} kind="skipped" count={counts.skipped} />
    ) : null,
  ].filter((action) => action !== null);
  if (actions.length > 0) return <div className={classes.actions}>{actions}</div>;
  return (
    <div className={classes.actions}>
      <Action title={t("overview.nothing")} text={t("overview.nothingWhy")} button={null} />
    </div>
  );
}
