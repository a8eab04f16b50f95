import { describe, expect, it } from "vitest";

import { ApiError, networkError } from "../../api/errors";
import type { SyncApi } from "../../sync";
import { aDetail, aTask } from "../../sync/testing/factories";
import { decisionsFor, goOn, isUnfinished, purposeOf, type Decision } from "./flow";

const SKIP = { reason: "unclear", text: "", flag: false } as const;
const edit = { kind: "edit" } as const;
const held = { kind: "view", reason: "held", holder: "ben" } as const;
const accepted = { kind: "view", reason: "accepted" } as const;

describe("decisionsFor", () => {
  it.each([
    ["annotator", "open", edit, ["submit"]],
    ["annotator", "changes_requested", edit, ["submit"]],
    ["annotator", "open", held, []],
    ["annotator", "accepted", accepted, []],
    ["reviewer", "open", edit, ["submit"]],
    ["reviewer", "submitted", edit, ["accept", "requestChanges"]],
    ["reviewer", "submitted", held, []],
    ["admin", "accepted", accepted, ["requestChanges"]],
    ["viewer", "open", { kind: "view", reason: "role" }, []],
  ] as const)("%s, %s", (role, state, access, decisions) => {
    expect(decisionsFor(role, state, access)).toEqual(decisions);
  });
});

describe("purposeOf", () => {
  it.each([
    ["annotator", "open", null, "annotate"],
    ["annotator", "submitted", null, "annotate"],
    ["reviewer", "submitted", null, "review"],
    ["reviewer", "accepted", null, "review"],
    ["reviewer", "open", null, "annotate"],
    ["reviewer", "open", { kind: "submit" }, "annotate"],
    ["reviewer", "open", { kind: "skip", skip: SKIP }, "annotate"],
    ["admin", "submitted", { kind: "accept" }, "review"],
    ["admin", "accepted", { kind: "requestChanges", comment: "x" }, "review"],
  ] as const)("%s, %s", (role, state, decision, purpose) => {
    expect(purposeOf(role, state, decision)).toBe(purpose);
  });
});

describe("isUnfinished", () => {
  it("knows points of the object at hand, of one clicked ahead, and what is being drawn", () => {
    const point = { point: { x: 1, y: 1 }, role: "left" } as never;
    const nothing = { points: [], queued: 0, drawing: false };
    expect(isUnfinished(nothing)).toBe(false);
    expect(isUnfinished({ ...nothing, points: [point] })).toBe(true);
    expect(isUnfinished({ ...nothing, queued: 1 })).toBe(true);
    expect(isUnfinished({ ...nothing, drawing: true })).toBe(true);
  });
});

describe("goOn", () => {
  function setup(changes: { flushed?: boolean; api?: Partial<SyncApi> } = {}) {
    const calls: string[] = [];
    const call = <T>(name: string, result: () => Promise<T>) => (...values: unknown[]): Promise<T> => {
      calls.push([name, ...values].join(" "));
      return result();
    };
    const no = (): Promise<never> => Promise.reject(new Error("not part of this test"));
    const api: SyncApi = {
      send: no,
      takeLease: no,
      releaseLease: no,
      task: no,
      submit: call("submit", () => Promise.resolve(aTask({ state: "submitted" }))),
      accept: call("accept", () => Promise.resolve(aTask({ state: "accepted" }))),
      requestChanges: call("requestChanges", () => Promise.resolve(aTask({ state: "changes_requested" }))),
      skip: call("skip", () => Promise.resolve(aTask({ state: "skipped" }))),
      nextTask: call("nextTask", () => Promise.resolve(aDetail({ id: 8 }))),
      ...changes.api,
    };
    const session = {
      flush: call("flush", () => Promise.resolve(changes.flushed ?? true)),
      beginLeaving: () => void calls.push("beginLeaving"),
      release: call("release", () => Promise.resolve()),
      stay: () => void calls.push("stay"),
      taskChanged: ({ state }: { state: string }) => void calls.push(`taskChanged ${state}`),
    };
    const run = (decision: Decision | null) =>
      goOn({ session, api, projectId: 3, taskId: 7, purpose: "annotate", decision });
    return { calls, run };
  }

  it("gives the task back and takes the next one behind it", async () => {
    const { calls, run } = setup();
    expect(await run(null)).toEqual({ kind: "next", taskId: 8 });
    expect(calls).toEqual(["flush 8000", "beginLeaving", "release", "nextTask 3 annotate 7"]);
  });

  it.each<[Decision, string, string]>([
    [{ kind: "submit" }, "submit 7", "submitted"],
    [{ kind: "accept" }, "accept 7", "accepted"],
    [{ kind: "requestChanges", comment: "Loose edge." }, "requestChanges 7 Loose edge.", "changes_requested"],
    [{ kind: "skip", skip: SKIP }, "skip 7 [object Object]", "skipped"],
  ])("decides, then goes on: %o", async (decision, request, state) => {
    const { calls, run } = setup();
    expect(await run(decision)).toEqual({ kind: "next", taskId: 8 });
    expect(calls).toEqual(["flush 8000", "beginLeaving", request, `taskChanged ${state}`, "nextTask 3 annotate 7"]);
  });

  it("decides nothing while something is unsaved", async () => {
    const { calls, run } = setup({ flushed: false });
    expect(await run({ kind: "submit" })).toEqual({ kind: "stuck", error: null });
    expect(calls).toEqual(["flush 8000"]);
  });

  it("stays when the server refuses", async () => {
    const error = new ApiError(409, "lease_held", "ben works on this task now.");
    const { calls, run } = setup({ api: { submit: () => Promise.reject(error) } });
    expect(await run({ kind: "submit" })).toEqual({ kind: "stuck", error });
    expect(calls).toEqual(["flush 8000", "beginLeaving", "stay"]);
  });

  it("says when no task is left, and whether this one was decided", async () => {
    const error = new ApiError(404, "no_task", "Every task of this project was submitted. Well done.");
    const none = { api: { nextTask: () => Promise.reject(error) } };
    expect(await setup(none).run({ kind: "submit" })).toEqual({ kind: "none", message: error.message, decided: true });
    const looking = setup(none);
    expect(await looking.run(null)).toEqual({ kind: "none", message: error.message, decided: false });
    expect(looking.calls.at(-1)).toBe("stay");
  });

  it("does not take a skipped task again when it was the last one", async () => {
    const error = new ApiError(404, "no_task", "Nothing is left for you.");
    const { calls, run } = setup({ api: { nextTask: () => Promise.reject(error) } });
    expect(await run({ kind: "skip", skip: SKIP })).toEqual({ kind: "none", message: error.message, decided: true });
    expect(calls).not.toContain("stay");
    const refused = new ApiError(409, "lease_held", "ben works on this task now.");
    const stuck = setup({ api: { skip: () => Promise.reject(refused) } });
    expect(await stuck.run({ kind: "skip", skip: SKIP })).toEqual({ kind: "stuck", error: refused });
    expect(stuck.calls.at(-1)).toBe("stay");
  });

  it("stays when the line breaks after the decision", async () => {
    const error = networkError();
    const { run } = setup({ api: { nextTask: () => Promise.reject(error) } });
    expect(await run({ kind: "submit" })).toEqual({ kind: "stuck", error });
  });
});
