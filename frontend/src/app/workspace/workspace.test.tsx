import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { anAnnotation, aTask } from "../../sync/testing/factories";
import { HintLine } from "./HintLine";
import { LabelList } from "./LabelList";
import { LiveRegion } from "./LiveRegion";
import { ObjectList } from "./ObjectList";
import { scoreText } from "./objects/names";
import { SaveIndicator } from "./SaveIndicator";
import { Stage } from "./Stage";
import { Teaching } from "./Teaching";
import { Floor } from "./testing/floor";
import { ToolRail } from "./ToolRail";
import type { Flow } from "./useFlow";

const quiet: Flow = {
  decisions: ["submit"],
  busy: false,
  problem: null,
  done: null,
  decide: () => {},
  next: () => {},
  dismiss: () => {},
};
const names = (role: string): (string | null)[] =>
  screen.getAllByRole(role).map((element) => element.getAttribute("aria-label"));
const live = (): string => screen.getAllByRole("status").map((region) => region.textContent).join("");

beforeEach(() => {
  localStorage.clear();
});

describe("the workspace's parts", () => {
  it("four clicks, Space: the object is in the list, is saved, and is said aloud", async () => {
    const floor = await Floor.open();
    await floor.show(
      <>
        <ObjectList />
        <SaveIndicator />
        <HintLine />
        <LiveRegion />
      </>,
    );
    expect(screen.getByText("None yet. Four clicks make the first.")).toBeTruthy();
    await floor.happens(() => floor.bench.click(150, 200));
    expect(live()).toBe("Point 1 of 4 placed");
    await floor.happens(() => floor.bench.clicks([200, 150], [250, 200], [200, 250]));
    expect(screen.getByText(/The mask is being made/)).toBeTruthy();
    await floor.happens(() => floor.bench.answer({ score: 0.61 }));
    expect(live()).toBe("Mask ready, low predicted quality 61 percent. Check the edge.");
    expect(screen.getByText("Mask in 37 ms")).toBeTruthy();
    await floor.happens(() => floor.bench.key(" "));
    const row = screen.getByRole("button", { name: "Object 1, cat, .61 predicted quality, not saved yet" });
    expect(row.getAttribute("aria-pressed")).toBe("false");
    expect(floor.sent).toEqual([
      { kind: "create", body: { client_id: floor.bench.engine.objects()[0]?.id, label_id: 1, proposal_id: 71 } },
    ]);
    expect(screen.getByTestId("save-state").textContent).toBe("Saving…");
    expect(live()).toBe("cat added, 1 object");
    await floor.happens(() => floor.stored());
    expect(screen.getByTestId("save-state").textContent).toBe("Saved");
    expect(screen.getByRole("button", { name: "Object 1, cat, .90 predicted quality" })).toBeTruthy();
    expect(live()).toBe("Saved");
  });

  it("lists objects with their quality; selects, relabels and deletes them", async () => {
    const annotations = [anAnnotation("a", { score: 0.93 }), anAnnotation("b", { id: 101, label_id: 2, score: null })];
    const floor = await Floor.open({ task: { annotations } });
    await floor.show(<ObjectList />);
    expect(names("button")).toEqual([
      "Object 1, cat, .93 predicted quality",
      "Lock object 1, cat",
      "Hide object 1, cat",
      "More for object 1, cat",
      "Object 2, cup",
      "Lock object 2, cup",
      "Hide object 2, cup",
      "More for object 2, cup",
    ]);
    fireEvent.click(screen.getByRole("button", { name: /^Object 1/ }));
    expect(floor.bench.status.selection).toBe("a");
    fireEvent.click(screen.getByRole("button", { name: "More for object 1, cat" }));
    fireEvent.click(within(await screen.findByRole("menu")).getByText("Change the label"));
    fireEvent.click(screen.getByRole("menuitem", { name: "cup" }));
    expect(floor.bench.engine.objects().map(({ labelId }) => labelId)).toEqual([2, 2]);
    fireEvent.click(screen.getByRole("button", { name: "More for object 2, cup" }));
    fireEvent.click(await screen.findByRole("menuitem", { name: /^Delete/ }));
    expect(floor.bench.engine.objects().map(({ id }) => id)).toEqual(["a"]);
  });

  it("offers nothing to change while somebody else has the task, and says who", async () => {
    const lease = { holder: { id: 2, username: "ben" }, expires_at: "" };
    const floor = await Floor.open({ task: { annotations: [anAnnotation("a")], lease } });
    await floor.show(
      <>
        <ObjectList />
        <Stage flow={quiet} />
        <SaveIndicator />
        <Teaching />
      </>,
    );
    expect(names("button").slice(0, 4)).toEqual([
      "Object 1, cat, .90 predicted quality",
      "Lock object 1, cat",
      "Hide object 1, cat",
      "More for object 1, cat",
    ]);
    expect(screen.getByText("ben is working on this task. You can look, and change nothing.")).toBeTruthy();
    expect(screen.getAllByRole("button").slice(4).map((button) => button.textContent)).toEqual([
      "Open next task",
      "Try again",
    ]);
    expect(screen.getByTestId("save-state").textContent).toBe("");
    expect(screen.queryByText("Four clicks make a mask")).toBeNull();
  });

  it("chooses labels by a click, and relabels what the select tool holds", async () => {
    const floor = await Floor.open({ task: { annotations: [anAnnotation("a")] } });
    await floor.show(<LabelList />);
    const [cat, cup] = ["cat", "cup"].map((name) => screen.getByRole("button", { name }));
    expect([cat, cup].map((row) => row?.getAttribute("aria-keyshortcuts"))).toEqual(["1", "2"]);
    expect([cat, cup].map((row) => row?.getAttribute("aria-pressed"))).toEqual(["true", "false"]);
    fireEvent.click(screen.getByRole("button", { name: "cup" }));
    expect(floor.bench.status.currentLabelId).toBe(2);
    expect(floor.bench.engine.objects()[0]?.labelId).toBe(1);
    await floor.happens(() => {
      floor.bench.engine.setTool("select");
      floor.bench.engine.select("a");
    });
    fireEvent.click(screen.getByRole("button", { name: "cup" }));
    expect(floor.bench.engine.objects()[0]?.labelId).toBe(2);
  });

  it("shows which tool is on, and disables undo while there is nothing to undo", async () => {
    const floor = await Floor.open();
    await floor.show(<ToolRail />);
    const undo = screen.getByRole("button", { name: "Undo" });
    expect(undo.getAttribute("aria-disabled")).toBe("true");
    fireEvent.click(screen.getByRole("button", { name: "Select" }));
    expect(floor.bench.status.tool).toBe("select");
    expect(screen.getByRole("button", { name: "Select" }).getAttribute("aria-pressed")).toBe("true");
    fireEvent.click(screen.getByRole("button", { name: "Four clicks" }));
    await floor.happens(() => floor.bench.click(150, 200));
    expect(undo.getAttribute("aria-disabled")).toBe("false");
    fireEvent.click(undo);
    expect(floor.bench.points()).toEqual([]);
  });

  it("writes a failed mask where the eye is and asks again at a press", async () => {
    const floor = await Floor.open();
    await floor.show(<Stage flow={quiet} />);
    await floor.happens(() => floor.bench.four(200, 200));
    await floor.happens(() => floor.bench.fail());
    expect(screen.getByRole("alert").textContent).toBe("The mask took too long.Try againDrop the points");
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(floor.bench.requests.length).toBe(2);
    expect(screen.queryByRole("alert")).toBeNull();
    await floor.happens(() => floor.bench.fail());
    fireEvent.click(screen.getByRole("button", { name: "Drop the points" }));
    expect(floor.bench.points()).toEqual([]);
  });

  it("teaches the first object in three steps, and never again", async () => {
    const floor = await Floor.open();
    const { unmount } = await floor.show(<Teaching />);
    expect(screen.getByText("1 of 3")).toBeTruthy();
    await floor.happens(() => floor.bench.four(200, 200));
    await floor.happens(() => floor.bench.answer());
    expect(screen.getByText("2 of 3")).toBeTruthy();
    await floor.happens(() => floor.bench.key(" "));
    expect(screen.getByText("3 of 3")).toBeTruthy();
    await floor.happens(() => floor.bench.click(600, 600));
    expect(screen.queryByText(/of 3/)).toBeNull();
    unmount();
    await (await Floor.open()).show(<Teaching />);
    expect(screen.queryByText(/of 3/)).toBeNull();
  });

  it("does not teach a reviewer at work", async () => {
    const floor = await Floor.open({ role: "reviewer", task: aTask({ state: "submitted" }) });
    await floor.show(<Teaching />);
    expect(screen.queryByText(/of 3/)).toBeNull();
  });

  it("says when everything is done", async () => {
    const floor = await Floor.open();
    await floor.show(<Stage flow={{ ...quiet, done: "Every task of this project was submitted. Well done." }} />);
    expect(screen.getByRole("heading", { name: "Nothing is left to do" })).toBeTruthy();
    expect(screen.getByText("Every task of this project was submitted. Well done.")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Back to the project" }).getAttribute("href")).toBe("/p/3");
  });
});

describe("scoreText", () => {
  it.each([
    [0.934, ".93"],
    [0.6, ".60"],
    [0.994, ".99"],
    [0.995, "1.0"],
    [1, "1.0"],
    [0, ".00"],
  ])("%f", (score, text) => {
    expect(scoreText(score)).toBe(text);
  });
});
