import type { Page } from "playwright-core";
import { expect } from "vitest";

import { Bench } from "./harness/bench";
import { ASTRONAUT, COFFEE } from "./harness/objects";
import { test } from "./harness/stage";
import { signIn, world } from "./harness/world";

/** Marks the page, so that a reload would be noticed. */
async function watched(page: Page, path: string): Promise<() => Promise<boolean>> {
  await page.goto(path);
  await page.evaluate(() => document.documentElement.setAttribute("data-never-reloaded", ""));
  return () => page.evaluate(() => document.documentElement.hasAttribute("data-never-reloaded"));
}

/** What the overview says of each state, such as `{ Open: "2", Submitted: "0" }`. */
async function overviewCounts(page: Page): Promise<Record<string, string>> {
  const texts = await page.locator("main a[href*='/data?state=']").allInnerTexts();
  return Object.fromEntries(texts.map((text) => text.trim().split(/\s*\n\s*/).reverse()) as [string, string][]);
}

test("two annotators get different tasks and see each other's progress live", async ({ stage }) => {
  const { project, tasks } = await world("Together", {
    photographs: ["coffee.png", "astronaut.png", "chelsea.png"],
    members: { ada: "annotator", ben: "annotator" },
  });
  const ids = tasks.map(({ id }) => id);
  const admin = await stage.visitor("admin");
  const grid = await watched(admin.page, `/p/${project.id}/data`);
  const card = (name: string) => admin.page.getByRole("listitem").filter({ hasText: name });
  await card("coffee.png").getByText("Open", { exact: true }).waitFor();
  const reviewer = await stage.visitor("admin");
  const overview = await watched(reviewer.page, `/p/${project.id}`);
  await expect.poll(() => overviewCounts(reviewer.page)).toMatchObject({ Open: "3", "In progress": "0" });

  const [ada, ben] = [await stage.visitor("ada"), await stage.visitor("ben")];
  await Promise.all([ada, ben].map(({ page }) => page.goto(`/p/${project.id}/annotate`)));
  const [left, right] = [new Bench(ada.page), new Bench(ben.page)];
  await Promise.all([left.opened(), right.opened()]);
  expect([left.taskId, right.taskId].sort((a, b) => a - b)).toEqual(ids.slice(0, 2));
  await card("coffee.png").getByText("In progress", { exact: true }).waitFor();
  await card("astronaut.png").getByText("In progress", { exact: true }).waitFor();
  await expect.poll(() => overviewCounts(reviewer.page)).toMatchObject({ Open: "1", "In progress": "2" });
  await reviewer.page.getByRole("link", { name: "coffee.png" }).waitFor();

  const coffee = left.taskId === ids[0] ? left : right;
  const astronaut = coffee === left ? right : left;
  await coffee.click(...COFFEE.cup);
  await coffee.mask();
  await coffee.accept();
  await coffee.saves("Saved");
  await card("coffee.png").getByText("1 object", { exact: true }).waitFor();
  await astronaut.click(...ASTRONAUT.head);
  await astronaut.mask();
  await astronaut.accept();
  await astronaut.saves("Saved");

  // Submitting leads to the one task that nobody has.
  await coffee.page.getByRole("button", { name: "Submit task" }).click();
  await coffee.page.waitForURL(`**/t/${ids[2]}`);
  await coffee.opened();
  await card("coffee.png").getByText("Submitted", { exact: true }).waitFor();
  await card("chelsea.png").getByText("In progress", { exact: true }).waitFor();
  await expect.poll(() => overviewCounts(reviewer.page)).toMatchObject({ Open: "0", "In progress": "2", Submitted: "1" });
  await reviewer.page.getByRole("heading", { name: "1 photograph waits for review" }).waitFor();
  const api = await signIn("admin");
  await api.accept(ids[0] ?? 0);
  await card("coffee.png").getByText("Accepted", { exact: true }).waitFor();
  await expect.poll(() => overviewCounts(reviewer.page)).toMatchObject({ Submitted: "0", Accepted: "1" });
  expect([await grid(), await overview()]).toEqual([true, true]);
});

test("an object that one makes appears in the view of the other, and goes again", async ({ stage }) => {
  const { project, tasks } = await world("Watching", { members: { ada: "annotator", ben: "viewer" } });
  const path = `/p/${project.id}/t/${tasks[0]?.id}`;
  const ada = new Bench((await stage.visitor("ada")).page);
  await ada.page.goto(path);
  await ada.opened();
  const ben = new Bench((await stage.visitor("ben")).page);
  const stays = await watched(ben.page, path);
  await ben.opened("view");

  await ada.click(...COFFEE.cup);
  await ada.mask();
  await ada.press("3");
  await ada.accept();
  const made = await ada.objects();
  await expect.poll(async () => (await ben.objects()).map(({ id, labelId, mask }) => ({ id, labelId, mask }))).toEqual(
    made.map(({ id, labelId, mask }) => ({ id, labelId, mask })),
  );
  await ben.page.getByRole("button", { name: /^Object 1, table/ }).waitFor();
  await ada.press("Control+z");
  await expect.poll(() => ben.objects()).toEqual([]);
  expect(await stays()).toBe(true);
});
