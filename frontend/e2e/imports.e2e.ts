import { execFileSync } from "node:child_process";

import { expect } from "vitest";

import { violations } from "./harness/axe";
import { PYTHON, photograph, resultsFolder } from "./harness/places";
import { test } from "./harness/stage";
import { world } from "./harness/world";

/** A COCO file with two objects on a photograph, one of a label that is new, and one on a photograph that is not there. */
function found(): Buffer {
  const square = (x: number, y: number, side: number): number[][] => [[x, y, x + side, y, x + side, y + side, x, y + side]];
  const file = {
    images: [{ id: 1, file_name: "train/astronaut.png" }, { id: 2, file_name: "moon.png" }],
    categories: [{ id: 1, name: "Person" }, { id: 2, name: "visor" }],
    annotations: [
      { image_id: 1, category_id: 1, segmentation: square(100, 60, 120) },
      { image_id: 1, category_id: 2, segmentation: square(300, 200, 40) },
      { image_id: 2, category_id: 1, segmentation: square(10, 10, 20) },
    ],
  };
  return Buffer.from(JSON.stringify(file));
}

test("an admin imports a file: it is checked, what is wrong is told, and the rest is written", async ({ stage }) => {
  const { admin, project, tasks } = await world("Imports", { photographs: ["astronaut.png", "coffee.png"] });
  const { page } = await stage.visitor("admin", { size: [1280, 900] });
  await page.goto(`/p/${project.id}/data`);
  await page.getByRole("link", { name: "Imports", exact: true }).click();
  await page.getByText("No imports yet").waitFor();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a file" }).click();
  await (await chooser).setFiles({ name: "found.json", mimeType: "application/json", buffer: found() });
  await page.getByText("2 objects on 1 image can be imported.").waitFor();
  await page.getByRole("list", { name: "Labels of the file" }).getByText("new").waitFor();
  await page.getByText("1 entry cannot be imported").click();
  await page.getByText("the project has no image “moon.png”.").waitFor();
  const start = page.getByRole("button", { name: "Import", exact: true });
  expect(await start.isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: `${resultsFolder("looks")}/imports-checked.png`, fullPage: true });
  await page.getByRole("checkbox", { name: "Leave out what cannot be imported" }).check();
  await start.click();
  await page.getByText("Imported: 2 objects on 1 image").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: `${resultsFolder("looks")}/imports-done.png`, fullPage: true });

  const { state, annotation_count, annotations } = await admin.task(tasks[0]?.id ?? 0);
  expect([state, annotation_count]).toEqual(["submitted", 2]);
  expect(annotations.map(({ bbox, area }) => [bbox, area])).toEqual([[[100, 60, 120, 120], 14_400], [[300, 200, 40, 40], 1600]]);
  await page.getByRole("link", { name: "Labels" }).click();
  await page.getByRole("textbox", { name: "Name of visor" }).waitFor();
});

/** An archive of another program: annotations, and the photographs that they are about. */
function archive(names: readonly string[]): string {
  const path = `${resultsFolder("uploads")}/cups.zip`;
  const square = [[100, 60, 220, 60, 220, 180, 100, 180]];
  const file = {
    images: names.map((name, id) => ({ id, file_name: name })),
    categories: [{ id: 1, name: "cup" }],
    annotations: names.map((_, id) => ({ image_id: id, category_id: 1, segmentation: square })),
  };
  const pack = [
    "import sys, zipfile",
    "with zipfile.ZipFile(sys.argv[1], 'w') as made:",
    "    made.writestr('annotations/instances.json', sys.stdin.read())",
    "    for path in sys.argv[2:]: made.write(path, 'train2017/' + path.rpartition('/')[2])",
  ].join("\n");
  execFileSync(PYTHON, ["-c", pack, path, ...names.map(photograph)], { input: JSON.stringify(file) });
  return path;
}

test("a whole data set comes in with its photographs", async ({ stage }) => {
  const { admin, project } = await world("Imports whole", { photographs: [] });
  const { page } = await stage.visitor("admin", { size: [1280, 900] });
  await page.goto(`/p/${project.id}/imports`);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a file" }).click();
  await (await chooser).setFiles(archive(["coffee.png", "astronaut.png"]));
  await page.getByText("2 objects on 2 images can be imported.").waitFor();
  const target = page.getByRole("combobox", { name: "New images are" });
  await page.getByText("2 of these images are new to the project; the file has them.").waitFor();
  const start = page.getByRole("button", { name: "Import", exact: true });
  await target.selectOption("left out");
  expect(await start.isDisabled()).toBe(true);
  await target.selectOption({ index: 0 });
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: `${resultsFolder("looks")}/imports-images.png`, fullPage: true });
  await start.click();
  await page.getByText("Imported: 2 objects on 2 images").waitFor();
  await page.getByText("2 images are new").waitFor();
  const { results } = await admin.tasks(project.id);
  expect(results.map(({ image, state, annotation_count }) => [image.name, state, annotation_count])).toEqual([
    ["coffee.png", "submitted", 1],
    ["astronaut.png", "submitted", 1],
  ]);
});

test("a file that is none says why, and one that nobody wants is discarded", async ({ stage }) => {
  const { project } = await world("Imports refused", { photographs: ["coffee.png"] });
  const { page } = await stage.visitor("admin", { size: [1280, 900] });
  await page.goto(`/p/${project.id}/imports`);
  const choose = async (name: string, buffer: Buffer): Promise<void> => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a file" }).click();
    await (await chooser).setFiles({ name, mimeType: "application/zip", buffer });
  };
  await choose("broken.zip", Buffer.from("PK\u0003\u0004 and nothing"));
  await page.getByRole("alert").getByText("This archive is broken", { exact: false }).waitFor();
  await choose("moon.json", found());
  await page.getByText("Nothing in this file can be imported here.").waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByText("Cancelled").waitFor();
});
