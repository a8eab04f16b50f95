import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { violations } from "./harness/axe";
import { fileName, resultsFolder } from "./harness/places";
import { test, type Stage, type Visitor } from "./harness/stage";
import { tour, type Stop } from "./harness/tour";

const SIZES = [
  { width: 1280, height: 720 },
  { width: 3840, height: 2160 },
] as const;
const THEMES = ["light", "dark"] as const;

/** Keeps a picture of the page and tells by how many pixels it is too wide for the screen. */
async function picture(page: Page, name: string, theme: (typeof THEMES)[number], size: (typeof SIZES)[number]): Promise<number> {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize(size);
  await page.waitForFunction((scheme) => document.documentElement.dataset["mantineColorScheme"] === scheme, theme);
  const type = size === SIZES[0] ? "png" : "jpeg";
  await page.screenshot({ path: join(resultsFolder("pages"), fileName(name, theme, `${size.width}.${type}`)), type });
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
}

async function look(page: Page, stop: Stop): Promise<string[]> {
  const found: string[] = [];
  for (const theme of THEMES) {
    for (const size of SIZES) {
      const tooWide = await picture(page, stop.name, theme, size);
      if (tooWide > 0) found.push(`${stop.name}, ${theme}, ${size.width}: ${tooWide} px too wide`);
    }
    await page.setViewportSize(SIZES[0]);
    found.push(...(await violations(page)).map((violation) => `${stop.name}, ${theme}: ${violation}`));
  }
  return found;
}

function visitors(stage: Stage): (user: string | null) => Promise<Visitor> {
  const known = new Map<string, Visitor>();
  return async (user) => {
    const visitor = known.get(user ?? "") ?? (user === null ? await stage.stranger() : await stage.visitor(user));
    known.set(user ?? "", visitor);
    return visitor;
  };
}

const NAME = "every page fits the screen and is accessible, light and dark, at 1280x720 and in 4K";

test(NAME, { timeout: 300_000 }, async ({ stage }) => {
  const as = visitors(stage);
  const found: string[] = [];
  for (const stop of await tour()) {
    const { page } = await as(stop.user);
    await page.setViewportSize(SIZES[0]);
    await page.goto(stop.path);
    await stop.ready(page);
    await page.evaluate(() => document.fonts.ready);
    found.push(...(await look(page, stop)));
  }
  expect(found).toEqual([]);
});
