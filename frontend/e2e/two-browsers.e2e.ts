import type { Page } from "playwright-core";
import { expect } from "vitest";

import { Bench, type Place } from "./harness/bench";
import { ASTRONAUT, COFFEE } from "./harness/objects";
import { test, type Stage } from "./harness/stage";
import { world } from "./harness/world";

/** Marks the page, so that a reload would be noticed. */
async function watched(page: Page, path: string): Promise<() => Promise<boolean>> {
  await page.goto(path);
  await page.evaluate(() => document.documentElement.setAttribute("data-never-reloaded", ""));
  return () => page.evaluate(() => document.documentElement.hasAttribute("data-never-reloaded"));
}

/** The task grid and the overview of one project, open and never touched again. */
class Watchtower {
  private constructor(
    private readonly grid: Page,
    private readonly overview: Page,
    readonly reloads: readonly (() => Promise<boolean>)[],
  ) {}

  static async open(stage: Stage, projectId: number): Promise<Watchtower> {
    const { page: grid } = await stage.visitor("admin");
    const { page: overview } = await stage.visitor("admin");
    const reloads = [await watched(grid, `/p/${projectId}/data`), await watched(overview, `/p/${projectId}`)];
    return new Watchtower(grid, overview, reloads);
  }

  async showsTask(name: string, words: string): Promise<void> {
    await this.grid.getByRole("listitem").filter({ hasText: name }).getByText(words, { exact: true }).waitFor();
  }

  async showsCounts(counts: Readonly<Record<string, string>>): Promise<void> {
    await expect.poll(() => this.counts()).toMatchObject(counts);
  }

  async showsHeading(name: string): Promise<void> {
    await this.overview.getByRole("heading", { name }).waitFor();
  }

  /** What the overview says of each state, such as `{ Open: "2", Submitted: "0" }`. */
  private async counts(): Promise<Record<string, string>> {
    const texts = await this.overview.locator("main a[href*='/data?state=']").allInnerTexts();
    return Object.fromEntries(texts.map((text) => text.trim().split(/\s*\n\s*/).reverse()) as [string, string][]);
  }
}

async function label(bench: Bench, points: readonly Place[]): Promise<void> {
  await bench.click(...points);
  await bench.mask();
  await bench.accept();
  await bench.saves("Saved");
}

async function atWork(stage: Stage, projectId: number): Promise<Bench[]> {
  const people = [await stage.visitor("ada"), await stage.visitor("ben")];
  await Promise.all(people.map(({ page }) => page.goto(`/p/${projectId}/annotate`)));
  const benches = people.map(({ page }) => new Bench(page));
  await Promise.all(benches.map((bench) => bench.opened()));
  return benches.sort((a, b) => a.taskId - b.taskId);
}

test("two annotators get different tasks and see each other's progress live", async ({ stage }) => {
  const { admin, project, tasks } = await world("Together", {
    photographs: ["coffee.png", "astronaut.png", "chelsea.png"],
    members: { ada: "annotator", ben: "annotator" },
  });
  const ids = tasks.map(({ id }) => id);
  const tower = await Watchtower.open(stage, project.id);
  await tower.showsTask("coffee.png", "Open");
  await tower.showsCounts({ Open: "3", "In progress": "0" });

  const [coffee, astronaut] = await atWork(stage, project.id);
  if (coffee === undefined || astronaut === undefined) throw new Error("Two people are at work.");
  expect([coffee.taskId, astronaut.taskId]).toEqual(ids.slice(0, 2));
  await tower.showsTask("coffee.png", "In progress");
  await tower.showsTask("astronaut.png", "In progress");
  await tower.showsCounts({ Open: "1", "In progress": "2" });
  await label(coffee, COFFEE.cup);
  await tower.showsTask("coffee.png", "1 object");
  await label(astronaut, ASTRONAUT.head);

  // Submitting leads to the one task that nobody has.
  await coffee.page.getByRole("button", { name: "Submit task" }).click();
  await coffee.page.waitForURL(`**/t/${ids[2]}`);
  await coffee.opened();
  await tower.showsTask("coffee.png", "Submitted");
  await tower.showsTask("chelsea.png", "In progress");
  await tower.showsCounts({ Open: "0", "In progress": "2", Submitted: "1" });
  await tower.showsHeading("1 photograph waits for review");
  await admin.accept(ids[0] ?? 0);
  await tower.showsTask("coffee.png", "Accepted");
  await tower.showsCounts({ Submitted: "0", Accepted: "1" });
  expect(await Promise.all(tower.reloads.map((never) => never()))).toEqual([true, true]);
});

test("a label that an admin adds can be used at once", async ({ stage }) => {
  const { admin, project, tasks } = await world("Labels", { members: { ada: "annotator" } });
  const path = `/p/${project.id}/t/${tasks[0]?.id}`;
  const ada = new Bench((await stage.visitor("ada")).page);
  const stays = await watched(ada.page, path);
  await ada.opened();
  const { id } = await admin.addLabel(project.id, { name: "spoon", color: "#a6761d", kind: "thing" });
  await ada.page.getByRole("button", { name: /^spoon/ }).waitFor();
  await ada.click(...COFFEE.cup);
  await ada.mask();
  await ada.press("4");
  await ada.accept();
  await ada.saves("Saved");
  expect((await ada.objects()).map(({ labelId }) => labelId)).toEqual([id]);
  expect(await stays()).toBe(true);
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
