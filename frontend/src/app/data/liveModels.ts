import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";

import type { CurvePoint, ModelEvent, Models, ModelVersion, TrainingRun, TrainingRunDetail } from "../../api/modelTypes";
import type { Page } from "../../api/types";
import { modelKeys } from "./modelQueries";

type Pages<Item extends Page<unknown>> = InfiniteData<Item, string | null>;

/** Puts an event about models or runs into the cache; answers with what must be asked for again. */
export function applyModelEvent(cache: QueryClient, projectId: number, event: ModelEvent): readonly QueryKey[] {
  if (event.type === "training_run.changed") return putRun(cache, projectId, event.run);
  putModels(cache, projectId, event.models);
  return [modelKeys.curve(projectId)];
}

export function isOver(run: Pick<TrainingRun, "state">): boolean {
  return run.state !== "queued" && run.state !== "running";
}

/** A run that is over has a log, a plan and a curve that differ from those before. */
export function putRun(cache: QueryClient, projectId: number, run: TrainingRun): readonly QueryKey[] {
  cache.setQueryData<Pages<Page<TrainingRun>>>(modelKeys.runs(projectId), (old) => old && withRows(old, [run]));
  cache.setQueryData<TrainingRunDetail>(
    modelKeys.run(projectId, run.id),
    (old) => old && { ...old, ...run, curves: longer(old.curves, run.latest) },
  );
  if (!isOver(run)) return [];
  return [modelKeys.run(projectId, run.id), modelKeys.plan(projectId), modelKeys.curve(projectId)];
}

/** The versions of the newest page, and which one serves, which older pages have to agree with. */
export function putModels(cache: QueryClient, projectId: number, models: Models): void {
  const { active_id, pinned, bundled, results } = models;
  cache.setQueryData<Pages<Models>>(modelKeys.list(projectId), (old) => {
    if (old === undefined) return old;
    const { pages, pageParams } = withRows(old, results);
    const agreed = (row: ModelVersion): ModelVersion => ({ ...row, active: row.id === active_id });
    return {
      pageParams,
      pages: pages.map((page) => ({ ...page, active_id, pinned, bundled, results: page.results.map(agreed) })),
    };
  });
}

/** Replaces the rows that are known; the others are new and stand at the beginning. */
function withRows<Row extends { id: number }, One extends Page<Row>>(data: Pages<One>, rows: readonly Row[]): Pages<One> {
  const fresh = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(data.pages.flatMap((page) => page.results.map((row) => row.id)));
  const added = rows.filter((row) => !known.has(row.id) && row.id > Math.max(0, ...known));
  return {
    ...data,
    pages: data.pages.map((page, index) => {
      const kept = page.results.map((row) => fresh.get(row.id) ?? row);
      return { ...page, results: index === 0 ? [...added, ...kept] : kept };
    }),
  };
}

function longer(curves: readonly CurvePoint[], latest: CurvePoint | null): CurvePoint[] {
  const last = curves.at(-1);
  return latest === null || (last !== undefined && latest.step <= last.step) ? [...curves] : [...curves, latest];
}
