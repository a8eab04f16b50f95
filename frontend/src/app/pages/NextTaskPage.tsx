import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useEffect } from "react";

import * as api from "../../api/calls";
import { isApiError } from "../../api/errors";
import type { Project } from "../../api/types";
import { describeError } from "../data/describeError";
import { can } from "../data/permissions";
import { keys } from "../data/queries";
import { useProject } from "../data/useProject";
import { t } from "../i18n";
import { LinkButton } from "../ui/LinkButton";
import { EmptyState, ErrorNote, Loading } from "../ui/Notes";

type Purpose = "annotate" | "review";

function Nothing({ project, title, children }: { project: Project; title: string; children: string }) {
  const back = (
    <LinkButton to="/p/$projectId" params={{ projectId: String(project.id) }} variant="default">
      {t("next.toOverview")}
    </LinkButton>
  );
  return (
    <EmptyState level={1} icon="check" title={title} action={back}>
      {children}
    </EmptyState>
  );
}

/** Takes the next free task and opens it; says why when there is none. */
function NextTask({ purpose }: { purpose: Purpose }) {
  const project = useProject();
  const cache = useQueryClient();
  const allowed = can(project.role, purpose);
  const next = useQuery({
    queryKey: keys.next(project.id, purpose),
    queryFn: () => api.nextTask(project.id, purpose),
    enabled: allowed,
    // Each visit takes a task anew: an answer from before may be somebody else's by now.
    gcTime: 0,
    staleTime: Infinity,
    refetchOnReconnect: false,
  });
  useEffect(
    () => () => cache.removeQueries({ queryKey: keys.next(project.id, purpose) }),
    [cache, project.id, purpose],
  );

  if (!allowed) return <Nothing project={project} title={t("next.notYours")}>{t(`next.cannot.${purpose}`)}</Nothing>;
  if (next.data !== undefined) {
    const params = { projectId: String(project.id), taskId: String(next.data.id) };
    return <Navigate to="/p/$projectId/t/$taskId" params={params} replace />;
  }
  if (isApiError(next.error, "no_task")) {
    return <Nothing project={project} title={t(`next.none.${purpose}`)}>{describeError(next.error)}</Nothing>;
  }
  return next.error === null ? <Loading /> : <ErrorNote error={next.error} onRetry={() => void next.refetch()} />;
}

export const AnnotateNextPage = () => <NextTask purpose="annotate" />;
export const ReviewNextPage = () => <NextTask purpose="review" />;
