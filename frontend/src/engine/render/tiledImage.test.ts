import { beforeEach, describe, expect, it } from "vitest";
import { screenPoint } from "../geometry";
import { IMAGE, TestBench } from "../testing/bench";
import type { DrawCall } from "../testing/fakePlatform";

/** The usual test image as if it were large: 4 x 4 tiles, 2 x 2, and 1. */
const SOURCE = {
  url: "/large",
  ...IMAGE,
  tiles: { side: 256, levels: 3, url: "/tiles/{level}/{x}/{y}", preview: "/preview" },
};

describe("a large image", () => {
  let bench: TestBench;
  const drawn = (): string[] => bench.layer(0).named("drawImage").map(nameOf);
  const nameOf = ({ args: [source] }: DrawCall): string => (source as { picture: string }).picture;
  const sendAll = async (): Promise<void> => {
    while (bench.fake.askedTiles.size > 0) {
      for (const url of [...bench.fake.askedTiles.keys()]) await bench.fake.sendTile(url, { width: 256, height: 256 });
    }
  };
  const repaint = (): readonly string[] => {
    bench.layer(0).clear();
    bench.fake.frame();
    return drawn();
  };

  beforeEach(async () => {
    bench = await TestBench.open();
    bench.fake.pictures.set("/preview", { width: 32, height: 26 });
    await bench.engine.loadImage(SOURCE);
  });

  it("is ready with its preview before any tile has come", () => {
    expect(bench.status.image).toBe("ready");
    expect(repaint()).toEqual(["/preview"]);
    const [call] = bench.layer(0).named("drawImage");
    expect(call?.args.slice(1)).toEqual([0, 0, 32, 26, 0, 0, 1000, 800]);
  });

  it("draws tiles as they come, exactly where they belong, on a coarser ground", async () => {
    repaint();
    await bench.fake.sendTile("/tiles/2/0/0", { width: 250, height: 200 });
    await sendAll();
    const names = repaint();
    expect(names.filter((name) => name === "/preview")).toEqual([]);
    expect(names.slice(-16).every((name) => name.startsWith("/tiles/0/"))).toBe(true);
    expect(new Set(names.slice(-16)).size).toBe(16);
    const corner = bench.layer(0).named("drawImage").find((call) => nameOf(call) === "/tiles/0/3/3");
    expect(corner?.args.slice(1)).toEqual([0, 0, 232, 32, 768, 768, 232, 32]);
  });

  it("asks for finer tiles of what is looked at, and no longer for the rest", async () => {
    bench.engine.view.zoomBy(8, screenPoint(24, 24));
    repaint();
    await sendAll();
    expect(new Set(repaint().slice(-1))).toEqual(new Set(["/tiles/0/0/0"]));
  });

  it("repaints nothing but the overlay when the pointer moves", async () => {
    repaint();
    await sendAll();
    repaint();
    const before = bench.engine.stats();
    bench.move(300, 300);
    bench.fake.frame();
    bench.move(310, 300);
    bench.fake.frame();
    const after = bench.engine.stats();
    expect(after).toEqual({ ...before, overlayPaints: before.overlayPaints + 2 });
  });

  it("gives preview, tiles and requests back when another image is opened", async () => {
    repaint();
    await bench.fake.sendTile("/tiles/2/0/0", { width: 250, height: 200 });
    expect(bench.fake.askedTiles.size).toBeGreaterThan(0);
    await bench.engine.loadImage({ url: "/image", ...IMAGE });
    expect(bench.fake.releasedPictures).toEqual(expect.arrayContaining(["/tiles/2/0/0", "/preview"]));
    expect(bench.fake.askedTiles.size).toBe(0);
  });

  it("has failed when even the preview cannot be read", async () => {
    const other = { ...SOURCE, url: "/other", tiles: { ...SOURCE.tiles, preview: "/none" } };
    await expect(bench.engine.loadImage(other)).rejects.toThrow("no picture at /none");
    expect(bench.status.image).toBe("failed");
  });
});
