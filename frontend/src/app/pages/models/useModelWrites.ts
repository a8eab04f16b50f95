import { useMutation, useQueryClient } from "@tanstack/react-query";

import * as api from "../../../api/modelCalls";
import type { TrainingRules } from "../../../api/modelTypes";
import { putModels, putRun } from "../../data/liveModels";
import { modelKeys } from "../../data/modelQueries";

/** Which version serves, and what versions are called; each keeps the list in the cache true. */
export function useModelWrites(projectId: number) {
  const cache = useQueryClient();
  const activate = useMutation({
    mutationFn: ({ versionId, pinned }: { versionId: number | null; pinned: boolean }) =>
      api.putActiveModel(projectId, versionId, pinned),
    onSuccess: (models) => putModels(cache, projectId, models),
  });
  const change = useMutation({
    mutationFn: ({ versionId, body }: { versionId: number; body: { name: string } | { archived: boolean } }) =>
      api.changeModel(versionId, body),
    onSettled: () => cache.invalidateQueries({ queryKey: modelKeys.list(projectId) }),
  });
  return { activate, change };
}

/** Starting and stopping runs, and the rules by which they start. */
export function useRunWrites(projectId: number) {
  const cache = useQueryClient();
  const start = useMutation({
    mutationFn: () => api.startTraining(projectId),
    onSuccess: (run) => void putRun(cache, projectId, run),
    // Refused because somebody else was faster: their run belongs on the screen.
    onError: () => cache.invalidateQueries({ queryKey: modelKeys.all(projectId) }),
  });
  const cancel = useMutation({
    mutationFn: (runId: number) => api.cancelTraining(runId),
    onSettled: () => cache.invalidateQueries({ queryKey: modelKeys.all(projectId) }),
  });
  const rules = useMutation({
    mutationFn: (body: Partial<TrainingRules>) => api.changeTrainingRules(projectId, body),
    onSuccess: (saved) => cache.setQueryData<TrainingRules>(modelKeys.rules(projectId), saved),
  });
  return { start, cancel, rules };
}
