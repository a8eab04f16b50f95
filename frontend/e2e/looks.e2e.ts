import { join } from "node:path";
import { describe, expect, beforeAll } from "vitest";

import { fileName, resultsFolder } from "./harness/places";
import { test } from "./harness/stage";
import { tour, type Stop } from "./harness/tour";

const SIZES = [
  [1280, 720],
  [3840, 2160],
] as const;
const THEMES = ["light", "dark"] as const;

let stops: Stop[] = [];
beforeAll(async () => {
  stops = await tour();
});

describe("every page fits the screen", () => {
  test.for(THEMES.flatMap((theme) => SIZES.map((size) => ({ theme, size, name: `${theme} at ${size.join("x")}` }))))(
    "$name",
    async ({ theme, size }, { stage }) => {
      for (const { name, path, user, ready } of stops) {
        const { page, context } = user === null ? await stage.stranger(name, { theme, size }) : await stage.visitor(user, { theme, size });
        await page.goto(path);
        await ready(page);
        await page.waitForLoadState("networkidle");
        await page.screenshot({ path: join(resultsFolder("pages"), fileName(name, theme, `${size[0]}.png`)) });
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect([name, Math.max(0, wider)]).toEqual([name, 0]);
        await context.close();
      }
    },
  );
});
