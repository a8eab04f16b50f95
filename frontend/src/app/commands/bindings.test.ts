import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { holdersOf, isUsual, keysOf, keyTable, whyNotKey, withKeys, withUsualKeys } from "./bindings";
import type { CommandInfo } from "./command";
import { allCommands, commandNamed, workCommands } from "./registry";

function command(id: string): CommandInfo {
  const found = commandNamed(id);
  if (found === null) throw new Error(`no command ${id}`);
  return found;
}

const names = (commands: readonly { id: string }[]): readonly string[] => commands.map(({ id }) => id);

describe("the registry", () => {
  it("has each command once", () => {
    expect(new Set(names(workCommands)).size).toBe(workCommands.length);
    expect(new Set(names(allCommands)).size).toBe(allCommands.length);
  });

  it("delivers no key to two commands, but those that are never meant at the same time", () => {
    const shared = [...keyTable(allCommands, {})].filter(([, commands]) => commands.length > 1);
    expect(shared.map(([key, commands]) => [key, names(commands)])).toEqual([
      ["a", ["review.accept", "task.accept"]],
      ["j", ["review.reject", "review.nextRejected", "task.requestChanges"]],
    ]);
  });

  it("follows the undo that a person has chosen with the undo of verdicts", () => {
    expect(names(keyTable(workCommands, { undo: ["u"] }).get("u") ?? [])).toEqual(["review.undo", "undo"]);
  });
});

describe("choosing a key", () => {
  it("takes it from whoever had it", () => {
    const brush = command("tool.brush");
    expect(names(holdersOf(allCommands, {}, brush, "x"))).toEqual(["tool.eraser"]);
    const chosen = withKeys(allCommands, {}, brush, ["x"]);
    expect(chosen).toEqual({ "tool.brush": ["x"], "tool.eraser": [] });
    expect(names(keyTable(allCommands, chosen).get("x") ?? [])).toEqual(["tool.brush"]);
  });

  it("asks nothing about a key that is shared as delivered", () => {
    expect(holdersOf(allCommands, {}, command("task.accept"), "a")).toEqual([]);
    expect(names(holdersOf(allCommands, {}, command("tool.pan"), "a"))).toEqual(["review.accept", "task.accept"]);
  });

  it("gives the usual key back, also from another who has it meanwhile", () => {
    const swapped = withKeys(allCommands, {}, command("tool.brush"), ["x"]);
    const back = withUsualKeys(allCommands, swapped, command("tool.eraser"));
    expect(keysOf(command("tool.eraser"), back)).toEqual(["x"]);
    expect(keysOf(command("tool.brush"), back)).toEqual([]);
    expect(isUsual(command("tool.eraser"), back)).toBe(true);
  });

  it("stores nothing about what is usual", () => {
    expect(withUsualKeys(allCommands, { "tool.brush": ["q"] }, command("tool.brush"))).toEqual({});
  });

  it("never changes what is fixed, whatever is stored", () => {
    expect(keysOf(command("accept"), { accept: ["q"] })).toEqual(["Space"]);
    expect([whyNotKey(allCommands, "Space"), whyNotKey(allCommands, "Escape")]).toEqual(["fixed", "fixed"]);
    expect([whyNotKey(allCommands, "Mod+w"), whyNotKey(allCommands, "Shift+Tab"), whyNotKey(allCommands, "q")]).toEqual(["browser", "tab", null]);
  });

  it("leaves no key to two commands, in whichever order they are chosen", () => {
    const free = allCommands.filter(({ fixed }) => fixed !== true);
    const step = fc.record({ of: fc.constantFrom(...free), key: fc.constantFrom("a", "j", "x", "q", "Mod+z", "1", "?") });
    const usual = new Map([...keyTable(allCommands, {})].map(([key, commands]) => [key, new Set(names(commands))]));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const chosen = steps.reduce((before, { of, key }) => withKeys(allCommands, before, of, [key]), {});
        for (const [key, commands] of keyTable(allCommands, chosen)) {
          const together = names(commands).every((id) => usual.get(key)?.has(id) === true);
          expect([key, commands.length === 1 || together]).toEqual([key, true]);
        }
      }),
    );
  });
});
