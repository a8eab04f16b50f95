import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { expect } from "vitest";

import { violations } from "./harness/axe";
import { Bench, type Place } from "./harness/bench";
import { COFFEE } from "./harness/objects";
import { resultsFolder } from "./harness/places";
import { test, type Stage } from "./harness/stage";
import { world } from "./harness/world";

async function openTask(stage: Stage, name: string, clock = 1): Promise<{ page: Page; bench: Bench }> {
  const { project, tasks } = await world(name, { members: { ada: "annotator" } });
  const { page } = await stage.visitor("ada");
  if (clock !== 1) await slowClock(page, clock);
  await page.goto(`/p/${project.id}/t/${tasks[0]?.id}`);
  const bench = new Bench(page);
  await bench.opened();
  return { page, bench };
}

/** The page's stopwatch runs slower, so that masks seem fast to it on the busiest machine. */
function slowClock(page: Page, times: number): Promise<unknown> {
  return page.addInitScript((slower) => {
    const now = performance.now.bind(performance);
    performance.now = () => now() / slower;
  }, times);
}

function keepPicture(page: Page, name: string): Promise<Buffer> {
  return page.screenshot({ path: join(resultsFolder("view"), `${name}.png`) });
}

async function screenOf(page: Page, place: Place): Promise<Place> {
  return page.evaluate(({ x, y }) => {
    const host = document.querySelector("[role='application']")?.getBoundingClientRect();
    const at = window.__cardinal?.engine.view.screenOf({ x, y } as never);
    return { x: (host?.left ?? 0) + (at?.x ?? 0), y: (host?.top ?? 0) + (at?.y ?? 0) };
  }, place);
}

const rounded = (places: readonly Place[]): number[][] => places.map(({ x, y }) => [Math.round(x), Math.round(y)]);

test("light, outlines and magnifier are set beside the picture, and are there again after a reload", async ({ stage }) => {
  const { page, bench } = await openTask(stage, "Light");
  await bench.click(...COFFEE.cup);
  await bench.mask();
  await bench.accept();
  const before = await bench.picture({ x: 20, y: 20 });
  const inside = await bench.picture({ x: 280, y: 180 });
  await page.getByRole("button", { name: "View", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "View" });
  await dialog.getByRole("slider", { name: "Brightness" }).fill("50");
  expect(await dialog.getByRole("slider", { name: "Brightness" }).getAttribute("aria-valuetext")).toBe("200 %");
  expect((await bench.picture({ x: 20, y: 20 })).equals(before)).toBe(false);
  await keepPicture(page, "light-theme");
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => document.documentElement.dataset["mantineColorScheme"] === "dark");
  await keepPicture(page, "dark-theme");
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });

  await dialog.getByRole("button", { name: "As usual" }).click();
  expect((await bench.picture({ x: 20, y: 20 })).equals(before)).toBe(true);
  await bench.press("m");
  expect((await bench.picture({ x: 280, y: 180 })).equals(inside)).toBe(false);
  await dialog.getByRole("switch", { name: "Magnifier" }).click();
  await bench.press("b");
  expect((await bench.status()).tool).toBe("brush");
  await page.reload();
  await bench.opened();
  const settings = await page.evaluate(() => window.__cardinal?.engine.view.settings());
  expect(settings).toMatchObject({ brightness: 1, outlinesOnly: true, magnifier: false });

  // They follow the person to other tests too.
  await page.getByRole("button", { name: "View", exact: true }).click();
  await dialog.getByRole("button", { name: "As usual" }).click();
  const stored = async (): Promise<string> => (await page.request.get("/api/me/preferences")).text();
  await expect.poll(stored, { message: "the usual view is stored" }).toMatch(/"outlinesOnly": ?false/);
});

test("a turned picture is clicked, zoomed and turned back; the points are where they belong", async ({ stage }) => {
  const { page, bench } = await openTask(stage, "Turned");
  await bench.press(">");
  await bench.click(...COFFEE.cup);
  await bench.mask();
  await keepPicture(page, "turned");
  expect(rounded((await bench.status()).points.map(({ point }) => point))).toEqual(rounded(COFFEE.cup));
  await bench.accept();
  const [object] = await bench.objects();
  await bench.press("<");
  await bench.press("v");
  await bench.click({ x: 280, y: 180 });
  expect((await bench.status()).selection).toBe(object?.id);
  await bench.press("Shift+Digit2");
  expect((await bench.status()).zoom).toBeGreaterThan(1.5);
  await bench.press("Shift+Digit0");
  expect((await bench.status()).zoom).toBe(1);
});

test("a preview follows the pointer before the fourth click, and is dropped by it", async ({ stage }) => {
  const { page, bench } = await openTask(stage, "Preview", 100);
  await page.evaluate(() => {
    const session = window.__cardinal?.session;
    const kept: string[] = [];
    session?.onEvent((event) => void kept.push(event.type));
    Object.assign(window, { __events: kept });
  });
  await bench.click(...COFFEE.cup);
  await bench.mask();
  await bench.press("t");
  await bench.click(...COFFEE.cup.slice(0, 3));
  const last = await screenOf(page, { x: 250, y: 296 });
  await page.mouse.move(last.x, last.y);
  const previews = async (): Promise<number> => {
    const events = await page.evaluate(() => (window as unknown as { __events: string[] }).__events);
    return events.filter((type) => type === "preview.ready").length;
  };
  await expect.poll(previews, { message: "a preview" }).toBeGreaterThan(0);
  expect(await bench.hint()).toBe("Next edge. Backspace takes the last point back.");
  await keepPicture(page, "preview");
  expect((await bench.status()).proposal).toBe(null);
  await bench.click({ x: 245, y: 305 });
  await bench.mask();
  await bench.accept();
});

interface Finger extends Place {
  readonly id: number;
}

/** Touches as the browser's own input sends them. */
class Hand {
  private constructor(private readonly line: CDPSession) {}

  static async on(page: Page): Promise<Hand> {
    const line = await page.context().newCDPSession(page);
    await line.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 5 });
    return new Hand(line);
  }

  async touches(type: "touchStart" | "touchMove" | "touchEnd", ...fingers: readonly Finger[]): Promise<void> {
    await this.line.send("Input.dispatchTouchEvent", { type, touchPoints: [...fingers] });
  }

  async tap(at: Place): Promise<void> {
    await this.touches("touchStart", { ...at, id: 1 });
    await this.touches("touchEnd");
  }

  async drag(from: Place, to: Place): Promise<void> {
    await this.touches("touchStart", { ...from, id: 1 });
    for (const part of [0.25, 0.5, 0.75, 1]) {
      await this.touches("touchMove", { id: 1, x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });
    }
    await this.touches("touchEnd");
  }
}

test("fingers click, pinch, take a point back and paint", async ({ stage }) => {
  const { page, bench } = await openTask(stage, "Fingers");
  const hand = await Hand.on(page);
  for (const place of COFFEE.cup.slice(0, 2)) await hand.tap(await screenOf(page, place));
  expect(rounded((await bench.status()).points.map(({ point }) => point))).toEqual(rounded(COFFEE.cup.slice(0, 2)));

  const held = await screenOf(page, { x: 500, y: 300 });
  await hand.touches("touchStart", { ...held, id: 1 });
  await expect.poll(async () => (await bench.status()).points.length, { message: "one point is taken back" }).toBe(1);
  await hand.touches("touchEnd");

  const { zoom } = await bench.status();
  const middle = await screenOf(page, { x: 300, y: 200 });
  const pair = (reach: number): [Finger, Finger] => [
    { id: 1, x: middle.x - reach, y: middle.y },
    { id: 2, x: middle.x + reach, y: middle.y },
  ];
  await hand.touches("touchStart", pair(60)[0]);
  await hand.touches("touchStart", ...pair(60));
  for (const reach of [75, 90, 120]) await hand.touches("touchMove", ...pair(reach));
  await hand.touches("touchEnd");
  expect((await bench.status()).zoom / zoom).toBeCloseTo(2, 1);
  expect((await bench.status()).points).toHaveLength(1);

  await page.evaluate(() => window.__cardinal?.engine.view.fit());
  const from = await screenOf(page, { x: 330, y: 60 });
  await hand.touches("touchStart", { ...from, id: 1 });
  const aim = await screenOf(page, COFFEE.cup[1] ?? { x: 0, y: 0 });
  await hand.touches("touchMove", { id: 1, x: (from.x + aim.x) / 2, y: (from.y + aim.y) / 2 });
  await hand.touches("touchMove", { ...aim, id: 1 });
  await page.waitForTimeout(50);
  await keepPicture(page, "aiming");
  await hand.touches("touchEnd");
  for (const place of COFFEE.cup.slice(2)) await hand.tap(await screenOf(page, place));
  await bench.mask();
  expect(rounded((await bench.status()).points.map(({ point }) => point))).toEqual(rounded(COFFEE.cup));
  await bench.accept();

  await bench.press("b");
  await hand.drag(await screenOf(page, { x: 60, y: 60 }), await screenOf(page, { x: 160, y: 60 }));
  await expect.poll(async () => (await bench.objects()).length, { message: "a stroke" }).toBe(2);
  const bbox = (await bench.objects())[1]?.bbox ?? [];
  expect([Math.abs((bbox[0] ?? 0) - 55) <= 2, (bbox[2] ?? 0) >= 100]).toEqual([true, true]);
});

test("a phone shows the picture above the tools and the lists", async ({ stage }) => {
  const { page, bench } = await openTask(stage, "Phone");
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.querySelector("[role='application']")?.clientWidth)).toBe(390);
  const hand = await Hand.on(page);
  for (const place of COFFEE.cup) await hand.tap(await screenOf(page, place));
  await bench.mask();
  await keepPicture(page, "phone");
  expect(await violations(page)).toEqual([]);
  const accept = await page.getByRole("button", { name: "Accept", exact: true }).boundingBox();
  await hand.tap({ x: (accept?.x ?? 0) + 20, y: (accept?.y ?? 0) + 20 });
  await expect.poll(async () => (await bench.objects()).length, { message: "the object is there" }).toBe(1);
  await page.getByRole("button", { name: "View", exact: true }).click();
  await keepPicture(page, "phone-view");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  // All of the bar is in reach, and the palette has what it leaves out.
  const bar = page.locator("header");
  expect(await bar.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  await page.getByRole("button", { name: "Search commands" }).click();
  await page.getByRole("option", { name: /Show all keys/ }).waitFor();
});
