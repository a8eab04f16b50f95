import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";

import type { ListFilter } from "../../api/calls";
import type { Import } from "../../api/importCalls";
import type { Counts, Export, Label, Page, Project, ProjectEvent, Task } from "../../api/types";
import { applyModelEvent } from "./liveModels";
import { modelKeys } from "./modelQueries";
import { keys } from "./queries";
import { shownState } from "./taskState";

type Pages<Item> = InfiniteData<Page<Item>, string | null>;

/**
 * Puts one event of `/ws/projects/{id}` into the cache. Answers with the keys of what cannot be patched
 * and must be asked for again; the caller gathers these, so that a busy team does not cause a storm.
 */
export function applyProjectEvent(
  cache: QueryClient,
  projectId: number,
  event: ProjectEvent,
  now: number,
): readonly QueryKey[] {
  switch (event.type) {
    case "project.opened":
      cache.setQueryData<Project>(keys.project(projectId), event.project);
      return [];
    case "project.changed":
      return patchCounts(cache, event.project_id, event.counts);
    case "labels.changed":
      putLabels(cache, event.project_id, event.labels);
      return [];
    case "task.changed":
      return patchTask(cache, projectId, event.task, now);
    case "export.changed":
      return patchListed<Export>(cache, keys.exports(projectId), event.export);
    case "import.changed":
      return patchListed<Import>(cache, keys.imports(projectId), event.imported);
    case "training_run.changed":
    case "models.changed":
      return applyModelEvent(cache, projectId, event);
    case "prelabelling.changed":
      return [modelKeys.prelabels(projectId)];
    default:
      // A newer server may say more than this page knows.
      return [];
  }
}

/** The labels of a project are all of these from now on. */
export function putLabels(cache: QueryClient, projectId: number, labels: Label[]): void {
  cache.setQueryData<Project>(keys.project(projectId), (old) => old && { ...old, labels });
}

function patchCounts(cache: QueryClient, projectId: number, counts: Counts): readonly QueryKey[] {
  const before = cache.getQueryData<Project>(keys.project(projectId))?.counts.total;
  cache.setQueryData<Project>(keys.project(projectId), (old) => old && { ...old, counts });
  cache.setQueryData<Pages<Project>>(keys.projects, (old) =>
    mapItems(old, (project) => (project.id === projectId ? { ...project, counts } : project)),
  );
  // A large import is told by its counts alone: the new tasks themselves must be asked for.
  return before === undefined || before === counts.total ? [] : [keys.tasks(projectId)];
}

function patchTask(cache: QueryClient, projectId: number, task: Task, now: number): readonly QueryKey[] {
  // Who is active follows from the leases, and comes with the project itself.
  const stale: QueryKey[] = [keys.working(projectId), keys.project(projectId), keys.reviewQueue(projectId)];
  const lists = cache.getQueriesData<Pages<Task>>({ queryKey: [...keys.tasks(projectId), "list"] });
  for (const [key, data] of lists) {
    const known = has(data, task.id);
    const belongs = isIn(key.at(-1) as ListFilter | "all", task, now, known);
    if (known) cache.setQueryData<Pages<Task>>(key, belongs ? replace(data, task) : drop(data, task.id));
    else if (belongs) stale.push(key);
  }
  return stale;
}

function isIn(filter: ListFilter | "all", task: Task, now: number, known: boolean): boolean {
  if (filter === "flagged") return task.flag !== null;
  // Chosen once for ever, and by no event: whoever is in the list stays there.
  if (filter === "held_out") return known;
  return filter === "all" || shownState(task, now) === filter;
}

/** What is listed already is replaced; what is new has to be asked for. */
function patchListed<Item extends { id: number }>(cache: QueryClient, key: QueryKey, changed: Item): readonly QueryKey[] {
  const data = cache.getQueryData<Pages<Item>>(key);
  if (!has(data, changed.id)) return [key];
  cache.setQueryData<Pages<Item>>(key, replace(data, changed));
  return [];
}

function has<Item extends { id: number }>(data: Pages<Item> | undefined, id: number): boolean {
  return data?.pages.some((page) => page.results.some((item) => item.id === id)) ?? false;
}

function mapItems<Item>(data: Pages<Item> | undefined, change: (item: Item) => Item): Pages<Item> | undefined {
  return data && { ...data, pages: data.pages.map((page) => ({ ...page, results: page.results.map(change) })) };
}

function replace<Item extends { id: number }>(data: Pages<Item> | undefined, item: Item): Pages<Item> | undefined {
  return mapItems(data, (other) => (other.id === item.id ? item : other));
}

function drop<Item extends { id: number }>(data: Pages<Item> | undefined, id: number): Pages<Item> | undefined {
  return (
    data && {
      ...data,
      pages: data.pages.map((page) => ({ ...page, results: page.results.filter((item) => item.id !== id) })),
    }
  );
}
