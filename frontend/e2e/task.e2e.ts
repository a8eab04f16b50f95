import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { violations } from "./harness/axe";
import { Bench } from "./harness/bench";
import { COFFEE } from "./harness/objects";
import { photograph, resultsFolder } from "./harness/places";
import { python } from "./harness/python";
import { test } from "./harness/stage";
import { freshName, LABELS, signIn, world } from "./harness/world";

const THEMES = ["light", "dark"] as const;

/** Pictures of the page in both themes, and what axe finds wrong in either. */
async function look(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForFunction((scheme) => document.documentElement.dataset["mantineColorScheme"] === scheme, theme);
    await page.screenshot({ path: join(resultsFolder("task"), `${name}-${theme}.png`) });
    found.push(...(await violations(page)).map((violation) => `${name}, ${theme}: ${violation}`));
  }
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

test("a task is skipped with a reason, found by the admin, and given back", async ({ stage }) => {
  const { project, tasks } = await world("Skip", {
    photographs: ["coffee.png", "astronaut.png"],
    members: { ada: "annotator" },
  });
  const { page } = await stage.visitor("ada");
  const bench = new Bench(page);
  await page.goto(`/p/${project.id}/t/${tasks[0]?.id}`);
  await bench.opened();
  await page.getByRole("button", { name: "Skip", exact: true }).click();
  await page.getByText("Unclear what to label", { exact: true }).click();
  await page.getByLabel("Note").fill("Is the spoon a part of the cup?");
  await page.getByLabel("Ask an admin to look at it, too").check();
  expect(await look(page, "skip")).toEqual([]);
  await page.getByRole("button", { name: "Skip and go on" }).click();
  await page.waitForURL(`**/t/${tasks[1]?.id}`);

  const admin = await stage.visitor("admin");
  await admin.page.goto(`/p/${project.id}`);
  await admin.page.getByText("1 photograph is flagged").waitFor();
  await admin.page.getByText("1 photograph was skipped").waitFor();
  expect(await look(admin.page, "overview")).toEqual([]);
  await admin.page.getByRole("link", { name: "Look at the flags" }).click();
  await admin.page.waitForURL("**/data?state=flagged");
  await admin.page.getByText("Flagged by ada: Is the spoon a part of the cup?").waitFor();
  expect(await look(admin.page, "data")).toEqual([]);
  await admin.page.getByRole("link", { name: /Skipped/ }).click();
  await admin.page.getByRole("link", { name: "coffee.png" }).click();
  await admin.page.getByRole("button", { name: "Skipped by ada" }).click();
  expect(await look(admin.page, "skipped")).toEqual([]);
  await admin.page.getByRole("button", { name: "Take the skip back" }).click();
  await admin.page.getByText("This task is open again.").waitFor();
  await admin.page.getByRole("button", { name: "Flagged by ada" }).click();
  await admin.page.getByRole("button", { name: "Take the flag away" }).click();
  await admin.page.getByRole("button", { name: "Flag", exact: true }).waitFor();
  const { state, skip, flag } = await (await signIn("admin")).task(tasks[0]?.id ?? 0);
  expect([state, skip, flag]).toEqual(["open", null, null]);
});

test("an admin writes the guide with a picture, and it lies beside the image while one works", async ({ stage }) => {
  const { project, tasks } = await world("Guide", { members: { ada: "annotator" } });
  const admin = await stage.visitor("admin");
  await admin.page.goto(`/p/${project.id}`);
  await admin.page.getByRole("button", { name: "Write the guide" }).click();
  const text = admin.page.getByLabel("Text of the guide, in Markdown");
  await text.fill("# Cups\n\nLabel **each** cup.\n\n| do | do not |\n|---|---|\n| handle | saucer |");
  await text.press("Control+End");
  await admin.page.locator("input[type=file]").setInputFiles(photograph("coffee.png"));
  await expect.poll(() => text.inputValue()).toMatch(/\n\n!\[coffee\]\(coffee\.png\)$/);
  expect(await look(admin.page, "editor")).toEqual([]);
  await admin.page.getByRole("button", { name: "Save guide" }).click();
  await admin.page.getByRole("heading", { name: "Cups" }).waitFor();

  const { page } = await stage.visitor("ada");
  const bench = new Bench(page);
  await page.goto(`/p/${project.id}/t/${tasks[0]?.id}`);
  await bench.opened();
  const wide = (await page.getByRole("application").boundingBox())?.width ?? 0;
  await page.getByRole("button", { name: "Guide", exact: true }).click();
  await page.getByRole("img", { name: "coffee" }).waitFor();
  await expect.poll(async () => (await page.getByRole("application").boundingBox())?.width ?? 0).toBeLessThan(wide - 200);
  await bench.click(...COFFEE.cup);
  await bench.mask();
  await bench.accept();
  await page.getByRole("button", { name: "1 object today" }).click();
  await page.getByText("Since midnight, in this project.", { exact: false }).waitFor();
  expect(await look(page, "guide")).toEqual([]);
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByRole("img", { name: "coffee" }).waitFor();
  await page.getByRole("button", { name: "Fold the guide away" }).click();
  await expect.poll(async () => (await page.getByRole("application").boundingBox())?.width).toBe(wide);
});

test("an image of 100 megapixels is shown by its tiles, sharp where one looks, and never fetched whole", { timeout: 240_000 }, async ({ stage }) => {
  const folder = mkdtempSync("/tmp/cardinal-large-");
  const admin = await signIn("admin");
  const dataset = await admin.createDataset(freshName("Large"));
  try {
    const path = join(folder, "large.jpg");
    await python("large_picture.py", { arguments: [path] });
    await admin.upload(dataset.id, [path]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const project = await admin.createProject({ name: freshName("Large"), dataset_ids: [dataset.id], labels: [...LABELS] });
  const [task] = (await admin.tasks(project.id)).results;
  expect([task?.image.width, task?.image.height, task?.image.tiles?.levels]).toEqual([12_000, 8_500, 6]);

  const { page } = await stage.visitor("admin");
  const asked: string[] = [];
  page.on("request", (request) => void asked.push(new URL(request.url()).pathname));
  const bench = new Bench(page);
  await page.goto(`/p/${project.id}/t/${task?.id}`);
  await bench.opened();
  const tiles = (): string[] => asked.filter((path) => /\/tiles\/\d/.test(path));
  await expect.poll(() => tiles().some((path) => path.includes("/tiles/3/"))).toBe(true);
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(resultsFolder("task"), "large.png") });
  expect(asked.filter((path) => path.endsWith("/file"))).toEqual([]);

  // The whole is shown by few tiles; a close look brings those of the place alone.
  expect(tiles().every((path) => Number(/tiles\/(\d)/.exec(path)?.[1]) >= 2)).toBe(true);
  await page.evaluate(() => {
    const engine = window.__cardinal?.engine;
    const at = engine?.view.screenOf({ x: 9984, y: 5376 } as never);
    if (at !== undefined) engine?.view.zoomBy(60, at);
  });
  const near = (): string[] => tiles().filter((path) => path.includes("/tiles/0/"));
  await expect.poll(() => near().length).toBeGreaterThan(3);
  await expect.poll(() => colorAt(page, 9984 + 32, 5376 + 32)).toBe("red");
  await expect.poll(() => colorAt(page, 9984 - 32, 5376 + 32)).toBe("blue");
  expect(new Set(near()).size).toBeLessThan(40);
  await page.screenshot({ path: join(resultsFolder("task"), "large-near.png") });
});

/** What the lowest canvas shows of a pixel of the image: pure red or blue, or neither. */
function colorAt(page: Page, x: number, y: number): Promise<string> {
  return page.evaluate(
    ([across, down]) => {
      const canvas = document.querySelector<HTMLCanvasElement>("[role='application'] canvas");
      const at = window.__cardinal?.engine.view.screenOf({ x: across, y: down } as never);
      if (canvas === null || at === undefined) return "nothing";
      const ratio = canvas.width / canvas.clientWidth;
      const data = canvas.getContext("2d")?.getImageData(Math.round(at.x * ratio), Math.round(at.y * ratio), 1, 1).data;
      const [red = 0, green = 0, blue = 0] = data ?? [];
      if (green > 12) return "neither";
      return red > 240 && blue < 12 ? "red" : blue > 240 && red < 12 ? "blue" : "neither";
    },
    [x, y] as const,
  );
}
