import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";

import { modelsOf, runDetailOf, runOf, versionOf } from "../../testing/modelShapes";
import { applyModelEvent } from "./liveModels";
import { modelKeys } from "./modelQueries";

function cacheOf(entries: readonly (readonly [readonly unknown[], unknown])[]): QueryClient {
  const cache = new QueryClient();
  for (const [key, value] of entries) cache.setQueryData(key, value);
  return cache;
}

const pages = (...results: unknown[]) => ({ pages: results, pageParams: [null] });

describe("a run that changes", () => {
  it("replaces its row, and asks for nothing while it goes on", () => {
    const cache = cacheOf([[modelKeys.runs(1), pages({ results: [runOf({ id: 4 }), runOf({ id: 3 })], next: null })]]);
    const run = runOf({ id: 3, state: "running", progress: 0.4 });
    expect(applyModelEvent(cache, 1, { type: "training_run.changed", run })).toEqual([]);
    expect(cache.getQueryData(modelKeys.runs(1))).toEqual(pages({ results: [runOf({ id: 4 }), run], next: null }));
  });

  it("stands first when it is new", () => {
    const cache = cacheOf([[modelKeys.runs(1), pages({ results: [runOf({ id: 3 })], next: null })]]);
    const run = runOf({ id: 5, state: "queued" });
    applyModelEvent(cache, 1, { type: "training_run.changed", run });
    expect(cache.getQueryData(modelKeys.runs(1))).toEqual(pages({ results: [run, runOf({ id: 3 })], next: null }));
  });

  it("makes its curves longer by each step, once", () => {
    const point = (step: number) => ({ step, loss: 0.5, iou: 0.7, tune_iou: null });
    const cache = cacheOf([[modelKeys.run(1, 3), runDetailOf({ id: 3, curves: [point(10)], log: "so far" })]]);
    const run = runOf({ id: 3, state: "running", latest: point(20) });
    applyModelEvent(cache, 1, { type: "training_run.changed", run });
    applyModelEvent(cache, 1, { type: "training_run.changed", run });
    const wanted = { ...run, curves: [point(10), point(20)], log: "so far" };
    expect(cache.getQueryData(modelKeys.run(1, 3))).toEqual(wanted);
  });

  it("has its log, the plan and the learning curve asked for again once it is over", () => {
    const run = runOf({ id: 3, state: "failed" });
    expect(applyModelEvent(new QueryClient(), 1, { type: "training_run.changed", run })).toEqual([
      modelKeys.run(1, 3),
      modelKeys.plan(1),
      modelKeys.curve(1),
    ]);
  });
});

describe("models that change", () => {
  it("puts new versions first and lets one alone be active, on older pages too", () => {
    const before = modelsOf({ active_id: 1, results: [versionOf({ id: 2 })], next: "more" });
    const older = modelsOf({ active_id: 1, results: [versionOf({ id: 1, active: true })] });
    const cache = cacheOf([[modelKeys.list(1), pages(before, older)]]);
    const fresh = versionOf({ id: 3, active: true });
    const models = modelsOf({ active_id: 3, pinned: true, results: [fresh, versionOf({ id: 2, name: "Named" })] });
    applyModelEvent(cache, 1, { type: "models.changed", models });
    expect(cache.getQueryData(modelKeys.list(1))).toEqual(
      pages(
        { ...before, active_id: 3, pinned: true, results: [fresh, versionOf({ id: 2, name: "Named" })] },
        { ...older, active_id: 3, pinned: true, results: [versionOf({ id: 1, active: false })] },
      ),
    );
  });

  it("leaves a list alone that nobody has asked for", () => {
    const cache = new QueryClient();
    const models = modelsOf({ active_id: null });
    expect(applyModelEvent(cache, 1, { type: "models.changed", models })).toEqual([modelKeys.curve(1)]);
    expect(cache.getQueryData(modelKeys.list(1))).toBeUndefined();
  });
});
