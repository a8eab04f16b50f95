import { execFileSync } from "node:child_process";

import type { Page } from "playwright-core";
import { expect } from "vitest";

import { violations } from "./harness/axe";
import { ASTRONAUT, COFFEE } from "./harness/objects";
import { PYTHON, resultsFolder } from "./harness/places";
import { test } from "./harness/stage";
import { world } from "./harness/world";

const LIST = "import sys, zipfile; print('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))";

/** Downloads the newest export and answers with the path of the file and the names in it. */
async function fetched(page: Page, name: string): Promise<{ path: string; names: string[] }> {
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: /^Download the export of / }).first().click();
  const path = `${resultsFolder("downloads")}/${name}.zip`;
  await (await download).saveAs(path);
  return { path, names: execFileSync(PYTHON, ["-c", LIST, path], { encoding: "utf8" }).trim().split("\n") };
}

const bytes = (path: string): string => execFileSync("sha256sum", [path], { encoding: "utf8" }).slice(0, 64);

test("an admin chooses what goes in, is told what that comes to, and gets the same file of a snapshot again", async ({ stage }) => {
  const { admin, project, tasks } = await world("Exports", { photographs: ["astronaut.png", "coffee.png"] });
  const [astronaut, coffee] = tasks;
  const [cup, person] = project.labels;
  const task = { a: astronaut?.id ?? 0, c: coffee?.id ?? 0 };
  for (const [id, points, label] of [[task.a, ASTRONAUT.head, person], [task.a, ASTRONAUT.badge, person], [task.c, COFFEE.cup, cup]] as const) {
    const { proposal_id } = await admin.segment(id, points);
    await admin.annotate(id, { proposal_id, label_id: label?.id ?? 0 });
  }
  await admin.submit(task.a);
  await admin.accept(task.a);
  await admin.submit(task.c);
  const { page } = await stage.visitor("admin", { size: [1440, 1000] });
  await page.goto(`/p/${project.id}/exports`);
  await page.getByText("1 image · 2 objects").waitFor();
  await page.getByRole("checkbox", { name: "Submitted" }).check();
  await page.getByText("2 images · 3 objects").waitFor();
  await page.getByRole("combobox", { name: "Format" }).selectOption("cityscapes");
  await page.getByRole("combobox", { name: "Parts" }).selectOption("hash");
  await page.getByRole("textbox", { name: "train, %" }).fill("70");
  await page.getByRole("alert").getByText("The parts add up to 90 %.", { exact: false }).waitFor();
  expect(await page.getByRole("button", { name: "Start export" }).isDisabled()).toBe(true);
  await page.getByRole("textbox", { name: "test, %" }).fill("20");
  await page.getByText(/^train \d · val \d · test \d$/).waitFor();
  await page.getByRole("combobox", { name: "Images" }).selectOption("display");
  await page.getByRole("checkbox", { name: "Clicks and times of every object" }).check();
  await page.getByText("More choices").click();
  await page.getByRole("textbox", { name: "Licence" }).fill("CC BY 4.0");
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: `${resultsFolder("looks")}/exports-choices.png`, fullPage: true });
  await page.getByRole("button", { name: "Start export" }).click();
  await page.getByText("3 objects · 2 photographs", { exact: false }).waitFor();
  const first = await fetched(page, "cityscapes");
  expect(first.names).toContain("clicks.jsonl");
  expect(first.names.filter((name) => name.includes("_leftImg8bit.png"))).toHaveLength(2);
  expect(first.names.at(-1)).toBe("manifest.json");

  // The work goes on; the snapshot stays as it was.
  await admin.accept(task.c);
  await page.getByRole("combobox", { name: "Content" }).selectOption({ index: 1 });
  await page.getByText("What was frozen then, less what the choices leave out.").waitFor();
  await page.getByRole("button", { name: "Start export" }).click();
  await expect.poll(async () => (await admin.exports(project.id)).results.map(({ state }) => state)).toEqual(["ready", "ready"]);
  await expect.poll(() => page.getByRole("link", { name: /^Download/ }).count()).toBe(2);
  const second = await fetched(page, "again");
  expect(bytes(second.path)).toBe(bytes(first.path));
});
