import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { violations } from "./harness/axe";
import { Bench } from "./harness/bench";
import { resultsFolder } from "./harness/places";
import { test } from "./harness/stage";
import { world } from "./harness/world";

const DETECTED = {
  images: [{ id: 1, file_name: "coffee.png" }],
  categories: [{ id: 1, name: "cup" }, { id: 2, name: "spaceship" }],
  annotations: [
    { image_id: 1, category_id: 1, bbox: [173, 18, 235, 191] },
    { image_id: 1, category_id: 1, bbox: [326, 243, 80, 82] },
    { image_id: 1, category_id: 2, bbox: [10, 10, 50, 50] },
  ],
};

async function upload(page: Page, path: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a detector’s file" }).click();
  await (await chooser).setFiles(path);
}

const drafts = (page: Page) => page.getByRole("region", { name: /^Drafts/ });
const take = (page: Page) => drafts(page).getByRole("button", { name: "Take the draft cup" });

test("a detector's boxes become drafts, which a person takes, gives back and dismisses", async ({ stage }) => {
  const { project, tasks } = await world("Pre-labels", { members: { ada: "annotator" } });
  const path = join(resultsFolder("drafts"), "found.json");
  writeFileSync(path, JSON.stringify(DETECTED));
  const admin = await stage.visitor("admin");
  await admin.page.goto(`/p/${project.id}/models`);
  await upload(admin.page, path);
  await admin.page.getByText("2 drafts on 1 image").waitFor({ timeout: 60_000 });
  await admin.page.getByText("1 entry was left out").click();
  await admin.page.getByText("annotations[2]: the project has no label “spaceship”").waitFor();

  const { page } = await stage.visitor("ada");
  await page.goto(`/p/${project.id}/t/${tasks[0]?.id}`);
  const bench = new Bench(page);
  await bench.opened();
  await take(page).first().waitFor();
  expect(await take(page).count()).toBe(2);
  expect(await bench.objects()).toEqual([]);
  await drafts(page).getByRole("listitem").first().hover();
  await page.screenshot({ path: join(resultsFolder("drafts"), "workspace.png") });
  expect(await violations(page)).toEqual([]);

  await take(page).first().click();
  await expect.poll(async () => (await bench.objects()).length).toBe(1);
  expect(await take(page).count()).toBe(1);
  await bench.press("Control+z");
  await expect.poll(() => take(page).count()).toBe(2);

  await drafts(page).getByRole("button", { name: "Dismiss the draft cup" }).last().click();
  await expect.poll(() => take(page).count()).toBe(1);
  const toast = page.getByText("Draft dismissed.").locator("..");
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => take(page).count()).toBe(2);
  await page.getByRole("button", { name: "Take all 2 drafts" }).click();
  await expect.poll(async () => (await bench.objects()).length).toBe(2);
  expect(await drafts(page).count()).toBe(0);
  await page.reload();
  await bench.opened();
  await expect.poll(async () => (await bench.objects()).length).toBe(2);
  expect(await drafts(page).count()).toBe(0);
});

test("the order of work is chosen with a share that is drawn", async ({ stage }) => {
  const { project, admin } = await world("Order", { photographs: [] });
  const { page } = await stage.visitor("admin");
  await page.goto(`/p/${project.id}/models`);
  await page.getByRole("combobox", { name: "“Next task” gives" }).selectOption("uncertain");
  const share = page.getByRole("textbox", { name: "Drawn at random all the same, in percent" });
  await share.fill("35");
  await share.press("Enter");
  await expect.poll(async () => (await admin.project(project.id)).random_share).toBe(0.35);
  expect((await admin.project(project.id)).task_order).toBe("uncertain");
});
