import type { Page } from "playwright-core";
import { expect } from "vitest";

import { violations } from "./harness/axe";
import { Bench, type Place } from "./harness/bench";
import { COFFEE } from "./harness/objects";
import { test, type Stage } from "./harness/stage";
import { world } from "./harness/world";

async function open(stage: Stage, name: string): Promise<{ page: Page; bench: Bench }> {
  const { project, tasks } = await world(name, { members: { ada: "annotator" } });
  const { page } = await stage.visitor("ada");
  await page.goto(`/p/${project.id}/t/${tasks[0]?.id}`);
  const bench = new Bench(page);
  await bench.opened();
  return { page, bench };
}

/** A rectangle of pixels, both corners part of it. */
async function rectangle(bench: Bench, from: Place, to: Place): Promise<void> {
  await bench.press("p");
  await bench.click(from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y });
  await bench.press("Enter");
}

async function areas(bench: Bench): Promise<number[]> {
  return (await bench.objects()).map(({ area }) => area);
}

/** The right button on a pixel opens the menu of the object there; then item after item is chosen. */
async function choose(page: Page, at: Place, ...items: readonly (string | RegExp)[]): Promise<void> {
  const host = await page.locator("[role='application']").boundingBox();
  const place = await page.evaluate(({ x, y }) => window.__cardinal?.engine.view.screenOf({ x, y } as never), at);
  await page.mouse.click((host?.x ?? 0) + (place?.x ?? 0), (host?.y ?? 0) + (place?.y ?? 0), { button: "right" });
  for (const name of items) await page.getByRole("menuitem", { name }).click();
}

const A: Place = { x: 110, y: 110 };
const CHANGE = "Change the mask";

/** Areas of the first object alone and of what is asked for, with an undo behind it. */
async function made(page: Page, bench: Bench, ...items: readonly (string | RegExp)[]): Promise<number> {
  const before = await areas(bench);
  await choose(page, A, CHANGE, ...items);
  await expect.poll(() => areas(bench), { message: String(items[0]) }).not.toEqual(before);
  const [area = 0] = await areas(bench);
  await bench.press("Control+z");
  await expect.poll(() => areas(bench), { message: "undone" }).toEqual(before);
  return area;
}

test("two objects are united, cut and put together from the menu under the right button, and undone", async ({ stage }) => {
  const { page, bench } = await open(stage, "Shapes");
  await rectangle(bench, { x: 100, y: 100 }, { x: 180, y: 180 });
  await bench.press("Escape");
  await rectangle(bench, { x: 140, y: 140 }, { x: 220, y: 220 });
  await bench.press("v");
  await expect.poll(async () => (await areas(bench)).length).toBe(2);
  await choose(page, A);
  await page.getByRole("menuitem", { name: CHANGE }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  const [one = 0, other = 0] = await areas(bench);
  const both = await made(page, bench, /^Keep only what is also in/, /^Object 2/);
  expect([both > 1500, both < 1800]).toEqual([true, true]);
  expect(await made(page, bench, /^Unite with/, /^Object 2/)).toBe(one + other - both);
  expect(await made(page, bench, /^Take away what is in/, /^Object 2/)).toBe(one - both);
  await bench.saves("Saved");
});

test("a mask grows, shrinks, loses its hole, and falls into its parts", async ({ stage }) => {
  const { page, bench } = await open(stage, "Parts");
  await rectangle(bench, { x: 100, y: 100 }, { x: 180, y: 180 });
  await bench.press("v");
  const first = async (): Promise<number> => (await areas(bench))[0] ?? 0;
  const [x = 0, y = 0, width = 0, height = 0] = (await bench.objects())[0]?.bbox ?? [];
  const whole = await first();
  expect(whole).toBe(width * height);
  await choose(page, A, CHANGE, /^Grow/);
  await expect.poll(async () => (await bench.objects())[0]?.bbox).toEqual([x - 1, y - 1, width + 2, height + 2]);
  await choose(page, A, CHANGE, /^Shrink/);
  await expect.poll(async () => (await bench.objects())[0]?.bbox).toEqual([x, y, width, height]);
  await bench.press("Control+z", "Control+z");
  await expect.poll(first).toBe(whole);

  await bench.press("Escape");
  await rectangle(bench, { x: 150, y: 150 }, { x: 160, y: 160 });
  await bench.press("v");
  await choose(page, A, CHANGE, /^Take away what is in/, /^Object 2/);
  const hole = (await areas(bench))[1] ?? 0;
  await expect.poll(first).toBe(whole - hole);
  await choose(page, A, CHANGE, /^Fill holes/);
  await expect.poll(first).toBe(whole);

  await bench.press("Escape");
  await rectangle(bench, { x: 130, y: 90 }, { x: 140, y: 190 });
  await bench.press("v");
  await choose(page, A, CHANGE, /^Take away what is in/, /^Object 3/);
  await expect.poll(first).toBeLessThan(whole);
  const rest = await first();
  const larger = await made(page, bench, /^Keep only the largest/);
  expect([larger > rest / 2, larger < rest]).toEqual([true, true]);
  await choose(page, A, CHANGE, /^Split/);
  await expect.poll(async () => (await areas(bench)).length).toBe(4);
  expect((await areas(bench)).reduce((sum, area) => sum + area, 0)).toBe(rest + hole + ((await areas(bench))[2] ?? 0));
});

test("the wheel zooms at the pointer and, with Alt, sizes the brush; one object is shown alone", async ({ stage }) => {
  const { page, bench } = await open(stage, "Wheel");
  await rectangle(bench, { x: 100, y: 100 }, { x: 180, y: 180 });
  await bench.press("Escape");
  await rectangle(bench, { x: 300, y: 100 }, { x: 380, y: 180 });
  await bench.press("v");
  await bench.click({ x: 140, y: 140 });
  const before = await bench.status();
  await page.mouse.wheel(0, -240);
  await expect.poll(async () => (await bench.status()).zoom).toBeGreaterThan(before.zoom * 1.2);
  const { pointer } = await bench.status();
  expect([Math.round(pointer?.x ?? 0), Math.round(pointer?.y ?? 0)]).toEqual([140, 140]);
  await bench.press("b");
  const { brushSize } = await bench.status();
  await page.keyboard.down("Alt");
  await page.mouse.wheel(0, -120);
  await page.keyboard.up("Alt");
  await expect.poll(async () => (await bench.status()).brushSize).toBeGreaterThan(brushSize);

  await bench.press("0", "v");
  await choose(page, A, "Show only this");
  const shown = (): Promise<number | undefined> => page.evaluate(() => window.__cardinal?.engine.edits.visible().length);
  await expect.poll(shown).toBe(1);
  await choose(page, A, "Show the others again");
  await expect.poll(shown).toBe(2);
});

test("a pen clicks four points and paints", async ({ stage }) => {
  const { page, bench } = await open(stage, "Pen");
  const line = await page.context().newCDPSession(page);
  const at = async ({ x, y }: Place): Promise<Place> => {
    const host = await page.locator("[role='application']").boundingBox();
    const place = await page.evaluate((point) => window.__cardinal?.engine.view.screenOf(point as never), { x, y });
    return { x: (host?.x ?? 0) + (place?.x ?? 0), y: (host?.y ?? 0) + (place?.y ?? 0) };
  };
  const pen = async (type: "mousePressed" | "mouseMoved" | "mouseReleased", place: Place): Promise<void> => {
    const down = type === "mouseMoved" ? {} : { clickCount: 1 };
    await line.send("Input.dispatchMouseEvent", { type, ...place, ...down, button: "left", buttons: type === "mouseReleased" ? 0 : 1, pointerType: "pen" });
  };
  for (const place of COFFEE.cup) {
    const there = await at(place);
    await pen("mousePressed", there);
    await pen("mouseReleased", there);
  }
  await bench.mask();
  await bench.accept();
  await bench.press("b");
  const [from, to] = [await at({ x: 60, y: 320 }), await at({ x: 160, y: 320 })];
  await pen("mousePressed", from);
  for (const part of [0.25, 0.5, 0.75, 1]) await pen("mouseMoved", { x: from.x + (to.x - from.x) * part, y: from.y });
  await pen("mouseReleased", to);
  await expect.poll(async () => (await bench.objects()).length, { message: "a stroke" }).toBe(2);
});
