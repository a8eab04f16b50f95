import { describe, expect, it } from "vitest";

import type { Flow } from "./useFlow";
import { pageAction } from "./useKeys";

type Press = Parameters<typeof pageAction>[0];
const plain = { code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

function pressed(press: Partial<Press> & { key: string }, decisions: Flow["decisions"]): string | null {
  const calls: string[] = [];
  const flow: Flow = {
    decisions,
    busy: false,
    problem: null,
    done: null,
    decide: ({ kind }) => calls.push(`decide ${kind}`),
    next: () => calls.push("next"),
    dismiss: () => calls.push("dismiss"),
  };
  const action = pageAction({ ...plain, ...press }, flow, (name) => calls.push(`dialog ${name}`));
  action?.();
  return calls[0] ?? null;
}

const annotating = ["submit"] as const;
const reviewing = ["accept", "requestChanges"] as const;

describe("pageAction", () => {
  it.each([
    ["Ctrl-Enter submits", { key: "Enter", ctrlKey: true }, annotating, "decide submit"],
    ["Cmd-Enter submits", { key: "Enter", metaKey: true }, annotating, "decide submit"],
    ["not where nothing can be submitted", { key: "Enter", ctrlKey: true }, reviewing, null],
    ["Enter alone is the engine's", { key: "Enter" }, annotating, null],
    ["N goes on", { key: "n" }, annotating, "next"],
    ["Ctrl-N is the browser's", { key: "n", ctrlKey: true }, annotating, null],
    ["Shift-N means nothing", { key: "N", shiftKey: true }, annotating, null],
    ["? shows the keys", { key: "?", shiftKey: true }, annotating, "dialog keys"],
    ["A accepts in review", { key: "a" }, reviewing, "decide accept"],
    ["A means nothing to an annotator", { key: "a" }, annotating, null],
    ["J opens the comment in review", { key: "j" }, reviewing, "dialog changes"],
    ["J means nothing to an annotator", { key: "j" }, annotating, null],
    ["a Cyrillic layout, by place", { key: "ф", code: "KeyA" }, reviewing, "decide accept"],
    ["a Latin layout, by letter", { key: "q", code: "KeyA" }, reviewing, null],
    ["Alt is never ours", { key: "n", altKey: true }, annotating, null],
  ] as const)("%s", (_name, press, decisions, call) => {
    expect(pressed(press, decisions)).toBe(call);
  });
});
