import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { History } from "./history";
import { Store } from "./store";
import { boxMask, record } from "./testing/bench";
import type { ObjectRecord } from "./types";

let store: Store;
let history: History;

beforeEach(() => {
  store = new Store();
  history = new History(store);
});

const other = { mask: boxMask(5, 5, 9, 9), bbox: [5, 5, 9, 9], area: 81, score: 0.5, proposalId: 8 };

function put(name: string, ...records: ObjectRecord[]): void {
  history.mark(name);
  history.apply({ put: records });
}

function remove(id: string): void {
  history.mark("delete");
  history.apply({ remove: [id] });
}

describe("undo and redo", () => {
  it("take back an addition, a change and a removal, and bring them again", () => {
    const a = record("a");
    const relabelled = { ...a, labelId: 2 };
    put("accept", a);
    put("relabel", relabelled);
    remove("a");
    expect(history.names).toEqual(["accept", "relabel", "delete"]);
    expect([history.undo(), store.all()]).toEqual([true, [relabelled]]);
    expect([history.undo(), store.all()]).toEqual([true, [a]]);
    expect([history.undo(), store.all()]).toEqual([true, []]);
    expect([history.undo(), history.canUndo]).toEqual([false, false]);
    history.redo();
    history.redo();
    expect(store.all()).toEqual([relabelled]);
    history.redo();
    expect([store.all(), history.canRedo, history.redo()]).toEqual([[], false, false]);
  });

  it("join everything between two marks", () => {
    history.mark("paste");
    history.apply({ put: [record("a")] });
    history.apply({ put: [record("b")] });
    history.apply({ put: [record("a", { labelId: 2 })] });
    expect(history.names).toEqual(["paste"]);
    history.undo();
    expect(store.all()).toEqual([]);
    history.redo();
    expect(store.all()).toEqual([record("a", { labelId: 2 }), record("b")]);
  });

  it("keep a step that ends where it began out of the way", () => {
    put("accept", record("a"));
    history.mark("nothing");
    history.apply({ put: [record("b")] });
    history.apply({ remove: ["b"] });
    history.undo();
    expect(store.all()).toEqual([]);
  });

  it("forget what was undone as soon as something else is done", () => {
    put("accept", record("a"));
    history.undo();
    put("accept", record("b"));
    expect(history.canRedo).toBe(false);
  });

  it("do not join a change to the step before an undo", () => {
    put("accept", record("a"));
    put("accept", record("b"));
    history.undo();
    history.apply({ put: [record("c")] });
    expect(history.names).toEqual(["accept", "after undo"]);
  });

  it("are not entered by a change that changes nothing", () => {
    put("accept", record("a"));
    put("relabel", record("a"));
    expect(history.names).toEqual(["accept"]);
  });
});

describe("a colleague's change", () => {
  it("never enters the history", () => {
    history.applyRemote({ put: [record("a")] });
    expect([history.canUndo, history.undo(), store.size]).toEqual([false, false, 1]);
  });

  it("of the label survives the undo of one's own relabelling", () => {
    history.applyRemote({ put: [record("a")] });
    put("relabel", record("a", { labelId: 2 }));
    history.applyRemote({ put: [record("a", { labelId: 3 })] });
    expect([history.canUndo, history.undo()]).toEqual([false, false]);
    expect(store.get("a")?.labelId).toBe(3);
  });

  it("survives even when the colleague came back to one's own value", () => {
    history.applyRemote({ put: [record("a")] });
    put("relabel", record("a", { labelId: 2 }));
    history.applyRemote({ put: [record("a", { labelId: 3 })] });
    history.applyRemote({ put: [record("a", { labelId: 2 })] });
    history.undo();
    expect(store.get("a")?.labelId).toBe(2);
  });

  it("of the mask leaves the undo of the label, which carries over to the new mask", () => {
    history.applyRemote({ put: [record("a")] });
    put("relabel", record("a", { labelId: 2 }));
    history.applyRemote({ put: [record("a", { labelId: 2, ...other })] });
    expect(history.undo()).toBe(true);
    expect(store.get("a")).toEqual(record("a", { labelId: 1, ...other }));
    history.redo();
    expect(store.get("a")).toEqual(record("a", { labelId: 2, ...other }));
  });

  it("of the label leaves the undo of the mask", () => {
    history.applyRemote({ put: [record("a")] });
    put("mend", record("a", other));
    history.applyRemote({ put: [record("a", { ...other, labelId: 3 })] });
    history.undo();
    expect(store.get("a")).toEqual(record("a", { labelId: 3 }));
  });

  it("keeps an object that undo would have removed", () => {
    put("accept", record("a"));
    put("accept", record("b"));
    history.applyRemote({ put: [record("b", { labelId: 2 })] });
    expect(history.undo()).toBe(true);
    expect(store.all()).toEqual([record("b", { labelId: 2 })]);
  });

  it("keeps an object away that a colleague removed", () => {
    put("accept", record("a"));
    put("relabel", record("a", { labelId: 2 }));
    history.applyRemote({ remove: ["a"] });
    expect([history.canUndo, history.undo(), store.size]).toEqual([false, false, 0]);
  });

  it("keeps what a colleague has brought back after one's own removal", () => {
    history.applyRemote({ put: [record("a")] });
    remove("a");
    history.applyRemote({ put: [record("a", { labelId: 3 })] });
    expect([history.undo(), store.all()]).toEqual([false, [record("a", { labelId: 3 })]]);
  });

  it("is not overwritten by redo either", () => {
    history.applyRemote({ put: [record("a")] });
    put("relabel", record("a", { labelId: 2 }));
    history.undo();
    history.applyRemote({ put: [record("a", { labelId: 3 })] });
    expect([history.canRedo, history.redo(), store.get("a")?.labelId]).toEqual([false, false, 3]);
  });

  it("leaves the other objects of the same step to undo", () => {
    history.applyRemote({ put: [record("a"), record("b")] });
    put("relabel both", record("a", { labelId: 2 }), record("b", { labelId: 2 }));
    history.applyRemote({ put: [record("a", { labelId: 3 })] });
    history.undo();
    expect(store.all()).toEqual([record("a", { labelId: 3 }), record("b")]);
  });

  it("that only tells what the server added (author, box) disturbs nothing", () => {
    put("accept", record("a"));
    put("relabel", record("a", { labelId: 2 }));
    history.applyRemote({ put: [record("a", { labelId: 2, author: "mia", bbox: [10, 20, 30, 41] })] });
    history.undo();
    expect(store.get("a")).toEqual(record("a", { author: "mia", bbox: [10, 20, 30, 41] }));
    history.undo();
    expect(store.all()).toEqual([]);
  });
});

type Edit =
  | { kind: "put"; id: string; labelId: number; shape: number; marked: boolean }
  | { kind: "remove"; id: string; marked: boolean };

const shapes = [0, 1, 2].map((at) => ({ mask: boxMask(at, 0, 5, 5), bbox: [at, 0, 5, 5], area: 25 }));
const ids = fc.constantFrom("a", "b", "c");
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constant("put" as const),
    id: ids,
    labelId: fc.integer({ min: 1, max: 3 }),
    shape: fc.integer({ min: 0, max: 2 }),
    marked: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("remove" as const), id: ids, marked: fc.boolean() }),
);

function change(one: Edit): { put?: ObjectRecord[]; remove?: string[] } {
  return one.kind === "remove"
    ? { remove: [one.id] }
    : { put: [record(one.id, { labelId: one.labelId, ...shapes[one.shape] })] };
}

function perform(one: Edit): void {
  if (one.marked) history.mark(one.kind);
  history.apply(change(one));
}

describe("any sequence of edits", () => {
  it("undone completely is the beginning, redone completely is the end, in the same order", () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
        store = new Store();
        history = new History(store);
        history.applyRemote({ put: [record("a"), record("b", { labelId: 2 })] });
        const beginning = store.all();
        for (const one of edits) perform(one);
        const end = store.all();
        while (history.undo());
        expect(store.all()).toEqual(beginning);
        while (history.redo());
        expect(store.all()).toEqual(end);
      }),
    );
  });

  it("with a colleague's changes among them: undo and redo keep whatever the colleague was the last to change", () => {
    const step = fc.record({ edit, remote: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.array(fc.boolean(), { maxLength: 20 }), (steps, moves) => {
        store = new Store();
        history = new History(store);
        const theirs = new Map<string, unknown>();
        for (const { edit: one, remote } of steps) {
          const before = facts(one.id);
          if (remote) history.applyRemote(change(one));
          else perform(one);
          for (const [fact, value] of Object.entries(facts(one.id))) {
            if (value === before[fact]) continue;
            if (remote) theirs.set(`${one.id} ${fact}`, value);
            else theirs.delete(`${one.id} ${fact}`);
          }
        }
        for (const back of moves) {
          if (back) history.undo();
          else history.redo();
        }
        for (const [key, value] of theirs) {
          const [id = "", fact = ""] = key.split(" ");
          if (fact === "present" || store.get(id) !== undefined) expect([key, facts(id)[fact]]).toEqual([key, value]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** What a colleague can have changed; label and mask are undefined while there is no object. */
function facts(id: string): Record<string, unknown> {
  const now = store.get(id);
  return { present: now !== undefined, label: now?.labelId, mask: now?.mask.counts };
}
