import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";

import type { Draft } from "../../../api/draftCalls";
import { boxMask } from "../../../engine/testing/bench";
import { serve } from "../../../testing/server";
import { Floor } from "../testing/floor";
import { DraftLayer } from "./DraftLayer";
import { DraftPanel } from "./DraftPanel";

function draft(id: number, x: number): Draft {
  const { size, counts } = boxMask(x, 100, 50, 50);
  const mask = { size: [...size], counts };
  return {
    id, task_id: 7, label_id: id, proposal_id: 100 + id, mask, bbox: [x, 100, 50, 50], area: 2500, score: 0.9, spread: 0.1, model_version: "fake-1",
  };
}

const TWO = { results: [draft(1, 100), draft(2, 300)], next: null };

async function open(routes: Parameters<typeof serve>[0] = {}, role: "annotator" | "viewer" = "annotator") {
  const asked = serve({ "GET /api/tasks/7/drafts": () => TWO, ...routes });
  const floor = await Floor.open({ role });
  await floor.show(
    <>
      <DraftPanel />
      <DraftLayer />
    </>,
  );
  await screen.findByRole("heading", { name: /^Drafts/ });
  return { floor, asked };
}

const region = () => screen.getByRole("region", { name: /^Drafts/ });
const rows = (): (string | null)[] => within(region()).getAllByRole("listitem").map(({ textContent }) => textContent);
const paths = (): number => document.querySelectorAll("svg path[data-pointed]").length;

beforeEach(() => vi.unstubAllGlobals());

it("lists what the model proposes by itself, and draws it, and none of it is an object", async () => {
  const { floor } = await open();
  expect(rows()).toEqual(["cat90%TakeDismiss", "cup90%TakeDismiss"]);
  expect(paths()).toBe(2);
  expect(floor.bench.engine.objects()).toEqual([]);
});

it("makes an object of a draft as it is, and undo gives it back", async () => {
  const { floor } = await open();
  await floor.happens(() => fireEvent.click(screen.getByRole("button", { name: "Take the draft cup" })));
  const [made] = floor.bench.engine.objects();
  expect([made?.proposalId, made?.labelId, made?.area, made?.score]).toEqual([102, 2, 2500, 0.9]);
  expect(rows()).toEqual(["cat90%TakeDismiss"]);
  await floor.happens(() => floor.bench.engine.undo());
  expect(rows()).toHaveLength(2);
});

it("takes all of them in one step", async () => {
  const { floor } = await open();
  await floor.happens(() => fireEvent.click(screen.getByRole("button", { name: "Take all 2 drafts" })));
  expect(floor.bench.engine.objects().map(({ proposalId }) => proposalId)).toEqual([101, 102]);
  expect(screen.queryByRole("region", { name: /^Drafts/ })).toBeNull();
  await floor.happens(() => floor.bench.engine.undo());
  expect(floor.bench.engine.objects()).toEqual([]);
});

it("shows on the picture which one the pointer is on", async () => {
  const { floor } = await open();
  const [first] = within(region()).getAllByRole("listitem");
  await floor.happens(() => fireEvent.pointerEnter(first as HTMLElement));
  const pointed = [...document.querySelectorAll("svg path[data-pointed]")].map((path) => path.getAttribute("data-pointed"));
  expect(pointed).toEqual(["true", "false"]);
});

it("puts a draft away, and back where the server refuses", async () => {
  const { floor, asked } = await open({
    "POST /api/drafts/1/dismiss": () => null,
    "POST /api/drafts/2/dismiss": () => ({ error: { code: "lease_held", message: "ana works on this task now.", details: {} } }),
  });
  await floor.happens(() => fireEvent.click(screen.getByRole("button", { name: "Dismiss the draft cat" })));
  // The list of drafts tells its readers a moment later.
  await vi.waitFor(() => expect(rows()).toEqual(["cup90%TakeDismiss"]));
  await floor.happens(() => fireEvent.click(screen.getByRole("button", { name: "Dismiss the draft cup" })));
  await vi.waitFor(() => expect(rows()).toEqual(["cup90%TakeDismiss"]));
  expect(asked.filter(({ method }) => method === "POST").map(({ path }) => path)).toEqual([
    "/api/drafts/1/dismiss",
    "/api/drafts/2/dismiss",
  ]);
});

it("offers nothing to those who only look", async () => {
  await open({}, "viewer");
  expect(rows()).toEqual(["cat90%", "cup90%"]);
  expect(within(region()).queryAllByRole("button")).toEqual([]);
});
