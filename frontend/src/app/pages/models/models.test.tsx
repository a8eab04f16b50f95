import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Models, TrainingPlan, TrainingRun, TrainingRunDetail } from "../../../api/modelTypes";
import { comparisonOf, figuresOf, modelsOf, planOf, runDetailOf, runOf, versionOf } from "../../../testing/modelShapes";
import { renderRouted } from "../../../testing/render";
import { serve, type Asked } from "../../../testing/server";
import { projectOf } from "../../../testing/shapes";
import { applyModelEvent } from "../../data/liveModels";
import { ProjectModels } from "./ModelsPage";

interface Server {
  models?: Models;
  runs?: readonly TrainingRun[];
  detail?: TrainingRunDetail;
  plan?: TrainingPlan;
  start?: object;
}

const RULES = { every_accepted: 100, schedule: "off", promote_automatically: true } as const;

async function open(server: Server = {}, role: "admin" | "annotator" = "admin") {
  const models = server.models ?? modelsOf({});
  const [newest] = server.runs ?? [];
  const asked = serve({
    "GET /api/projects/1/models": () => models,
    "PUT /api/projects/1/active-model": ({ body }) => {
      const { version_id, pinned } = body as { version_id: number | null; pinned: boolean };
      const results = models.results.map((version) => ({ ...version, active: version.id === version_id }));
      return { ...models, active_id: version_id, pinned, results };
    },
    "GET /api/projects/1/training-runs": () => ({ results: server.runs ?? [], next: null }),
    "POST /api/projects/1/training-runs": () => server.start ?? runOf({ id: 9, state: "queued" }),
    "GET /api/projects/1/training-plan": () => server.plan ?? planOf({}),
    "GET /api/projects/1/training-rules": () => RULES,
    "PATCH /api/projects/1/training-rules": ({ body }) => ({ ...RULES, ...(body as object) }),
    "GET /api/projects/1/learning-curve": () => ({ points: [], fitted: [], further: 200, expected_gain: null }),
    [`GET /api/training-runs/${newest?.id ?? 9}`]: () => server.detail ?? runDetailOf(newest ?? { id: 9, state: "queued" }),
    [`POST /api/training-runs/${newest?.id ?? 9}/cancel`]: () => ({ ...newest, state: "cancelled" }),
    "PATCH /api/models/2": ({ body }) => ({ ...versionOf({ id: 2 }), ...(body as object) }),
  });
  const { cache } = await renderRouted(<ProjectModels project={projectOf({ role })} />);
  await screen.findByRole("list", { name: "Versions" });
  return { asked, cache };
}

const writes = (asked: readonly Asked[]) => asked.filter(({ method }) => method !== "GET").map(({ method, path, body }) => [method, path, body]);
const button = (name: string | RegExp): HTMLElement => screen.getByRole("button", { name });
const press = async (name: string | RegExp): Promise<void> => void fireEvent.click(await screen.findByRole("button", { name }));
const versions = (): HTMLElement[] => within(screen.getByRole("list", { name: "Versions" })).getAllByRole("listitem");

beforeEach(() => {
  vi.stubGlobal("scrollTo", () => undefined);
});

describe("what serves", () => {
  const two = modelsOf({
    active_id: 2,
    results: [
      versionOf({ id: 3, state: "rejected", parent_id: 2 }),
      versionOf({ id: 2, active: true, parent_id: null, held_out: figuresOf({ mean_iou: 0.8714 }) }),
    ],
  });

  it("is the bundled model at first, and the page says what to do", async () => {
    await open();
    expect(screen.getByRole("region", { name: "Serving now" }).textContent).toContain("Bundled model");
    expect(versions().map((row) => row.textContent)).toEqual(["Bundled modelServingComes with Cardinal, under the name “default”."]);
    expect(screen.getByText(/^No version of your own yet\./).tagName).toBe("P");
    await screen.findByText("Accept some images, then start one above. It stays here with what it found.");
  });

  it("is marked on the timeline, and goes back to what it was made from", async () => {
    const { asked } = await open({ models: two });
    expect(screen.getByRole("region", { name: "Serving now" }).textContent).toContain("v2 Cells 287.1 " + "%".padStart(1));
    expect(versions().map((row) => row.dataset["active"])).toEqual(["false", "true", "false"]);
    await press("Roll back to Bundled model");
    expect((await screen.findByRole("dialog")).textContent).toContain("instead of v2 Cells 2.");
    expect(writes(asked)).toEqual([]);
    await press("Serve");
    await waitFor(() => expect(versions().map((row) => row.dataset["active"])).toEqual(["false", "false", "true"]));
    expect(writes(asked)).toEqual([["PUT", "/api/projects/1/active-model", { version_id: null, pinned: false }]]);
  });

  it("warns of a version that the comparison spoke against, with its reasons", async () => {
    const run = runOf({ version_id: 3, decision: "rejected", objections: ["It is worse."] });
    const { asked } = await open({ models: two, runs: [run] });
    await press("Serve v3 Cells 3");
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByRole("note").textContent).toBe(
      "The comparison spoke against this version. It will serve all the same if you say so.It is worse.",
    );
    fireEvent.click(within(dialog).getByRole("checkbox"));
    fireEvent.click(within(dialog).getByRole("button", { name: "Serve" }));
    await waitFor(() => expect(writes(asked)).toEqual([["PUT", "/api/projects/1/active-model", { version_id: 3, pinned: true }]]));
  });

  it("is pinned by a switch", async () => {
    const { asked } = await open({ models: two });
    fireEvent.click(screen.getByRole("switch", { name: "Pinned: no training run replaces it" }));
    await waitFor(() => expect(writes(asked)).toEqual([["PUT", "/api/projects/1/active-model", { version_id: 2, pinned: true }]]));
  });

  it("is changed by admins alone, and others are asked for nothing that they would be refused", async () => {
    const { asked } = await open({ models: two }, "annotator");
    await screen.findByText(/^0 runs are on record\./);
    expect(screen.queryAllByRole("button").map((each) => each.getAttribute("aria-label"))).toEqual(["More about v3 Cells 3", "More about v2 Cells 2"]);
    expect(asked.map(({ path }) => path).sort()).toEqual(["/api/projects/1/learning-curve", "/api/projects/1/models"]);
  });
});

describe("versions that cannot serve", () => {
  it("say why, and have no button for it", async () => {
    const error = { code: "weights_refused", message: "The file holds no weights." };
    await open({
      models: modelsOf({ results: [versionOf({ id: 2, state: "refused", error, held_out: null }), versionOf({ id: 1, state: "checking", held_out: null })] }),
    });
    expect(screen.getByText("The file holds no weights.").tagName).toBe("SPAN");
    expect(screen.getByText("A worker is looking at the file. It can serve when that is done.").getAttribute("role")).toBe("status");
    expect(screen.queryByRole("button", { name: /^Serve v/ })).toBeNull();
  });

  it("are hidden when archived, until they are asked for", async () => {
    await open({ models: modelsOf({ results: [versionOf({ id: 2, archived: true }), versionOf({ id: 1 })] }) });
    expect(versions().length).toBe(2);
    await press("Show 1 archived version");
    expect(versions().length).toBe(3);
    expect(versions()[0]?.textContent).toContain("Archived");
  });

  it("take a new name", async () => {
    const { asked } = await open({ models: modelsOf({ results: [versionOf({ id: 2 })] }) });
    await press("More about v2 Cells 2");
    fireEvent.click(await screen.findByRole("menuitem", { name: "Rename" }));
    fireEvent.change(await screen.findByRole("textbox", { name: "New name of v2 Cells 2" }), { target: { value: " Nuclei " } });
    await press("Rename");
    await waitFor(() => expect(writes(asked)).toEqual([["PATCH", "/api/models/2", { name: "Nuclei" }]]));
  });
});

describe("a new run", () => {
  it("says what it costs before it starts", async () => {
    await open();
    const facts = (await screen.findByText("Costs")).closest("dl");
    expect([...(facts?.querySelectorAll("dd") ?? [])].map((each) => each.textContent)).toEqual([
      "200 objects on 48 images",
      "60 objects on 12 imagesnever trained on; decides Show them",
      "200 objects",
      "3,200 samples in 400 steps",
      "3:20",
    ]);
  });

  it("cannot start against an obstacle, which is a sentence", async () => {
    const { asked } = await open({ plan: planOf({ obstacle: { code: "too_few", message: "Accept 20 objects more first." }, seconds: null }) });
    expect((await screen.findByText("Accept 20 objects more first.")).getAttribute("role")).toBe("note");
    expect(button("Start training").hasAttribute("disabled")).toBe(true);
    fireEvent.click(button("Start training"));
    expect(writes(asked)).toEqual([]);
    expect(screen.getByText("known after the first run").tagName).toBe("DD");
  });

  it("starts once and is on the screen at once", async () => {
    const { asked } = await open();
    await press("Start training");
    await screen.findByText("The curves begin with the first steps.");
    expect(screen.getByRole("progressbar", { name: "Waiting for a worker" }).getAttribute("aria-valuenow")).toBe("100");
    expect(writes(asked)).toEqual([["POST", "/api/projects/1/training-runs", {}]]);
    expect(screen.queryByRole("button", { name: "Start training" })).toBeNull();
  });

  it("says so when somebody else was faster, and asks what runs now", async () => {
    const start = { error: { code: "run_active", message: "A run is under way already.", details: {} } };
    const { asked } = await open({ start });
    await press("Start training");
    expect((await screen.findByRole("alert")).textContent).toBe("A run is under way already.");
    await waitFor(() => expect(asked.filter(({ method, path }) => method === "GET" && path.endsWith("training-runs")).length).toBe(2));
  });
});

describe("a run that goes on", () => {
  const running = runOf({ id: 7, state: "running", phase: "train", progress: 0.25, seconds_left: 95, finished_at: null, latest: { step: 40, loss: 0.5, iou: 0.7, tune_iou: null } });
  const curves = [10, 20, 30, 40].map((step) => ({ step, loss: 1 - step / 100, iou: 0.5 + step / 200, tune_iou: step === 40 ? 0.66 : null }));

  it("shows how far it is, and its curves also as a table", async () => {
    await open({ runs: [running], detail: { ...running, curves, log: "loading\nstep 40" } });
    await screen.findByText("Learning · 25% · Step 40 · 1:35 left");
    expect((await screen.findAllByRole("img")).map((each) => each.getAttribute("aria-label"))).toEqual([
      "Loss over 40 steps, from 0.900 to 0.600",
      "IoU over 40 steps, from 55.0 % to 70.0 %",
    ]);
    expect([...document.querySelectorAll("details table tbody tr:last-child > *")].map((each) => each.textContent)).toEqual(["40", "0.6000", "70.0 %", "66.0 %"]);
    expect(document.querySelector("pre")?.textContent).toBe("loading\nstep 40");
  });

  it("follows its events and announces phases, not numbers", async () => {
    const { cache } = await open({ runs: [running], detail: { ...running, curves, log: "" } });
    await screen.findAllByRole("img");
    const heard = (): string => document.querySelector("[aria-live]")?.textContent ?? "";
    expect(heard()).toBe("Training run: Learning");
    const later = { ...running, progress: 0.5, seconds_left: 60, latest: { step: 80, loss: 0.2, iou: 0.9, tune_iou: null } };
    act(() => void applyModelEvent(cache, 1, { type: "training_run.changed", run: later }));
    await screen.findByText("Learning · 50% · Step 80 · 1:00 left");
    await screen.findByRole("img", { name: "Loss over 80 steps, from 0.900 to 0.200" });
    expect(heard()).toBe("Training run: Learning");
    act(() => void applyModelEvent(cache, 1, { type: "training_run.changed", run: { ...later, state: "succeeded", decision: "promoted" } }));
    await waitFor(() => expect(heard()).toBe("Training run: Better, serves"));
    await screen.findByRole("button", { name: "Start training" });
  });

  it("is stopped by one button", async () => {
    const { asked } = await open({ runs: [running] });
    await press("Cancel training");
    await waitFor(() => expect(writes(asked)).toEqual([["POST", "/api/training-runs/7/cancel", ""]]));
  });
});

describe("a run that is over", () => {
  const rejected = runOf({
    id: 7,
    start_id: 1,
    version_id: 2,
    decision: "rejected",
    objections: ["On held-out objects the gain is 0.3 points, between -0.4 and 1.0: it may be none."],
    held_out: comparisonOf({ gain: 0.003, low: -0.004, high: 0.01 }),
    evidence_url: "/api/training-runs/7/evidence",
  });
  const models = modelsOf({ results: [versionOf({ id: 2, state: "rejected", parent_id: 1 }), versionOf({ id: 1 })] });

  it("says in a line what came of it, and in its details why", async () => {
    await open({ runs: [rejected], models });
    const row = within(await screen.findByRole("list", { name: "Training runs" })).getByRole("listitem");
    expect(row.textContent).toContain("v1 Cells 1 → v2 Cells 2Not better+0.3 points, −0.4 to +1.0");
    expect(row.textContent).toContain("Started by anna");
    expect(row.textContent).toContain("200 objects · took 3:20");
    fireEvent.click(within(row).getByRole("button", { expanded: false }));
    expect(within(row).getByText(/may be none/).tagName).toBe("LI");
    const cells = within(within(row).getByRole("table")).getAllByRole("row").map((each) => [...each.children].map((cell) => cell.textContent));
    expect(cells).toEqual([
      ["Figure", "Before", "After", "Difference"],
      ["Mean IoU", "80.0 %", "85.0 %", "+5.0 points"],
      ["Above 0.85", "50.0 %", "62.0 %", "+12.0 points"],
      ["Clicks to 0.9", "6.0", "5.2", "−0.8"],
      ["Time of a click", "30 ms", "31 ms", "+1 ms"],
    ]);
    fireEvent.click(button("Show the pictures large"));
    expect((await screen.findByRole("img", { name: /^Held-out objects with the largest gains/ })).getAttribute("src")).toBe("/api/training-runs/7/evidence");
  });

  it("compares two versions on what one run measured both by", async () => {
    await open({ runs: [rejected], models });
    await screen.findByText("Measured by one run on the same 60 held-out objects.");
    fireEvent.change(screen.getByRole("combobox", { name: "First version" }), { target: { value: "2" } });
    await screen.findByText(/^Each was measured on the held-out objects of its own time/);
  });

  it("compares the bundled model with what a run made of it", async () => {
    const runs = [runOf({ id: 7, start_id: null, version_id: 1, held_out: comparisonOf({}) })];
    await open({ runs, models: modelsOf({ results: [versionOf({ id: 1, held_out: figuresOf({}) })] }) });
    const first = await screen.findByRole("combobox", { name: "First version" });
    expect([...first.querySelectorAll("option")].map(({ textContent }) => textContent)).toEqual(["v1 Cells 1", "Bundled model"]);
    expect((first as HTMLSelectElement).value).toBe("null");
    await screen.findByText("Measured by one run on the same 60 held-out objects.");
  });

  it("failed with a sentence", async () => {
    const error = { code: "disk_full", message: "The disk is full. Make room and start again." };
    await open({ runs: [runOf({ id: 7, state: "failed", error })] });
    await press(/^Details of the run/);
    expect(screen.getByText(error.message).tagName).toBe("P");
  });
});

describe("the rules", () => {
  it("are stored one by one, a number when one is done with it", async () => {
    const { asked } = await open();
    const every = await screen.findByRole("textbox", { name: "After so many newly accepted objects" });
    fireEvent.change(every, { target: { value: "250" } });
    expect(writes(asked)).toEqual([]);
    fireEvent.blur(every);
    await screen.findByText("Saved");
    fireEvent.change(screen.getByRole("combobox", { name: "On a schedule" }), { target: { value: "weekly" } });
    fireEvent.click(screen.getByRole("switch", { name: "Serve a better version without asking" }));
    await waitFor(() => expect(writes(asked).map(([, , body]) => body)).toEqual([
      { every_accepted: 250 },
      { schedule: "weekly" },
      { promote_automatically: false },
    ]));
  });
});
