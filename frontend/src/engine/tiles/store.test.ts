import { beforeEach, describe, expect, it } from "vitest";
import type { Picture } from "../platform";
import { TileGrid, type TilePlace } from "./grid";
import { TileStore, type TileReader } from "./store";

const place = (level: number, x: number, y: number): TilePlace => ({ level, x, y });
const name = ({ level, x, y }: TilePlace): string => `${level}/${x}/${y}`;
/** 4 x 4 tiles of one level and the whole of it in one tile more: the base is the whole and its quarters. */
const GRID = new TileGrid({ width: 64, height: 64 }, 8, 4);
const TILE_BYTES = 8 * 8 * 4;

describe("TileStore", () => {
  let asked: Map<string, { resolve: (tile: Picture) => void; reject: (why: Error) => void; signal: AbortSignal }>;
  let released: string[];
  let pauses: { run: () => void; afterMs: number; stopped: boolean }[];
  let arrived: TileReader[];
  let store: TileStore;

  const open = (limit?: number): TileStore =>
    new TileStore(
      GRID,
      {
        load: (wanted, signal) =>
          new Promise((resolve, reject) => void asked.set(name(wanted), { resolve, reject, signal })),
        later: (run, afterMs) => {
          const pause = { run, afterMs, stopped: false };
          pauses.push(pause);
          return () => void (pause.stopped = true);
        },
        arrived: (reader) => void arrived.push(reader),
      },
      limit,
    );
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  const send = async (...names: string[]): Promise<void> => {
    for (const each of names) {
      asked.get(each)?.resolve({
        source: {} as CanvasImageSource,
        width: 8,
        height: 8,
        release: () => void released.push(each),
      });
      asked.delete(each);
      await settle();
    }
  };
  const sendBase = async (): Promise<void> => {
    for (let round = 0; round < 4; round += 1) await send(...[...asked.keys()].filter((key) => /^[32]/.test(key)));
  };

  beforeEach(() => {
    asked = new Map();
    released = [];
    pauses = [];
    arrived = [];
  });

  it("fetches the whole picture roughly before anything else, six tiles at a time", async () => {
    store = open();
    store.want("view", [place(0, 3, 3)]);
    expect([...asked.keys()]).toEqual(["3/0/0", "2/0/0", "2/1/0", "2/0/1", "2/1/1"].concat(["0/3/3"]));
    await sendBase();
    expect(store.get(place(3, 0, 0))).not.toBeNull();
    expect(arrived).toEqual(["view", "view", "view", "view", "view"]);
    await send("0/3/3");
    expect(store.keptBytes).toBe(6 * TILE_BYTES);
  });

  it("gives up what has left the view, and tells the network", async () => {
    store = open();
    await sendBase();
    store.want("view", [place(0, 1, 1), place(0, 2, 1)]);
    const first = asked.get("0/1/1");
    store.want("view", [place(0, 2, 1), place(0, 3, 1)]);
    expect(first?.signal.aborted).toBe(true);
    expect(asked.get("0/2/1")?.signal.aborted).toBe(false);
    first?.resolve({ source: {} as CanvasImageSource, width: 8, height: 8, release: () => void released.push("late") });
    await settle();
    expect(released).toEqual(["late"]);
    expect(store.get(place(0, 1, 1))).toBeNull();
  });

  it("keeps no more bytes than allowed: what was used longest ago goes, base and view stay", async () => {
    store = open(8 * TILE_BYTES);
    await sendBase();
    for (const x of [0, 1, 2]) {
      store.want("view", [place(0, x, 0)]);
      await send(`0/${x}/0`);
    }
    store.get(place(0, 0, 0));
    store.want("view", [place(0, 3, 0)]);
    await send("0/3/0");
    expect(released).toEqual(["0/1/0"]);
    expect(store.keptBytes).toBe(8 * TILE_BYTES);
    store.want("view", [0, 1, 2, 3].map((y) => place(0, 5, y)));
    await send("0/5/0", "0/5/1", "0/5/2", "0/5/3");
    expect([0, 1, 2, 3].map((y) => store.get(place(0, 5, y)) !== null)).toEqual([true, true, true, true]);
    expect(store.get(place(3, 0, 0))).not.toBeNull();
    expect(store.keptBytes).toBe(9 * TILE_BYTES);
  });

  it("fetches ahead only while there is room", async () => {
    store = open(8 * TILE_BYTES);
    await sendBase();
    store.want("view", [place(0, 0, 0)], [place(0, 1, 0), place(0, 2, 0)]);
    expect([...asked.keys()]).toEqual(["0/0/0", "0/1/0", "0/2/0"]);
    await send("0/0/0");
    expect(arrived.slice(5)).toEqual(["view"]);
    store.want("view", [place(0, 4, 4)], [place(0, 5, 4)]);
    expect([...asked.keys()].filter((key) => !asked.get(key)?.signal.aborted)).toEqual(["0/4/4"]);
  });

  it("tries a tile that is not there again after growing pauses, and stops when nobody wants it", async () => {
    store = open();
    await sendBase();
    store.want("loupe", [place(0, 0, 0)]);
    for (const expected of [400, 800, 1600]) {
      asked.get("0/0/0")?.reject(new Error("404"));
      asked.delete("0/0/0");
      await settle();
      expect(asked.size).toBe(0);
      expect(pauses.at(-1)?.afterMs).toBe(expected);
      pauses.at(-1)?.run();
    }
    asked.get("0/0/0")?.reject(new Error("404"));
    await settle();
    store.want("loupe", []);
    expect(pauses.at(-1)?.stopped).toBe(true);
  });

  it("gives everything back on leaving, also what is still on its way", async () => {
    store = open();
    await send("3/0/0");
    const late = asked.get("2/0/0");
    store.release();
    expect(late?.signal.aborted).toBe(true);
    expect(released).toEqual(["3/0/0"]);
    late?.resolve({ source: {} as CanvasImageSource, width: 8, height: 8, release: () => void released.push("late") });
    await settle();
    expect(released).toEqual(["3/0/0", "late"]);
    expect(store.keptBytes).toBe(0);
  });
});
