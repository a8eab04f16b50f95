import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, networkError } from "../../api/errors";
import type { StoredPreferences } from "../../api/preferenceCalls";
import { merged, type Document } from "./preferenceParts";
import { PreferenceStore } from "./preferenceStore";

/** A server that keeps one person's document under a version, as the real one does. */
class Server {
  version = 0;
  document: Document = {};
  writes: Document[] = [];
  down = false;

  read = (): Promise<StoredPreferences> =>
    this.down ? Promise.reject(networkError()) : Promise.resolve({ version: this.version, preferences: { ...this.document } });

  write = (version: number, document: Document): Promise<StoredPreferences> => {
    if (this.down) return Promise.reject(networkError());
    if (version !== this.version) {
      const current = { version: this.version, preferences: this.document };
      return Promise.reject(new ApiError(409, "stale_version", "", { current }));
    }
    this.writes.push(document);
    this.version += 1;
    // JSON knows no undefined.
    this.document = JSON.parse(JSON.stringify(document)) as Document;
    return Promise.resolve({ version: this.version, preferences: this.document });
  };
}

let server: Server;
let kept: Map<string, string>;
let target: EventTarget;

function aStore(): PreferenceStore {
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text) };
  return new PreferenceStore({ ...server, storage: () => storage, target, online: () => true });
}

async function opened(): Promise<PreferenceStore> {
  const store = aStore();
  store.open(1);
  await vi.advanceTimersByTimeAsync(0);
  return store;
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_000);

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  kept = new Map();
  target = new EventTarget();
});
afterEach(() => void vi.useRealTimers());

describe("PreferenceStore", () => {
  it("shows a change at once and writes several as one", async () => {
    const store = await opened();
    const told = vi.fn();
    store.subscribe(told);
    store.set("keymap", { delete: ["q"] });
    store.set("theme", "dark");
    expect([store.get("keymap"), store.get("theme"), told.mock.calls.length, server.writes.length]).toEqual([{ delete: ["q"] }, "dark", 2, 0]);
    await settle();
    expect(server.writes).toEqual([{ keymap: { delete: ["q"] }, theme: "dark" }]);
    expect(store.unsent).toBe(false);
  });

  it("begins with the copy of here, and takes over what the server has", async () => {
    await opened().then((store) => store.set("theme", "dark"));
    await settle();
    server.document = { theme: "light" };
    server.version = 2;
    const store = aStore();
    store.open(1);
    expect(store.get("theme")).toBe("dark");
    await vi.advanceTimersByTimeAsync(0);
    expect(store.get("theme")).toBe("light");
    expect(server.writes.length).toBe(1);
  });

  it("keeps what another page changed when both have changed something", async () => {
    const store = await opened();
    server.document = { keymap: { undo: ["u"], delete: ["d"] }, theme: "light" };
    server.version = 5;
    store.set("keymap", { delete: ["q"] });
    await settle();
    expect(server.document).toEqual({ keymap: { undo: ["u"], delete: ["q"] }, theme: "light" });
    expect([server.version, store.get("theme")]).toEqual([6, "light"]);
  });

  it("sends when the line is back what was changed without one, also after a reload", async () => {
    const store = await opened();
    server.down = true;
    store.set("theme", "dark");
    await settle();
    expect(server.writes).toEqual([]);
    server.down = false;
    await opened();
    await settle();
    expect(server.document).toEqual({ theme: "dark" });
  });

  it("follows the other tab, and leaves the sending to it", async () => {
    const store = await opened();
    const newValue = JSON.stringify({ version: 0, base: {}, mine: { keymap: { undo: ["u"] } } });
    target.dispatchEvent(new StorageEvent("storage", { key: "cardinal.preferences.1", newValue }));
    expect(store.get("keymap")).toEqual({ undo: ["u"] });
    await settle();
    expect(server.writes).toEqual([]);
  });

  it("is a person's own", async () => {
    const store = await opened();
    store.set("theme", "dark");
    server = new Server();
    store.open(2);
    expect(store.get("theme")).toBeNull();
  });

  it("gives back a refused document no more until something changes", async () => {
    const write = vi.fn(() => Promise.reject(new ApiError(413, "too_large", "")));
    const storage = { getItem: () => null, setItem: () => {} };
    const store = new PreferenceStore({ read: server.read, write, storage: () => storage, target, online: () => true });
    store.open(1);
    await settle();
    store.set("theme", "dark");
    await vi.advanceTimersByTimeAsync(60_000);
    expect([write.mock.calls.length, store.get("theme")]).toEqual([1, "dark"]);
  });

  it.each(["", "{", "7", "null", '{"version":"1"}', '{"version":1,"base":[],"mine":{}}'])("is the usual where %s is kept here", async (text) => {
    kept.set("cardinal.preferences.1", text);
    const store = await opened();
    expect([store.get("keymap"), store.get("theme"), store.get("view")]).toEqual([{}, null, {}]);
  });

  it("reads of a broken document what makes sense", async () => {
    server.document = { keymap: { a: ["x"], b: "y", c: [3], d: [] }, theme: "pink", view: 7 };
    const store = await opened();
    expect([store.get("keymap"), store.get("theme"), store.get("view")]).toEqual([{ a: ["x"], d: [] }, null, {}]);
  });

  it("gives the same value as long as nothing has changed", async () => {
    const store = await opened();
    store.set("keymap", { undo: ["u"] });
    const before = store.get("keymap");
    await settle();
    expect(store.get("keymap")).toBe(before);
  });
});

describe("merged", () => {
  it("takes mine where I changed it, else theirs", () => {
    const base = { theme: "light", keymap: { a: ["1"], b: ["2"] } };
    expect(merged(base, { theme: "light", keymap: { a: ["9"] } }, { theme: "dark", keymap: { a: ["1"], b: ["2"], c: ["3"] } })).toEqual({
      theme: "dark",
      keymap: { a: ["9"], c: ["3"] },
    });
  });
});
