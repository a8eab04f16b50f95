import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { violations } from "./harness/axe";
import { Bench } from "./harness/bench";
import { COFFEE } from "./harness/objects";
import { fileName, resultsFolder } from "./harness/places";
import { test } from "./harness/stage";
import { signIn, world } from "./harness/world";

const CUP_MIDDLE = { x: 290, y: 160 };

async function pictures(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForFunction((scheme) => document.documentElement.dataset["mantineColorScheme"] === scheme, theme);
    await page.screenshot({ path: join(resultsFolder("pages"), fileName("together", name, `${theme}.png`)) });
    found.push(...(await violations(page)).map((violation) => `${name}, ${theme}: ${violation}`));
  }
  return found;
}

async function labelCup(bench: Bench): Promise<void> {
  await bench.click(...COFFEE.cup);
  await bench.mask();
  await bench.accept();
  await bench.saves("Saved");
}

async function select(bench: Bench): Promise<void> {
  await bench.press("v");
  await bench.click(CUP_MIDDLE);
  await expect.poll(async () => (await bench.status()).selection, { message: "the cup is selected" }).not.toBeNull();
}

test("people on one task see each other, their pointers and what they work on", async ({ stage }) => {
  const { project, tasks } = await world("Side by side", { members: { ada: "annotator", ben: "viewer" } });
  const path = `/p/${project.id}/t/${tasks[0]?.id}`;
  const ada = new Bench((await stage.visitor("ada")).page);
  await ada.page.goto(path);
  await ada.opened();
  const ben = new Bench((await stage.visitor("ben")).page);
  await ben.page.goto(path);
  await ben.opened("view");
  await ada.page.getByRole("img", { name: "Also on this task: ben" }).waitFor();
  await ben.page.getByRole("img", { name: "Also on this task: ada" }).waitFor();

  await labelCup(ada);
  await select(ada);
  const pointer = ben.page.getByTestId("pointer");
  // A pointer that rests goes after a while, so it moves on a slow machine until it is looked at.
  let step = 0;
  const there = async (): Promise<string | null> => {
    await ada.page.mouse.move(400 + (step = (step + 1) % 2), 300);
    const [box] = await pointer.all();
    return JSON.stringify((await box?.boundingBox({ timeout: 1_000 }).catch(() => null)) ?? null);
  };
  await expect.poll(there).not.toBe("null");
  expect(await pointer.allInnerTexts()).toEqual(["AD"]);
  await ben.page.getByText("ada edits this").waitFor();
  expect(await pictures(ben.page, "pointer")).toEqual([]);
  const before = await there();

  // The pointer keeps its place in the picture when the one who looks on zooms.
  await ben.page.getByRole("button", { name: "Zoom in" }).click();
  const [x = 0] = /\d+/.exec(before ?? "") ?? [];
  await expect.poll(async () => Math.abs(Number(/\d+/.exec((await there()) ?? "")) - Number(x)) > 5).toBe(true);
  await ada.press("Escape");
  await expect.poll(() => ben.page.getByText("ada edits this").count()).toBe(0);
  await ada.page.close();
  await expect.poll(() => ben.page.getByRole("img", { name: /^Also on this task/ }).count()).toBe(0);
  await expect.poll(() => pointer.count()).toBe(0);
});

test("two tabs warn each other, and a conflict waits for a choice", async ({ stage }) => {
  const { project, tasks } = await world("Two tabs", { members: { ada: "annotator" } });
  const path = `/p/${project.id}/t/${tasks[0]?.id}`;
  const visitor = await stage.visitor("ada");
  const one = new Bench(visitor.page);
  await one.page.goto(path);
  await one.opened();
  await labelCup(one);
  const two = new Bench(await visitor.newTab());
  await two.page.goto(path);
  await two.opened();
  await two.page.getByRole("img", { name: "Also on this task: you, in another tab" }).waitFor();

  await select(one);
  await select(two);
  const warning = two.page.getByText("You are editing this object in another tab.");
  await warning.waitFor();
  expect(await one.page.getByText("You are editing this object in another tab.").count()).toBe(0);
  await two.page.getByRole("button", { name: "Only look" }).click();
  expect((await two.status()).selection).toBeNull();
  await select(two);
  await two.page.getByRole("button", { name: "Edit anyway" }).click();
  expect(await warning.count()).toBe(0);

  // The second tab's change is on its way while the first one's arrives.
  let send = (): void => {};
  const held = new Promise<void>((resolve) => (send = resolve));
  await two.page.route("**/api/annotations/*", async (route) => {
    await held;
    await route.continue();
  });
  await two.press("3");
  await two.saves("Saving…");
  await one.press("2");
  // Only then does "Saved" speak of this change.
  await expect.poll(async () => (await one.objects()).map(({ labelId }) => labelId)).toEqual([project.labels[1]?.id]);
  await one.saves("Saved");
  send();
  const card = two.page.getByRole("group", { name: "Two versions of one object" });
  await card.getByText(/^You, in another tab, changed this object/).waitFor();
  await two.saves("Changed by others");
  expect(await card.getByRole("listitem").allInnerTexts()).toEqual([
    expect.stringMatching(/^Yours: table, [\d,]+ pixels$/),
    expect.stringMatching(/^Theirs: person, [\d,]+ pixels$/),
  ]);
  expect(await pictures(two.page, "conflict")).toEqual([]);
  await two.page.unroute("**/api/annotations/*");

  await two.page.reload();
  await two.opened();
  await card.getByRole("button", { name: "Keep both" }).click();
  await two.saves("Saved");
  expect(await card.count()).toBe(0);
  const stored = (await (await signIn("ada")).task(two.taskId)).annotations.map(({ label_id }) => label_id);
  const [, person, table] = project.labels.map(({ id }) => id);
  expect(stored).toEqual([person, table]);
});

test("undo survives a reload, and the time of the work is stored", async ({ stage }) => {
  const { project, tasks } = await world("Undo", { members: { ada: "annotator" } });
  const { page } = await stage.visitor("ada");
  await page.goto(`/p/${project.id}/t/${tasks[0]?.id}`);
  const bench = new Bench(page);
  const api = await signIn("ada");
  const [cup, , table] = project.labels.map(({ id }) => id);
  const labels = async (): Promise<number[]> => (await api.task(bench.taskId)).annotations.map(({ label_id }) => label_id);
  await bench.opened();
  await labelCup(bench);
  const [stored] = (await api.task(bench.taskId)).annotations;
  expect(stored?.seconds).toBeGreaterThan(0);
  expect(stored?.tool_seconds).toEqual({ extreme: stored?.seconds });

  await select(bench);
  await bench.press("3");
  await bench.saves("Saved");
  await bench.press("Delete");
  await bench.saves("Saved");
  expect(await labels()).toEqual([]);

  const again = async (): Promise<void> => {
    await page.reload();
    await bench.opened();
    await expect.poll(async () => (await bench.status()).canUndo || (await bench.status()).canRedo).toBe(true);
  };
  await again();
  await bench.press("Control+z");
  await bench.saves("Saved");
  expect(await labels()).toEqual([table]);
  await again();
  await bench.press("Control+z");
  await bench.saves("Saved");
  expect(await labels()).toEqual([cup]);
  await bench.press("Control+z");
  await bench.saves("Saved");
  expect(await labels()).toEqual([]);
  await again();
  await bench.press("Control+Shift+z", "Control+Shift+z");
  await bench.saves("Saved");
  expect(await labels()).toEqual([table]);
  expect((await bench.objects()).map(({ id }) => id)).toEqual([stored?.client_id]);
});
