import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import * as api from "../../api/calls";
import type { ListFilter } from "../../api/calls";
import { isApiError } from "../../api/errors";
import { imports } from "../../api/importCalls";
import type { ExportOptions } from "../../api/types";

/** Names of everything kept in the cache; live events find it under these. */
export const keys = {
  me: ["me"] as const,
  datasets: ["datasets"] as const,
  dataset: (id: number) => ["dataset", id] as const,
  projects: ["projects"] as const,
  /** Everything of one project, to have it asked for again. */
  everythingOf: (id: number) => ["project", id] as const,
  project: (id: number) => ["project", id, "detail"] as const,
  tasks: (id: number) => ["project", id, "tasks"] as const,
  taskList: (id: number, filter: ListFilter | undefined) => ["project", id, "tasks", "list", filter ?? "all"] as const,
  working: (id: number) => ["project", id, "tasks", "working"] as const,
  reviewQueue: (id: number) => ["project", id, "tasks", "review"] as const,
  next: (id: number, purpose: "annotate" | "review") => ["project", id, "next", purpose] as const,
  members: (id: number) => ["project", id, "members"] as const,
  exports: (id: number) => ["project", id, "exports"] as const,
  imports: (id: number) => ["project", id, "imports"] as const,
  exportPreview: (id: number, options: ExportOptions) => ["project", id, "export-preview", options] as const,
};

const first = null as string | null;

export const meQuery = queryOptions({ queryKey: keys.me, queryFn: api.me, staleTime: 5 * 60_000, retry: false });

export const datasetsQuery = infiniteQueryOptions({
  queryKey: keys.datasets,
  queryFn: ({ pageParam }) => api.datasets(pageParam),
  initialPageParam: first,
  getNextPageParam: (page) => page.next,
});

export const projectsQuery = infiniteQueryOptions({
  queryKey: keys.projects,
  queryFn: ({ pageParam }) => api.projects(pageParam),
  initialPageParam: first,
  getNextPageParam: (page) => page.next,
});

export const datasetQuery = (id: number) =>
  queryOptions({ queryKey: keys.dataset(id), queryFn: () => api.dataset(id) });

export const projectQuery = (id: number) =>
  queryOptions({ queryKey: keys.project(id), queryFn: () => api.project(id), staleTime: 10_000 });

export const tasksQuery = (id: number, filter: ListFilter | undefined) =>
  infiniteQueryOptions({
    queryKey: keys.taskList(id, filter),
    queryFn: ({ pageParam }) => api.tasks(id, filter, pageParam),
    initialPageParam: first,
    getNextPageParam: (page) => page.next,
  });

/** What waits for review, in the order of the queue. */
export const reviewQueueQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: keys.reviewQueue(id),
    queryFn: ({ pageParam }) => api.reviewQueue(id, pageParam),
    initialPageParam: first,
    getNextPageParam: (page) => page.next,
  });

const WORKING_SHOWN = 8;

/** The tasks somebody holds right now. */
export const workingQuery = (id: number) =>
  queryOptions({
    queryKey: keys.working(id),
    queryFn: () => api.tasks(id, "in_progress", null, WORKING_SHOWN),
    refetchInterval: 60_000,
  });

export const membersQuery = (id: number) =>
  queryOptions({ queryKey: keys.members(id), queryFn: () => api.members(id) });

/** Counts as of now: drawn work moves them, so that none is kept. */
export const exportPreviewQuery = (id: number, options: ExportOptions) =>
  queryOptions({
    queryKey: keys.exportPreview(id, options),
    queryFn: () => api.previewExport(id, options),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });

export const exportsQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: keys.exports(id),
    queryFn: ({ pageParam }) => api.exports(id, pageParam),
    initialPageParam: first,
    getNextPageParam: (page) => page.next,
  });

export const importsQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: keys.imports(id),
    queryFn: ({ pageParam }) => imports(id, pageParam),
    initialPageParam: first,
    getNextPageParam: (page) => page.next,
  });

const MOST_RETRIES = 2;

/** A refusal stays a refusal; only what may pass later is asked again. */
export function shouldRetry(failures: number, error: unknown): boolean {
  return isApiError(error) && error.temporary && failures < MOST_RETRIES;
}
