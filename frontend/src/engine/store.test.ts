import { describe, expect, it } from "vitest";
import { Store } from "./store";
import { record } from "./testing/bench";
import type { ChangeSource, RecordsDiff } from "./types";

function listened(): { store: Store; heard: [RecordsDiff, ChangeSource][] } {
  const store = new Store();
  const heard: [RecordsDiff, ChangeSource][] = [];
  store.listen((diff, source) => void heard.push([diff, source]));
  return { store, heard };
}

describe("Store", () => {
  it("tells what was added, updated and removed, and by whom", () => {
    const { store, heard } = listened();
    const [a, b] = [record("a"), record("b")];
    const relabelled = { ...a, labelId: 2 };
    store.apply({ put: [a, b] }, "remote");
    store.apply({ put: [relabelled], remove: ["b"] }, "user");
    expect(heard).toEqual([
      [{ added: { a, b }, updated: {}, removed: {} }, "remote"],
      [{ added: {}, updated: { a: [a, relabelled] }, removed: { b } }, "user"],
    ]);
    expect(store.all()).toEqual([relabelled]);
    expect(store.size).toBe(1);
  });

  it("says nothing when nothing changes", () => {
    const { store, heard } = listened();
    const a = record("a");
    store.apply({ put: [a] }, "user");
    const all = store.all();
    const same = store.apply({ put: [{ ...a, mask: { ...a.mask }, bbox: [...a.bbox] }], remove: ["unknown"] }, "user");
    expect(same).toEqual({ added: {}, updated: {}, removed: {} });
    expect(heard).toHaveLength(1);
    expect(store.all()).toEqual(all);
  });

  it("joins several changes of one object within one call", () => {
    const { store } = listened();
    const a = record("a");
    store.apply({ put: [a] }, "user");
    const diff = store.apply(
      {
        put: [
          { ...a, labelId: 2 },
          { ...a, labelId: 3 },
        ],
      },
      "user",
    );
    expect(diff.updated).toEqual({ a: [a, { ...a, labelId: 3 }] });
    expect(store.apply({ put: [record("b")], remove: ["b"] }, "user")).toEqual({ added: {}, updated: {}, removed: {} });
  });

  it("keeps the order in which objects were first seen, also when one comes back", () => {
    const { store } = listened();
    const [a, b, c] = [record("a"), record("b"), record("c")];
    store.apply({ put: [a, b, c] }, "user");
    store.apply({ remove: ["a"] }, "user");
    store.apply({ put: [a] }, "user");
    expect(store.all().map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  it("returns the same array until something changes, and another one then", () => {
    const { store } = listened();
    store.apply({ put: [record("a")] }, "user");
    const before = store.all();
    expect(store.all()).toBe(before);
    store.apply({ put: [record("a", { score: 0.1 })] }, "user");
    expect(store.all()).not.toBe(before);
  });

  it("stops telling a listener that has left", () => {
    const store = new Store();
    const heard: RecordsDiff[] = [];
    const leave = store.listen((diff) => void heard.push(diff));
    leave();
    store.apply({ put: [record("a")] }, "user");
    expect(heard).toEqual([]);
  });

  it("forgets everything as a change that is not the user's", () => {
    const { store, heard } = listened();
    const a = record("a");
    store.apply({ put: [a] }, "user");
    store.clear();
    expect(heard.at(-1)).toEqual([{ added: {}, updated: {}, removed: { a } }, "remote"]);
    expect(store.all()).toEqual([]);
  });
});
