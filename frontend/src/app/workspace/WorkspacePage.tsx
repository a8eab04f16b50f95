import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";

import { keys, meQuery, projectQuery } from "../data/queries";
import { RouteError } from "../shell/RouteStates";
import { WorkspaceFrame } from "./Frame";
import { Workspace } from "./Workspace";

const PEOPLE_MS = 60_000;

/** `/p/:projectId/t/:taskId`: one photograph, its objects and the tools to make them. */
export default function WorkspacePage() {
  const params = useParams({ strict: false });
  const projectId = Number(params.projectId);
  const taskId = Number(params.taskId);
  const me = useQuery(meQuery);
  const project = useQuery({ ...projectQuery(projectId), refetchInterval: PEOPLE_MS });
  useFreshLists(projectId);

  if (me.data !== undefined && project.data !== undefined) {
    return <Workspace key={taskId} taskId={taskId} project={project.data} me={me.data} />;
  }
  const error = project.error ?? me.error;
  if (error === null) return <WorkspaceFrame />;
  const again = (): void => void Promise.all([me.refetch(), project.refetch()]);
  return <RouteError error={error} reset={again} />;
}

/** What was done here changes the lists of the project's pages. */
function useFreshLists(projectId: number): void {
  const cache = useQueryClient();
  useEffect(
    () => () => {
      void cache.invalidateQueries({ queryKey: keys.everythingOf(projectId) });
    },
    [cache, projectId],
  );
}
