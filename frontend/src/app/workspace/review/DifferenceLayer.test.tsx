import { fireEvent, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "../../../api/errors";
import type { Proposal } from "../../../api/types";
import { boxMask } from "../../../engine/testing/bench";
import { aTask, ana, anAnnotation } from "../../../sync/testing/factories";
import { Floor } from "../testing/floor";
import type { Flow } from "../useFlow";
import { DifferenceLayer } from "./DifferenceLayer";
import { reviewOf } from "./reviewDesk";
import { wish } from "./useDifference";
import { useReviewKeys } from "./useReviewKeys";

const quiet: Flow = { decisions: [], busy: false, problem: null, done: null, decide: () => {}, next: () => {}, dismiss: () => {} };
const image = { ...aTask().image, width: 1000, height: 800 };

function maskOf(...box: readonly [number, number, number, number]) {
  const { size, counts } = boxMask(...box);
  return { size: [...size], counts };
}

function Part() {
  useReviewKeys(quiet, false);
  return <DifferenceLayer />;
}

async function open(proposal: () => Promise<Pick<Proposal, "mask">>): Promise<Floor> {
  const annotations = [anAnnotation("a", { mask: maskOf(100, 100, 50, 40), bbox: [100, 100, 50, 40] })];
  const floor = await Floor.open({ role: "viewer", task: { image, annotations } });
  const api = { proposal: proposal as () => Promise<Proposal>, judge: () => Promise.reject(new Error("not part of this test")) };
  reviewOf({ session: floor.session, engine: floor.bench.engine, user: ana, api });
  await floor.show(<Part />);
  await floor.happens(() => floor.bench.engine.select("a"));
  return floor;
}

const down = (): boolean => fireEvent.keyDown(document.body, { key: "d" });
const up = (): boolean => fireEvent.keyUp(document.body, { key: "d" });

afterEach(() => {
  wish.set("off");
});

describe("comparing with the proposal", () => {
  it("a tap on D says what was added and taken away, another one hides it", async () => {
    const floor = await open(() => Promise.resolve({ mask: maskOf(95, 100, 50, 40) }));
    await floor.happens(down);
    await floor.happens(up);
    expect(await screen.findByText("added, 200 px")).toBeTruthy();
    expect(screen.getByText("taken away, 200 px")).toBeTruthy();
    await floor.happens(down);
    await floor.happens(up);
    expect(screen.queryByText("added, 200 px")).toBeNull();
  });

  it("holding D draws the proposal in the object's place, as long as it is held", async () => {
    const mask = maskOf(95, 100, 50, 40);
    const floor = await open(() => Promise.resolve({ mask }));
    const drawn = vi.spyOn(floor.bench.engine.view, "showInstead");
    await floor.happens(down);
    await screen.findByText("This is what the model proposed.");
    expect(drawn.mock.calls).toEqual([["a", mask]]);
    await floor.happens(up);
    expect(drawn.mock.calls.at(-1)).toEqual(["a", null]);
    expect(wish.get()).toBe("off");
  });

  it("says when the mask is the model's own", async () => {
    const same = await open(() => Promise.resolve({ mask: maskOf(100, 100, 50, 40) }));
    await same.happens(() => wish.set("tint"));
    expect(await screen.findByText("The mask is as the model proposed it.")).toBeTruthy();
  });

  it("says when the object was drawn by hand", async () => {
    const drawn = await open(() => Promise.reject(new ApiError(404, "no_proposal", "This object was drawn by hand.")));
    await drawn.happens(() => wish.set("tint"));
    expect(await screen.findByText("This object was drawn by hand.")).toBeTruthy();
  });
});
