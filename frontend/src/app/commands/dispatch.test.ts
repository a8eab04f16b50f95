import { describe, expect, it } from "vitest";

import type { ChosenKeys } from "../data/preferenceParts";
import type { Flow } from "../workspace/useFlow";
import { keyTable } from "./bindings";
import { isTyping, pressKey } from "./dispatch";
import { workCommands } from "./registry";
import { taskCommands } from "./taskCommands";
import type { Work } from "./work";

type Press = Parameters<typeof pressKey>[0];

interface Case {
  readonly decisions: Flow["decisions"];
  readonly chosen?: ChosenKeys;
}

/** What the press did, and whether the browser was kept from its own. */
function pressed(press: Partial<Press> & { key: string }, { decisions, chosen = {} }: Case): readonly [string | null, boolean] {
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
  let prevented = false;
  const event = { code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, target: null, ...press };
  const work = { flow, openDialog: (name: string) => calls.push(`dialog ${name}`) } as unknown as Work;
  const preventDefault = (): void => void (prevented = true);
  pressKey({ ...event, preventDefault }, work, keyTable(workCommands, chosen), new Set(taskCommands));
  return [calls[0] ?? null, prevented];
}

const annotating = { decisions: ["submit"] } as const;
const reviewing = { decisions: ["accept", "requestChanges"] } as const;

describe("keys of the task", () => {
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
    ["so does Shift-A", { key: "A", shiftKey: true }, reviewing, "decide accept"],
    ["A means nothing to an annotator", { key: "a" }, annotating, null],
    ["J opens the comment in review", { key: "j" }, reviewing, "dialog changes"],
    ["J means nothing to an annotator", { key: "j" }, annotating, null],
    ["a Cyrillic layout, by place", { key: "ф", code: "KeyA" }, reviewing, "decide accept"],
    ["a Latin layout, by letter", { key: "q", code: "KeyA" }, reviewing, null],
    ["Alt is never ours", { key: "n", altKey: true }, annotating, null],
  ] as const)("%s", (_name, press, work, call) => {
    expect(pressed(press, work)).toEqual([call, call !== null]);
  });

  it("are those that a person has chosen, and no longer the usual ones", () => {
    const chosen = { "task.next": ["g"] };
    expect(pressed({ key: "g" }, { ...annotating, chosen })).toEqual(["next", true]);
    expect(pressed({ key: "n" }, { ...annotating, chosen })).toEqual([null, false]);
  });

  it("do nothing again while a key is held, and stay kept from the browser", () => {
    expect(pressed({ key: "n", repeat: true }, annotating)).toEqual([null, true]);
  });
});

describe("isTyping", () => {
  const at = (tag: string, key: string, over = {}): boolean =>
    isTyping({ target: document.createElement(tag), key, ctrlKey: false, metaKey: false, ...over });

  it("leaves to a field all keys, and to a button those that press it", () => {
    expect([at("input", "n"), at("textarea", "?"), at("button", "Enter"), at("button", " "), at("a", "Enter")]).toEqual(Array(5).fill(true));
    expect([at("button", "n"), at("div", "Enter"), at("button", "Enter", { ctrlKey: true })]).toEqual(Array(3).fill(false));
  });
});
