import type { Page } from "playwright-core";
import { expect } from "vitest";

import type { Annotation } from "../src/api/types";
import type { ObjectRecord } from "../src/engine";
import type { Api } from "./harness/api";
import { Bench } from "./harness/bench";
import { ASTRONAUT } from "./harness/objects";
import { photograph, resultsFolder } from "./harness/places";
import { python } from "./harness/python";
import { test, type Stage } from "./harness/stage";
import { freshName, signIn } from "./harness/world";

interface ExportFile {
  names: string[];
  images: { file_name: string; width: number; height: number }[];
  categories: string[];
  annotations: { category: string; area: number; pixels: number; bbox: number[]; iou: number[] }[];
}

/** Signs in by keyboard, as everybody does each morning. */
async function enter(stage: Stage, username: string): Promise<Page> {
  const { page } = await stage.stranger(username);
  await page.goto("/");
  await page.getByLabel("Username").waitFor();
  await page.keyboard.type(username);
  await page.keyboard.press("Tab");
  await page.keyboard.type("demo");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
  return page;
}

async function createProject(page: Page, name: string): Promise<number> {
  await page.getByRole("link", { name: "New project" }).click();
  await page.getByLabel("Project name").fill(name);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose files" }).click();
  await (await chooser).setFiles(photograph("astronaut.png"));
  await page.getByText("1 file chosen").waitFor();
  for (const label of ["person", "badge"]) {
    await page.getByLabel("Name of the new label").fill(label);
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: `Name of ${label}` }).waitFor();
  }
  await page.getByRole("button", { name: "Create project" }).click();
  await page.getByText("1 photograph added", { exact: true }).waitFor();
  await page.getByRole("list", { name: "Tasks" }).getByRole("link", { name: "astronaut.png" }).waitFor();
  return Number(/\/p\/(\d+)\/data$/.exec(page.url())?.[1]);
}

async function addPeople(page: Page): Promise<void> {
  await page.getByRole("link", { name: "People" }).click();
  for (const [username, role] of [["annotator", "Annotator"], ["reviewer", "Reviewer"]] as const) {
    await page.getByLabel("Username").fill(username);
    await page.getByLabel("Role of the new person").selectOption(role);
    await page.getByRole("button", { name: "Add person" }).click();
    await page.getByLabel(`Role of ${username}`).waitFor();
  }
}

type Seen = Pick<ObjectRecord, "id" | "labelId" | "mask" | "bbox" | "area" | "proposalId">;

const seen = ({ id, labelId, mask, bbox, area, proposalId }: Seen): Seen => ({ id, labelId, mask, bbox, area, proposalId });

const stored = ({ client_id, label_id, mask, bbox, area, proposal_id }: Annotation): Seen =>
  seen({ id: client_id, labelId: label_id, mask, bbox, area, proposalId: proposal_id });

/** The server has exactly the objects that are on the screen. */
async function expectEqual(bench: Bench, api: Api, count: number): Promise<readonly ObjectRecord[]> {
  await bench.saves("Saved");
  const shown = await bench.objects();
  expect(shown.length).toBe(count);
  expect((await api.task(bench.taskId)).annotations.map(stored)).toEqual(shown.map(seen));
  return shown;
}

async function labelTwoObjects(bench: Bench, api: Api): Promise<readonly ObjectRecord[]> {
  expect(await bench.hint()).toBe("Click the left, top, right and bottom edge of one object, in any order.");
  const bare = await bench.picture({ x: 228, y: 100 });
  await bench.click(...ASTRONAUT.head);
  await bench.mask();
  expect((await bench.picture({ x: 228, y: 100 })).equals(bare)).toBe(false);
  await bench.press("1");
  await bench.accept();
  await expectEqual(bench, api, 1);

  await bench.click(...ASTRONAUT.badge);
  const first = await bench.mask();
  await bench.click({ x: 150, y: 358 });
  const mended = await bench.mask();
  expect(mended).toBeGreaterThan(first);
  const { points } = await bench.status();
  expect(points.map(({ role }) => role)).toEqual(["left", "top", "right", "bottom", "correction"]);
  await bench.drag({ x: 150, y: 358 }, { x: 146, y: 362 });
  const dragged = await bench.mask();
  expect(dragged).toBeGreaterThan(mended);
  await bench.press("2");
  await bench.accept();
  const shown = await expectEqual(bench, api, 2);
  expect(shown.map(({ proposalId }) => proposalId)[1]).toBe(dragged);
  return shown;
}

async function undoAndRedo(bench: Bench, api: Api, shown: readonly ObjectRecord[]): Promise<void> {
  await bench.press("Control+z");
  await expectEqual(bench, api, 1);
  await bench.press("Control+z");
  await expectEqual(bench, api, 0);
  await bench.press("Control+y", "Control+Shift+Z");
  const again = await expectEqual(bench, api, 2);
  expect(again.map(seen)).toEqual(shown.map(seen));
}

async function downloadExport(page: Page, projectId: number): Promise<string> {
  await page.goto(`/p/${projectId}/exports`);
  await page.getByText("1 image · 2 objects").waitFor();
  await page.getByRole("button", { name: "Start export" }).click();
  const link = page.getByRole("link", { name: /^Download the export of / });
  await link.waitFor();
  await page.getByText("2 objects · 1 photograph", { exact: false }).waitFor();
  const download = page.waitForEvent("download");
  await link.click();
  const path = `${resultsFolder("downloads")}/export.zip`;
  await (await download).saveAs(path);
  return path;
}

/** The reviewer sees the same objects and accepts the task. */
async function review(stage: Stage, name: string, shown: readonly ObjectRecord[]): Promise<void> {
  const page = await enter(stage, "reviewer");
  await page.getByRole("link", { name }).click();
  await page.getByRole("link", { name: "Review next task" }).click();
  const bench = new Bench(page);
  await bench.opened();
  expect((await bench.objects()).map(seen)).toEqual(shown.map(seen));
  await page.getByRole("button", { name: "Accept task" }).click();
  await page.getByText("No task waits for review now.").waitFor();
}

/** pycocotools reads the same two objects that were on the screen, to the last pixel. */
async function expectInExport(archive: string, shown: readonly ObjectRecord[]): Promise<void> {
  const masks = shown.map(({ mask }) => mask);
  const file = await python<ExportFile>("read_export.py", { input: { archive, shown: masks } });
  expect(file.names).toEqual(["annotations/instances.json", "images.csv", ...["labels", "objects", "areas"].map((name) => `plots/${name}.svg`), "README.md", "manifest.json"]);
  expect(file.images).toEqual([{ file_name: "astronaut.png", width: 512, height: 512 }]);
  expect(file.categories).toEqual(["person", "badge"]);
  expect(file.annotations.map(({ category, area, pixels, bbox }) => [category, area, pixels, bbox])).toEqual([
    ["person", shown[0]?.area, shown[0]?.area, shown[0]?.bbox],
    ["badge", shown[1]?.area, shown[1]?.area, shown[1]?.bbox],
  ]);
  expect(file.annotations.map(({ iou }, index) => iou[index])).toEqual([1, 1]);
}

test("from a new project to an export that pycocotools reads", async ({ stage }) => {
  const admin = await enter(stage, "admin");
  const name = freshName("Portraits");
  const projectId = await createProject(admin, name);
  await addPeople(admin);

  const annotator = await enter(stage, "annotator");
  await annotator.getByRole("link", { name }).click();
  await annotator.getByRole("link", { name: "Annotate next task" }).click();
  const bench = new Bench(annotator);
  await bench.opened();
  const api = await signIn("annotator");
  const shown = await labelTwoObjects(bench, api);
  const { labels } = await api.project(projectId);
  expect(shown.map(({ labelId }) => labels.find(({ id }) => id === labelId)?.name)).toEqual(["person", "badge"]);
  await undoAndRedo(bench, api, shown);
  await annotator.getByRole("button", { name: "Submit task" }).click();
  await annotator.getByText("Every task of this project was submitted. Well done.").waitFor();

  await review(stage, name, shown);
  expect((await api.task(bench.taskId)).state).toBe("accepted");
  await expectInExport(await downloadExport(admin, projectId), shown);
});
