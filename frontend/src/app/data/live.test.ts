import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";

import type { Import } from "../../api/importCalls";
import type { Export, Page, Project, Task } from "../../api/types";
import { exportOf, importOf, projectOf, taskOf } from "../../testing/shapes";
import { applyProjectEvent } from "./live";
import { keys } from "./queries";

const now = Date.parse("2026-11-22T12:00:00Z");
const live = { holder: { id: 3, username: "anna" }, expires_at: "2026-11-22T12:01:00Z" };

let cache: QueryClient;

beforeEach(() => {
  cache = new QueryClient();
});

function putTasks(state: Parameters<typeof keys.taskList>[1], ...pages: Task[][]): void {
  cache.setQueryData(keys.taskList(1, state), {
    pages: pages.map((results) => ({ results, next: null })),
    pageParams: pages.map(() => null),
  });
}

function taskIds(state: Parameters<typeof keys.taskList>[1]): number[][] | undefined {
  const data = cache.getQueryData<{ pages: Page<Task>[] }>(keys.taskList(1, state));
  return data?.pages.map((page) => page.results.map((task) => task.id));
}

const apply = (event: Parameters<typeof applyProjectEvent>[2]) => applyProjectEvent(cache, 1, event, now);

describe("applyProjectEvent", () => {
  it("takes the fresh state on opening", () => {
    const project = projectOf({ id: 1, name: "Fresh" });
    expect(apply({ type: "project.opened", project })).toEqual([]);
    expect(cache.getQueryData(keys.project(1))).toEqual(project);
  });

  it("puts counts into the project and into the list of projects", () => {
    const { counts: none } = projectOf({});
    const counts = { ...none, total: 6, open: 1, in_progress: 2, submitted: 3 };
    cache.setQueryData(keys.project(1), projectOf({ id: 1, counts: { ...counts, open: 6, submitted: 0 } }));
    const results = [projectOf({ id: 1 }), projectOf({ id: 2 })];
    cache.setQueryData(keys.projects, { pages: [{ results, next: null }], pageParams: [null] });
    expect(apply({ type: "project.changed", project_id: 1, counts })).toEqual([]);
    expect(cache.getQueryData<Project>(keys.project(1))?.counts).toEqual(counts);
    const list = cache.getQueryData<{ pages: Page<Project>[] }>(keys.projects)?.pages[0]?.results;
    expect(list?.map((project) => project.counts.submitted)).toEqual([3, 0]);
  });

  it("has an admin's labels at once", () => {
    cache.setQueryData(keys.project(1), projectOf({ id: 1, labels: [] }));
    const label = { id: 4, name: "saucer", color: "#123456", kind: "thing", position: 1, attributes: [] } as const;
    expect(apply({ type: "labels.changed", project_id: 1, labels: [{ ...label, attributes: [] }] })).toEqual([]);
    expect(cache.getQueryData<Project>(keys.project(1))?.labels.map(({ name }) => name)).toEqual(["saucer"]);
  });

  it("asks for the tasks again when their number changed: a large import tells only its counts", () => {
    const { counts } = projectOf({});
    cache.setQueryData(keys.project(1), projectOf({ id: 1 }));
    const grown = { ...counts, total: counts.total + 40 };
    expect(apply({ type: "project.changed", project_id: 1, counts: grown })).toEqual([keys.tasks(1)]);
  });

  it("takes a task whose flag is gone out of the flagged ones, and asks for those again when one is flagged", () => {
    const flag = { reason: "unclear", text: "", by: { id: 3, username: "anna" }, at: "2026-11-22T11:00:00Z" } as const;
    putTasks("flagged", [taskOf({ id: 1, flag }), taskOf({ id: 2, flag })]);
    apply({ type: "task.changed", task: taskOf({ id: 2, flag: null }), last_review: null });
    expect(taskIds("flagged")).toEqual([[1]]);
    expect(apply({ type: "task.changed", task: taskOf({ id: 9, flag }), last_review: null })).toContainEqual(
      keys.taskList(1, "flagged"),
    );
  });

  it("replaces a task where it is shown, on any page", () => {
    putTasks(undefined, [taskOf({ id: 1 })], [taskOf({ id: 2 }), taskOf({ id: 3 })]);
    const changed = taskOf({ id: 3, annotation_count: 7 });
    expect(apply({ type: "task.changed", last_review: null, task: changed })).toEqual([keys.working(1), keys.project(1), keys.reviewQueue(1)]);
    expect(taskIds(undefined)).toEqual([[1], [2, 3]]);
    const data = cache.getQueryData<{ pages: Page<Task>[] }>(keys.taskList(1, undefined));
    expect(data?.pages[1]?.results[1]?.annotation_count).toBe(7);
  });

  it("drops it from a filtered list it left, and has the one it entered asked again", () => {
    putTasks("open", [taskOf({ id: 1 }), taskOf({ id: 2 })]);
    putTasks("in_progress", []);
    putTasks("accepted", [taskOf({ id: 9, state: "accepted" })]);
    const stale = apply({ type: "task.changed", last_review: null, task: taskOf({ id: 2, lease: live }) });
    expect(taskIds("open")).toEqual([[1]]);
    expect(taskIds("accepted")).toEqual([[9]]);
    expect(stale).toEqual([keys.working(1), keys.project(1), keys.reviewQueue(1), keys.taskList(1, "in_progress")]);
  });

  it("leaves the lists of other projects alone", () => {
    const key = keys.taskList(2, undefined);
    cache.setQueryData(key, { pages: [{ results: [taskOf({ id: 1 })], next: null }], pageParams: [null] });
    apply({ type: "task.changed", last_review: null, task: taskOf({ id: 1, annotation_count: 7 }) });
    expect(cache.getQueryData<{ pages: Page<Task>[] }>(key)?.pages[0]?.results[0]?.annotation_count).toBe(0);
  });

  it("replaces a known import and asks for the list when it is new", () => {
    const known = importOf({ id: 5, state: "checking", progress: 0.2 });
    cache.setQueryData(keys.imports(1), { pages: [{ results: [known], next: null }], pageParams: [null] });
    expect(apply({ type: "import.changed", imported: { ...known, state: "checked" } })).toEqual([]);
    const rows = cache.getQueryData<{ pages: Page<Import>[] }>(keys.imports(1))?.pages[0]?.results;
    expect(rows?.map(({ state }) => state)).toEqual(["checked"]);
    expect(apply({ type: "import.changed", imported: importOf({ id: 6 }) })).toEqual([keys.imports(1)]);
  });

  it("moves the bar of a known export and asks for the list when it is new", () => {
    const known = exportOf({ id: 5, state: "running", progress: 0.2 });
    cache.setQueryData(keys.exports(1), { pages: [{ results: [known], next: null }], pageParams: [null] });
    expect(apply({ type: "export.changed", export: { ...known, progress: 0.6 } })).toEqual([]);
    const rows = cache.getQueryData<{ pages: Page<Export>[] }>(keys.exports(1))?.pages[0]?.results;
    expect(rows?.map((row) => row.progress)).toEqual([0.6]);
    expect(apply({ type: "export.changed", export: exportOf({ id: 6 }) })).toEqual([keys.exports(1)]);
  });

  it("passes over what a newer server may say", () => {
    const unknown = { type: "project.renamed" } as unknown as Parameters<typeof apply>[0];
    expect(apply(unknown)).toEqual([]);
  });
});
