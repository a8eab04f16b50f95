import { expect } from "vitest";

import { Bench } from "./harness/bench";
import { steer, tabTo, unmarkedStops } from "./harness/keyboard";
import { COFFEE } from "./harness/objects";
import { test } from "./harness/stage";
import { signIn, world } from "./harness/world";

test("one object is labelled and submitted without a mouse", async ({ stage }) => {
  const { project, tasks } = await world("Keyboard", { members: { ada: "annotator" } });
  const { page } = await stage.visitor("ada");
  await page.goto("/projects");
  await page.getByRole("link", { name: project.name }).waitFor();
  expect((await tabTo(page, "Skip to content")).length).toBe(1);
  await tabTo(page, project.name);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Annotate next task" }).waitFor();
  // A new page is reached from its top: the first stop in it is the first thing to do.
  await tabTo(page, "Annotate next task");
  await page.keyboard.press("Enter");

  const bench = new Bench(page);
  await bench.opened();
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
    "Photograph coffee.png. Arrow keys move the cursor, Enter places a point.",
  );
  for (const place of COFFEE.cup) {
    await steer(bench, place);
    await bench.press("Enter");
  }
  await bench.mask();
  const { points } = await bench.status();
  expect(points.map(({ point }) => ({ x: Math.round(point.x), y: Math.round(point.y) }))).toEqual(COFFEE.cup);
  await bench.press("1");
  await bench.accept();
  await bench.saves("Saved");
  await bench.press("Control+Enter");
  await page.getByText("Every task of this project was submitted. Well done.").waitFor();
  const task = await (await signIn("ada")).task(tasks[0]?.id ?? 0);
  expect([task.state, task.annotations.length]).toEqual(["submitted", 1]);
});

test("a label is chosen, an object relabelled and deleted by Tab and Enter", async ({ stage }) => {
  const { project, tasks } = await world("Panels", { members: { ada: "annotator" } });
  const [task] = tasks;
  const ada = await signIn("ada");
  const [cup, person] = project.labels;
  const { proposal_id } = await ada.segment(task?.id ?? 0, COFFEE.cup);
  await ada.annotate(task?.id ?? 0, { proposal_id, label_id: cup?.id ?? 0 });
  const { page } = await stage.visitor("ada");
  await page.goto(`/p/${project.id}/t/${task?.id}`);
  const bench = new Bench(page);
  await bench.opened();
  await tabTo(page, /^More for object 1/);
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Change the label" }).waitFor();
  await tabTo(page, "Change the label", "ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "person" }).waitFor();
  await tabTo(page, "person", "ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await bench.objects()).map(({ labelId }) => labelId)).toEqual([person?.id]);
  await bench.saves("Saved");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Delete" }).waitFor();
  // The focus reaches the menu a moment after it is seen: keys pressed before that go nowhere.
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "menuitem");
  expect((await tabTo(page, /^Delete/, "ArrowUp")).length).toBeLessThan(4);
  await page.keyboard.press("Enter");
  await expect.poll(() => bench.objects()).toEqual([]);
  await bench.saves("Saved");
  expect((await ada.task(task?.id ?? 0)).annotations).toEqual([]);
});

test("the focus can be seen wherever Tab leads", async ({ stage }) => {
  const { project, tasks } = await world("Focus", { members: { ada: "annotator" } });
  const { page } = await stage.visitor("admin");
  const seen: Record<string, string[]> = {};
  for (const path of ["", "/labels", "/people", "/data", `/t/${tasks[0]?.id}`]) {
    await page.goto(`/p/${project.id}${path}`);
    if (path.startsWith("/t/")) await new Bench(page).opened();
    else await page.getByRole("heading", { level: 1 }).waitFor();
    const { stops, unmarked } = await unmarkedStops(page);
    expect([path, unmarked]).toEqual([path, []]);
    seen[path] = stops;
  }
  expect(seen[""]?.slice(0, 3)).toEqual(["Skip to content", "Cardinal", "Projects"]);
  expect(seen["/data"]).toContain("coffee.png");
});
