import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { changedFacets, touchedFacets, withFacets } from "./facets";
import { History } from "./history";
import { boundedSteps, MOST_LETTERS, MOST_STEPS, type HistoryData } from "./historyData";
import { Store } from "./store";
import { boxMask, record } from "./testing/bench";
import type { ObjectRecord } from "./types";

const other = { mask: boxMask(5, 5, 9, 9), bbox: [5, 5, 9, 9], area: 81, score: 0.5, proposalId: 8 };

/** One visit of a page: it starts with what the server has. */
class Visit {
  readonly store = new Store();
  readonly history = new History(this.store);

  constructor(objects: readonly ObjectRecord[] = []) {
    this.history.applyRemote({ put: objects });
  }

  put(name: string, ...records: ObjectRecord[]): this {
    this.history.mark(name);
    this.history.apply({ put: records });
    return this;
  }

  remove(id: string): this {
    this.history.mark("delete");
    this.history.apply({ remove: [id] });
    return this;
  }

  /** The next visit, with what a database keeps; `objects` are the server's by then. */
  reload(objects: readonly ObjectRecord[] = this.store.all()): { next: Visit; dropped: unknown } {
    const next = new Visit(objects);
    return { next, dropped: next.history.restore(structuredClone(this.history.save())) };
  }
}

describe("undo after a reload", () => {
  it("takes back what an earlier visit did, and redoes it", () => {
    const visit = new Visit([record("a")]).put("relabel", record("a", { labelId: 2 })).put("accept", record("b")).remove("a");
    const { next, dropped } = visit.reload();
    expect(dropped).toEqual([]);
    expect(next.history.names).toEqual(["relabel", "accept", "delete"]);
    next.history.undo();
    expect(next.store.all()).toEqual([record("b"), record("a", { labelId: 2 })]);
    while (next.history.undo());
    expect(next.store.all()).toEqual([record("a")]);
    while (next.history.redo());
    expect(next.store.all()).toEqual([record("b")]);
  });

  it("goes on where undo had stopped", () => {
    const visit = new Visit().put("accept", record("a")).put("relabel", record("a", { labelId: 2 }));
    visit.history.undo();
    const { next } = visit.reload();
    expect([next.history.canUndo, next.history.canRedo]).toEqual([true, true]);
    next.history.redo();
    expect(next.store.all()).toEqual([record("a", { labelId: 2 })]);
  });

  it("leaves alone what a colleague changed while one was away, and says so", () => {
    const visit = new Visit([record("a"), record("b")])
      .put("relabel", record("a", { labelId: 2 }))
      .put("redraw", record("a", { labelId: 2, ...other }))
      .put("relabel", record("b", { labelId: 2 }));
    const { next, dropped } = visit.reload([record("a", { labelId: 3, ...other }), record("b", { labelId: 2 })]);
    expect(dropped).toEqual([{ name: "relabel", id: "a", reason: "changed" }]);
    while (next.history.undo());
    expect(next.store.all()).toEqual([record("a", { labelId: 3 }), record("b")]);
  });

  it("brings back nothing that a colleague has deleted, and deletes nothing that one has restored", () => {
    const visit = new Visit([record("a"), record("b")]).put("relabel", record("a", { labelId: 2 })).remove("b");
    const { next, dropped } = visit.reload([record("b")]);
    expect(dropped).toEqual([
      { name: "relabel", id: "a", reason: "deleted" },
      { name: "delete", id: "b", reason: "restored" },
    ]);
    expect([next.history.canUndo, next.history.undo(), next.store.all()]).toEqual([false, false, [record("b")]]);
  });

  it("does not take back the creation of an object that a colleague has changed", () => {
    const { next, dropped } = new Visit().put("accept", record("a")).reload([record("a", { labelId: 3 })]);
    expect(dropped).toEqual([{ name: "accept", id: "a", reason: "changed" }]);
    expect(next.history.canUndo).toBe(false);
  });

  it("comes under what was done before the earlier steps had arrived", () => {
    const visit = new Visit([record("a")]).put("relabel", record("a", { labelId: 2 }));
    const next = new Visit(visit.store.all()).put("relabel", record("a", { labelId: 3 }));
    expect(next.history.restore(visit.history.save())).toEqual([]);
    next.history.undo();
    expect(next.store.get("a")?.labelId).toBe(2);
    next.history.undo();
    expect(next.store.get("a")?.labelId).toBe(1);
  });
});

describe("what is kept", () => {
  const step = (id: string, letters: number) => {
    const mask = { size: [1, 1], counts: "0".repeat(letters) };
    return { name: id, changes: new Map([[id, { before: null, after: record(id, { mask }) }]]) };
  };
  const names = ({ done, undone }: HistoryData): string[][] => [done, undone].map((stack) => stack.map(({ name }) => name));

  it("is the newest steps within the bounds", () => {
    const done = Array.from({ length: MOST_STEPS + 2 }, (_, at) => step(`s${at}`, 1));
    expect(boundedSteps(done, []).done.map(({ name }) => name)).toEqual(done.slice(2).map(({ name }) => name));
    const large = ["a", "b", "c"].map((id) => step(id, MOST_LETTERS / 2));
    expect(names(boundedSteps(large, [step("d", 1)]))).toEqual([["b", "c"], []]);
  });

  it("counts a mask that several steps share once", () => {
    const first = step("a", MOST_LETTERS - 1);
    const mask = first.changes.get("a")?.after ?? record("a");
    const again = { name: "relabel", changes: new Map([["a", { before: mask, after: { ...mask, labelId: 2 } }]]) };
    expect(names(boundedSteps([first, again], []))).toEqual([["a", "relabel"], []]);
  });
});

describe("facets", () => {
  const with_ = (more: object): ObjectRecord => ({ ...record("a"), ...more });

  it("are the label, the mask, each flag and each answer", () => {
    const from = with_({ occluded: false, attributes: { 1: "red", 2: 5 } });
    const to = { ...with_({ occluded: true, attributes: { 1: "red", 3: true } }), labelId: 2, ...other };
    expect(touchedFacets(from, to)).toEqual(["mask", "labelId", "occluded", "attributes.2", "attributes.3"]);
    expect(withFacets(from, ["attributes.2", "occluded"], to)).toEqual(
      with_({ occluded: true, attributes: { 1: "red" } }),
    );
    expect(withFacets(from, touchedFacets(from, to), to)).toEqual(to);
  });

  it("leave out what the server writes; a new score for the same mask is no colleague's edit", () => {
    expect(touchedFacets(record("a"), record("a", { author: "mia", score: 0.1 }))).toEqual([]);
    expect(changedFacets(record("a"), record("a", { score: 0.1 }))).toEqual(["mask"]);
  });
});

const shapes = [0, 1, 2].map((at) => ({ mask: boxMask(at, 0, 5, 5), bbox: [at, 0, 5, 5], area: 25 }));
const small = fc.nat({ max: 2 });
const edit = fc.record({ id: fc.constantFrom("a", "b", "c"), label: small, shape: small, gone: fc.nat({ max: 3 }) });
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;
const event = fc.oneof(
  { weight: 6, arbitrary: edit.map((one) => ({ kind: "own" as const, one })) },
  { weight: 3, arbitrary: edit.map((one) => ({ kind: "remote" as const, one })) },
  { weight: 2, arbitrary: fc.constant({ kind: "undo" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "redo" as const }) },
  { weight: 2, arbitrary: fc.array(edit, { maxLength: 2 }).map((away) => ({ kind: "reload" as const, away })) },
);

const changeOf = ({ id, label, shape, gone }: Edit): { put?: ObjectRecord[]; remove?: string[] } =>
  gone === 3 ? { remove: [id] } : { put: [record(id, { labelId: label + 1, ...shapes[shape] })] };

/** What one can have changed of the three objects. */
function facts(store: Store): Map<string, unknown> {
  return new Map(
    ["a", "b", "c"].flatMap((id) => {
      const now = store.get(id);
      const all = { present: now !== undefined, label: now?.labelId, mask: now?.mask.counts };
      return Object.entries(all).map(([fact, value]) => [`${id} ${fact}`, value] as const);
    }),
  );
}

describe("random edits, reloads and edits of others", () => {
  it("undo to the beginning keeps whatever somebody else was the last to change", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let visit = new Visit([record("a"), record("b", { labelId: 2 })]);
        const theirs = new Map<string, unknown>();
        const watched = (remote: boolean, act: () => void): void => {
          const before = facts(visit.store);
          act();
          for (const [fact, value] of facts(visit.store)) {
            if (value === before.get(fact)) continue;
            if (remote) theirs.set(fact, value);
            else theirs.delete(fact);
          }
        };
        for (const one of events) {
          if (one.kind === "own") {
            visit.history.mark("edit");
            watched(false, () => visit.history.apply(changeOf(one.one)));
          } else if (one.kind === "remote") watched(true, () => visit.history.applyRemote(changeOf(one.one)));
          else if (one.kind !== "reload") watched(false, () => visit.history[one.kind]());
          else {
            watched(true, () => {
              const server = new Store();
              server.apply({ put: visit.store.all() }, "remote");
              for (const away of one.away) server.apply(changeOf(away), "remote");
              visit = visit.reload(server.all()).next;
            });
          }
        }
        while (visit.history.undo());
        for (const [key, value] of theirs) {
          const [id = "", fact] = key.split(" ");
          if (fact === "present" || visit.store.get(id) !== undefined) {
            expect([key, facts(visit.store).get(key)]).toEqual([key, value]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("alone: undo to the beginning is the beginning, and redo the end, however often the page was loaded anew", () => {
    const own = fc.oneof(
      { weight: 4, arbitrary: edit.map((one) => ({ kind: "own" as const, one })) },
      { weight: 1, arbitrary: fc.constant({ kind: "reload" as const }) },
    );
    const sorted = ({ store }: Visit): unknown[] => [...store.all()].sort((a, b) => a.id.localeCompare(b.id));
    fc.assert(
      fc.property(fc.array(own, { maxLength: 30 }), (events) => {
        let visit = new Visit([record("a"), record("b", { labelId: 2 })]);
        const beginning = sorted(visit);
        for (const one of events) {
          if (one.kind === "reload") visit = visit.reload().next;
          else {
            visit.history.mark("edit");
            visit.history.apply(changeOf(one.one));
          }
        }
        const end = sorted(visit);
        while (visit.history.undo());
        expect(sorted(visit)).toEqual(beginning);
        visit = visit.reload().next;
        while (visit.history.redo());
        expect(sorted(visit)).toEqual(end);
      }),
    );
  });
});
