import type { Page } from "playwright-core";
import { expect } from "vitest";

import type { Bench, Place } from "./bench";

const MOST_STOPS = 60;
const ROOM = 10;

interface Focused {
  readonly name: string;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** The focused control's words and where its mark would be seen; null when nothing has the focus. */
async function focused(page: Page): Promise<Focused | null> {
  return page.evaluate((room) => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return null;
    // A hidden radio or checkbox is drawn by its label, the link of a card by the card.
    const label = element instanceof HTMLInputElement ? element.labels?.[0] : null;
    const name = element.getAttribute("aria-label") ?? (label ?? element).textContent.trim();
    const { left, top, right, bottom } = (label ?? element.closest("li") ?? element).getBoundingClientRect();
    const [x, y] = [Math.max(0, left - room), Math.max(0, top - room)];
    const [width, height] = [Math.min(window.innerWidth, right + room) - x, Math.min(window.innerHeight, bottom + room) - y];
    return { name: name === "" ? element.tagName : name, box: { x, y, width, height } };
  }, ROOM);
}

/** Goes on with Tab, or another key, until `name` has the focus, and answers with all that had it, in order. */
export async function tabTo(page: Page, name: string | RegExp, key = "Tab"): Promise<string[]> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press(key);
    const at = (await focused(page))?.name ?? "nothing";
    passed.push(at);
    if (typeof name === "string" ? at === name : name.test(at)) return passed;
  }
  throw new Error(`${key} never reached ${String(name)}, only: ${passed.join(" | ")}`);
}

/**
 * Walks through the page with Tab until the focus has come round, and answers with the controls that look the same
 * with and without it.
 */
export async function unmarkedStops(page: Page): Promise<{ stops: string[]; unmarked: string[] }> {
  const [stops, unmarked]: [string[], string[]] = [[], []];
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (at === null) return { stops, unmarked };
    stops.push(at.name);
    const clip = at.box;
    const marked = await page.screenshot({ clip, animations: "disabled" });
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    const plain = await page.screenshot({ clip, animations: "disabled" });
    if (marked.equals(plain)) unmarked.push(at.name);
  }
  throw new Error(`More than ${MOST_STOPS} stops: ${stops.join(" | ")}`);
}

/** Steers the keyboard cursor to a pixel of the photograph: by twenties with Shift, then one by one. */
export async function steer(bench: Bench, to: Place): Promise<void> {
  const where = async (): Promise<Place> => (await bench.status()).pointer ?? { x: Number.NaN, y: Number.NaN };
  if (Number.isNaN((await where()).x)) await bench.press("ArrowRight");
  for (const [axis, back, forth] of [["x", "ArrowLeft", "ArrowRight"], ["y", "ArrowUp", "ArrowDown"]] as const) {
    const distance = Math.round(to[axis] - (await where())[axis]);
    const key = distance < 0 ? back : forth;
    const [far, near] = [Math.floor(Math.abs(distance) / 20), Math.abs(distance) % 20];
    for (let step = 0; step < far; step += 1) await bench.press(`Shift+${key}`);
    for (let step = 0; step < near; step += 1) await bench.press(key);
  }
  const reached = await where();
  expect([Math.round(reached.x), Math.round(reached.y)]).toEqual([to.x, to.y]);
}
