import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page, WebSocketRoute } from "playwright-core";
import { expect } from "vitest";

import type { ModelEvent, Models, TrainingRunDetail } from "../src/api/modelTypes";
import { comparisonOf, figuresOf, modelsOf, planOf, runDetailOf, versionOf } from "../src/testing/modelShapes";
import { violations } from "./harness/axe";
import { COFFEE } from "./harness/objects";
import { photograph, resultsFolder, ROOT } from "./harness/places";
import { test } from "./harness/stage";
import { signIn, world } from "./harness/world";

const WEIGHTS = join(ROOT, "ml", "weights", "default.safetensors");
const RULES = { every_accepted: 100, schedule: "weekly", promote_automatically: true };
const THEMES = ["light", "dark"] as const;

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const serving = (page: Page) => page.getByRole("region", { name: "Serving now" });

async function look(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForFunction((scheme) => document.documentElement.dataset["mantineColorScheme"] === scheme, theme);
    await page.screenshot({ path: join(resultsFolder("models"), `${name}-${theme}.png`), fullPage: true });
    found.push(...(await violations(page)).map((violation) => `${theme}: ${violation}`));
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (tooWide > 0) found.push(`${theme}: ${tooWide} px too wide`);
  }
  return found;
}

async function upload(page: Page, path: string, name: string): Promise<void> {
  await button(page, "Upload weights").click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("dialog").getByText("Choose a file").click();
  await (await chooser).setFiles(path);
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await button(page, "Upload").click();
}

test("weights are uploaded, checked, served to the next click, and rolled back", async ({ stage }) => {
  const { project, tasks } = await world("Versions", { members: { ada: "annotator" } });
  const ada = await signIn("ada");
  const { page } = await stage.visitor("admin");
  const answeredBy = async (): Promise<string> => (await ada.segment(tasks[0]?.id ?? 0, COFFEE.cup)).model_version;
  const models = async (): Promise<Models> => (await (await page.request.get(`/api/projects/${project.id}/models`)).json()) as Models;
  await page.goto(`/p/${project.id}/models`);
  await serving(page).getByText("Bundled model", { exact: true }).waitFor();
  const bundled = await answeredBy();

  await upload(page, WEIGHTS, "From outside");
  await button(page, "Serve v1 From outside").click({ timeout: 60_000 });
  await page.getByRole("dialog", { name: "Serve v1 From outside?" }).waitFor();
  expect(await answeredBy()).toBe(bundled);
  await page.keyboard.press("Enter");
  await serving(page).getByText("v1 From outside").waitFor();
  const identity = (await models()).results[0]?.identity;
  expect([await answeredBy(), identity === bundled]).toEqual([identity, false]);

  await page.getByRole("switch", { name: "Pinned: no training run replaces it" }).click();
  await expect.poll(async () => (await models()).pinned).toBe(true);
  await page.reload();
  expect(await page.getByRole("switch", { name: "Pinned: no training run replaces it" }).isChecked()).toBe(true);

  const viewer = await stage.visitor("ada");
  await viewer.page.goto(`/p/${project.id}/models`);
  await serving(viewer.page).getByText("v1 From outside").waitFor();
  expect(await viewer.page.getByRole("button", { name: /^(Serve|Upload|Roll back|Start)/ }).count()).toBe(0);

  await button(page, "Roll back to Bundled model").click();
  await page.getByRole("dialog").getByRole("button", { name: "Serve" }).click();
  await serving(viewer.page).getByText("Bundled model", { exact: true }).waitFor();
  expect(await answeredBy()).toBe(bundled);
});

test("a file that holds no weights is refused with a sentence", async ({ stage }) => {
  const { project } = await world("Refused", { photographs: [] });
  const { page } = await stage.visitor("admin");
  const path = join(resultsFolder("models"), "no-weights.safetensors");
  writeFileSync(path, "These are no weights at all.");
  await page.goto(`/p/${project.id}/models`);
  await upload(page, path, "Words");
  await page.getByText("Cannot be used").waitFor({ timeout: 60_000 });
  expect(await page.getByRole("button", { name: /^Serve v/ }).count()).toBe(0);
});

/** Three versions and their runs, told by answers of this file: how a run ends is not for a browser to wait for. */
const VERSIONS = modelsOf({
  active_id: 2,
  bundled: "default",
  results: [
    versionOf({ id: 3, name: "Nuclei", state: "rejected", parent_id: 2, run_id: 12, held_out: figuresOf({ mean_iou: 0.829, share_85: 0.58, clicks_to_90: 5.1 }) }),
    versionOf({ id: 2, name: "Nuclei", active: true, parent_id: 1, run_id: 11, held_out: figuresOf({ mean_iou: 0.826, share_85: 0.55, clicks_to_90: 5.3 }) }),
    versionOf({ id: 1, name: "Nuclei", run_id: 10, held_out: figuresOf({ mean_iou: 0.781, share_85: 0.41, clicks_to_90: 6.4 }) }),
  ],
});
const OBJECTION = "On held-out objects the gain is 0.3 points, between -0.4 and 1.0: it may be none.";
const DONE = [
  runDetailOf({ id: 12, start_id: 2, version_id: 3, decision: "rejected", objections: [OBJECTION], held_out: comparisonOf({ gain: 0.003, low: -0.004, high: 0.01 }), check: comparisonOf({ n: 24, gain: -0.002, low: -0.006, high: 0.002 }), evidence_url: "/api/training-runs/12/evidence", curves: curve(400), log: "200 objects on 48 images\nstep 400: loss 0.21" }),
  runDetailOf({ id: 11, start_id: 1, version_id: 2, decision: "promoted", trigger: "accepted", requested_by: null, held_out: comparisonOf({ gain: 0.045, low: 0.021, high: 0.069 }) }),
  runDetailOf({ id: 10, state: "failed", error: { code: "disk_full", message: "The disk is full. Make room, then start the run again." } }),
];
const LEARNED = {
  points: [80, 160, 240].map((object_count, index) => ({ object_count, held_out_iou: [0.781, 0.826, 0.829][index] ?? 0, version_id: index + 1 })),
  fitted: Array.from({ length: 20 }, (_, index) => ({ object_count: 80 + 20 * index, held_out_iou: 0.85 - 2.1 / (80 + 20 * index) ** 0.75, version_id: null })),
  further: 200,
  expected_gain: 0.013,
};

function curve(steps: number) {
  return Array.from({ length: steps / 4 }, (_, index) => {
    const step = 4 * (index + 1);
    const noise = 0.03 * Math.sin(step * 12.9898);
    return { step, loss: 0.2 + 0.6 * Math.exp(-step / 120) + noise, iou: 0.83 - 0.3 * Math.exp(-step / 90) + noise, tune_iou: step % 80 === 0 ? 0.82 - 0.15 * Math.exp(-step / 100) : null };
  });
}

type Tell = (event: ModelEvent) => Promise<void>;

async function tell(page: Page, projectId: number, runs: readonly TrainingRunDetail[]): Promise<Tell> {
  const at = `**/api/projects/${projectId}`;
  const told: { line?: WebSocketRoute } = {};
  await page.routeWebSocket(/\/ws\/projects\//, (line) => {
    const server = line.connectToServer();
    server.onMessage((message) => {
      line.send(message);
      told.line = line;
    });
  });
  await page.route(`${at}/models?*`, (route) => route.fulfill({ json: VERSIONS }));
  await page.route(`${at}/training-runs*`, (route) => route.fulfill({ json: { results: runs, next: null } }));
  await page.route(`${at}/training-plan`, (route) => route.fulfill({ json: planOf({ new_object_count: 40 }) }));
  await page.route(`${at}/training-rules`, (route) => route.fulfill({ json: RULES }));
  await page.route(`${at}/learning-curve`, (route) => route.fulfill({ json: LEARNED }));
  for (const run of runs) await page.route(`**/api/training-runs/${run.id}`, (route) => route.fulfill({ json: run }));
  const picture = readFileSync(photograph("coffee.png"));
  await page.route("**/api/training-runs/*/evidence", (route) => route.fulfill({ body: picture, contentType: "image/png" }));
  return async (event) => {
    // The page may be drawn before its line is open, which the first frame of the server shows.
    await expect.poll(() => told.line !== undefined).toBe(true);
    told.line?.send(JSON.stringify(event));
  };
}

test("the page shows costs, versions, runs and what they learned, in both themes and by keyboard", async ({ stage }) => {
  const { project } = await world("History", { photographs: [] });
  const { page } = await stage.visitor("admin");
  await tell(page, project.id, DONE);
  await page.goto(`/p/${project.id}/models`);
  await page.getByText("3,200 samples in 400 steps").waitFor();
  await page.getByText("200 more accepted objects would bring about +1.3 points.").waitFor();
  const found = await look(page, "history");

  await page.getByRole("button", { name: /^Details of the run/ }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByText(OBJECTION).waitFor();
  await page.getByRole("img", { name: /^IoU over 400 steps/ }).waitFor();
  await page.getByRole("img", { name: /^IoU over 400 steps/ }).scrollIntoViewIfNeeded();
  found.push(...(await look(page, "run")));

  await button(page, "Serve v3 Nuclei").click();
  await page.getByRole("dialog").getByText(OBJECTION).waitFor();
  found.push(...(await look(page, "serve")));
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(found).toEqual([]);
});

test("a run draws its curves as its events come, and gives way to the next one", async ({ stage }) => {
  const { project } = await world("Live", { photographs: [] });
  const { page } = await stage.visitor("admin");
  const points = curve(400);
  const run = runDetailOf({ id: 13, project_id: project.id, state: "running", phase: "train", progress: 0.3, seconds_left: 130, finished_at: null, curves: points.slice(0, 30), latest: points[29] ?? null });
  const send = await tell(page, project.id, [run, ...DONE]);
  await page.goto(`/p/${project.id}/models`);
  await page.getByRole("img", { name: /^Loss over 120 steps/ }).waitFor();
  for (const [index, latest] of points.slice(30, 70).entries()) {
    await send({ type: "training_run.changed", run: { ...run, progress: 0.3 + index / 100, seconds_left: 130 - index, latest } });
  }
  await page.getByRole("img", { name: /^Loss over 280 steps/ }).waitFor();
  await page.getByText("Learning · 69% · Step 280 · 1:31 left").waitFor();
  expect(await look(page, "running")).toEqual([]);
  await send({ type: "training_run.changed", run: { ...run, state: "cancelled", finished_at: run.created_at } });
  await button(page, "Start training").waitFor();
});
