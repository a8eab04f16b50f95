import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { ProjectEvent } from "../../api/types";
import { openSocket } from "../../sync/socket";
import { applyProjectEvent } from "./live";
import { modelKeys } from "./modelQueries";
import { keys } from "./queries";
import { sessionEnded } from "./session";

const GATHER_MS = 1200;

const listsOf = (projectId: number): readonly QueryKey[] => [
  keys.tasks(projectId),
  keys.exports(projectId),
  keys.imports(projectId),
  keys.members(projectId),
  modelKeys.all(projectId),
];

/** Keeps the cache of one project fresh while mounted; true while the connection is lost. */
export function useProjectSocket(projectId: number): boolean {
  const cache = useQueryClient();
  const [lost, setLost] = useState(false);

  useEffect(() => {
    const stale = new Map<string, QueryKey>();
    let timer: ReturnType<typeof setTimeout> | null = null;

    const refresh = (): void => {
      timer = null;
      for (const queryKey of stale.values()) void cache.invalidateQueries({ queryKey });
      stale.clear();
    };
    const gather = (queryKeys: readonly QueryKey[]): void => {
      for (const key of queryKeys) stale.set(JSON.stringify(key), key);
      if (stale.size > 0) timer ??= setTimeout(refresh, GATHER_MS);
    };

    const socket = openSocket<ProjectEvent>({
      path: `/ws/projects/${projectId}`,
      onState: (next, refusal) => {
        // Between two tries it is "connecting", which is still lost.
        if (next === "waiting") setLost(true);
        if (next === "open") setLost(false);
        if (refusal === "not_signed_in") sessionEnded();
      },
      onEvent: (event) => {
        gather(applyProjectEvent(cache, projectId, event, Date.now()));
        // What happened before the line was there came by no event: neither while it was down, nor between
        // the page's first questions and its opening.
        if (event.type === "project.opened") gather(listsOf(projectId));
      },
    });
    return () => {
      if (timer !== null) clearTimeout(timer);
      socket.close();
    };
  }, [cache, projectId]);

  return lost;
}
