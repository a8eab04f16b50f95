import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import * as api from "../../api/modelCalls";

/** Names in the cache of what belongs to a project's models; all lie below `all`. */
export const modelKeys = {
  all: (projectId: number) => ["project", projectId, "models"] as const,
  list: (projectId: number) => ["project", projectId, "models", "list"] as const,
  runs: (projectId: number) => ["project", projectId, "models", "runs"] as const,
  run: (projectId: number, runId: number) => ["project", projectId, "models", "run", runId] as const,
  plan: (projectId: number) => ["project", projectId, "models", "plan"] as const,
  rules: (projectId: number) => ["project", projectId, "models", "rules"] as const,
  prelabels: (projectId: number) => ["project", projectId, "models", "prelabels"] as const,
  curve: (projectId: number) => ["project", projectId, "models", "curve"] as const,
};

const first = null as string | null;

export const modelsQuery = (projectId: number) =>
  infiniteQueryOptions({
    queryKey: modelKeys.list(projectId),
    queryFn: ({ pageParam }) => api.models(projectId, pageParam),
    initialPageParam: first,
    getNextPageParam: (page) => page.next,
  });

export const runsQuery = (projectId: number) =>
  infiniteQueryOptions({
    queryKey: modelKeys.runs(projectId),
    queryFn: ({ pageParam }) => api.trainingRuns(projectId, pageParam),
    initialPageParam: first,
    getNextPageParam: (page) => page.next,
  });

/** One run with its curves and its log, which no event carries. */
export const runQuery = (projectId: number, runId: number) =>
  queryOptions({ queryKey: modelKeys.run(projectId, runId), queryFn: () => api.trainingRun(runId) });

const PLAN_FRESH_MS = 30_000;

/** What is accepted meanwhile changes it, and no event says so. */
export const planQuery = (projectId: number) =>
  queryOptions({
    queryKey: modelKeys.plan(projectId),
    queryFn: () => api.trainingPlan(projectId),
    refetchInterval: PLAN_FRESH_MS,
  });

export const rulesQuery = (projectId: number) =>
  queryOptions({ queryKey: modelKeys.rules(projectId), queryFn: () => api.trainingRules(projectId) });

export const curveQuery = (projectId: number) =>
  queryOptions({ queryKey: modelKeys.curve(projectId), queryFn: () => api.learningCurve(projectId) });
