import { describe, expect, it } from "vitest";
import { encodeMask } from "../rle";
import { Shapes } from "../shapes";
import { FakePlatform, type FakePath } from "../testing/fakePlatform";
import { boxMask } from "../testing/bench";
import { drawMask } from "./maskBitmap";
import { MaskCache } from "./maskCache";

const shapes = new Shapes();

function pixelsOf(fake: FakePlatform): number[] {
  const [image] = fake.buffers[0]?.named("putImageData")[0]?.args ?? [];
  return [...(image as ImageData).data];
}

describe("drawMask", () => {
  it("makes a bitmap of the object's box alone, in the label's colour", () => {
    const fake = new FakePlatform();
    const pixels = new Uint8Array(100 * 60);
    for (const index of [20 * 100 + 30, 20 * 100 + 31, 21 * 100 + 31]) pixels[index] = 1;
    const shape = shapes.of(encodeMask(pixels, 60, 100));
    if (shape === null || shape.box === null) throw new Error("no shape");
    const art = drawMask(fake.platform(), shape, shape.box, 1, "#0a64ff");
    expect(fake.buffers.map(({ width, height }) => [width, height])).toEqual([[2, 2]]);
    expect(pixelsOf(fake)).toEqual([10, 100, 255, 255, 10, 100, 255, 255, 0, 0, 0, 0, 10, 100, 255, 255]);
    expect(art.box).toEqual({ x: 30, y: 20, width: 2, height: 2 });
    expect((art.outline as unknown as FakePath).steps).toEqual([
      [32, 20],
      [32, 22],
      [31, 22],
      [31, 21],
      [30, 21],
      [30, 20],
      null,
    ]);
  });

  it("makes a large mask no larger than it is shown", () => {
    const fake = new FakePlatform();
    const shape = shapes.of(boxMask(100, 100, 800, 600));
    if (shape === null || shape.box === null) throw new Error("no shape");
    const art = drawMask(fake.platform(), shape, shape.box, 8, "#0a64ff");
    expect(fake.buffers.map(({ width, height }) => [width, height])).toEqual([[100, 75]]);
    expect(art.bytes).toBe(30_000);
    expect((art.outline as unknown as FakePath).steps).toEqual([[900, 100], [900, 700], [100, 700], [100, 100], null]);
  });
});

describe("MaskCache", () => {
  it("makes a rendering once for each colour and scale", () => {
    const fake = new FakePlatform();
    const cache = new MaskCache(fake.platform(), shapes);
    const mask = boxMask(0, 0, 10, 10);
    expect(cache.any(mask)).toBeNull();
    const art = cache.make(mask, "#ff0000", 1);
    expect(cache.ready(mask, "#ff0000", 1)).toBe(art);
    expect(cache.ready(mask, "#00ff00", 1)).toBeNull();
    expect(cache.ready(mask, "#ff0000", 2)).toBeNull();
    expect(cache.any(mask)).toBe(art);
    expect(cache.held).toBe(400);
  });

  it("gives the old rendering back when it makes another one", () => {
    const fake = new FakePlatform();
    const cache = new MaskCache(fake.platform(), shapes);
    const mask = boxMask(0, 0, 10, 10);
    cache.make(mask, "#ff0000", 1);
    cache.make(mask, "#ff0000", 2);
    expect(fake.buffers.map(({ released }) => released)).toEqual([true, false]);
    expect(cache.held).toBe(100);
  });

  it("gives up what was drawn longest ago when memory runs short, never what was just made", () => {
    const fake = new FakePlatform();
    const cache = new MaskCache(fake.platform(), shapes, 1000);
    const [a, b, c, large] = [
      boxMask(0, 0, 10, 10),
      boxMask(9, 0, 10, 10),
      boxMask(5, 5, 10, 10),
      boxMask(0, 0, 50, 50),
    ];
    cache.make(a, "#ff0000", 1);
    cache.make(b, "#ff0000", 1);
    cache.any(a);
    cache.make(c, "#ff0000", 1);
    expect([cache.any(a) !== null, cache.any(b), cache.any(c) !== null]).toEqual([true, null, true]);
    cache.make(large, "#ff0000", 1);
    expect([cache.any(a), cache.any(c), cache.any(large) !== null, cache.held]).toEqual([null, null, true, 10_000]);
  });

  it("has nothing for a mask that is empty or cannot be read", () => {
    const cache = new MaskCache(new FakePlatform().platform(), shapes);
    expect(cache.make(boxMask(0, 0, 0, 0), "#ff0000", 1)).toBeNull();
    expect(cache.make({ size: [2, 2], counts: "~" }, "#ff0000", 1)).toBeNull();
  });
});
