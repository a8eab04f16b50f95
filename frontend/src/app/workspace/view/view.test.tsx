import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { USUAL_VIEW } from "../../../engine";
import { boxMask } from "../../../engine/testing/bench";
import { preferences } from "../../data/preferences";
import { Floor } from "../testing/floor";
import { askForPreview, deliverPreviews } from "./previews";
import { TouchBar } from "./TouchBar";
import { readView } from "./viewMemory";
import { ViewRail } from "./ViewRail";

let floor: Floor;

const view = () => floor.bench.engine.view;
const slider = (name: string): HTMLInputElement => screen.getByRole("slider", { name });
const open = (): void => void fireEvent.click(screen.getByRole("button", { name: "View" }), { detail: 1 });

beforeEach(async () => {
  localStorage.clear();
  preferences.set("view", {});
  floor = await Floor.open();
});

describe("the view panel", () => {
  it("says and changes brightness in steps of the same ratio", async () => {
    await floor.show(<ViewRail />);
    open();
    expect([slider("Brightness").value, slider("Brightness").getAttribute("aria-valuetext")]).toEqual(["0", "100 %"]);
    fireEvent.change(slider("Brightness"), { target: { value: "50" } });
    expect(view().settings().brightness).toBe(2);
    expect(slider("Brightness").getAttribute("aria-valuetext")).toBe("200 %");
    fireEvent.change(slider("Contrast"), { target: { value: "-50" } });
    expect(view().settings().contrast).toBe(0.5);
  });

  it("switches outlines, magnifier and preview, and goes back to the usual", async () => {
    await floor.show(<ViewRail />);
    open();
    const usual = screen.getByRole("button", { name: "As usual" });
    expect(usual.getAttribute("aria-disabled")).toBe("true");
    for (const name of ["Outlines only", "Magnifier", "Live preview"]) fireEvent.click(screen.getByRole("switch", { name }));
    expect(view().settings()).toEqual({ ...USUAL_VIEW, outlinesOnly: true, magnifier: false, preview: false });
    expect(slider("Opacity").disabled).toBe(true);
    fireEvent.click(usual);
    expect(view().settings()).toEqual(USUAL_VIEW);
  });

  it("follows what a key changes", async () => {
    await floor.show(<ViewRail />);
    open();
    await floor.happens(() => floor.bench.key("m"));
    expect(screen.getByRole<HTMLInputElement>("switch", { name: "Outlines only" }).checked).toBe(true);
  });

  it("turns the image, shows it at 100 % and fits it", async () => {
    await floor.show(<ViewRail />);
    open();
    fireEvent.click(screen.getByRole("button", { name: "Turn right" }));
    expect(floor.bench.status.zoom).toBe(0.8);
    fireEvent.click(screen.getByRole("button", { name: "100 %" }));
    expect(floor.bench.status.zoom).toBe(1);
    fireEvent.click(screen.getByRole("button", { name: "Turn left" }));
    fireEvent.click(screen.getByRole("button", { name: "Fit" }));
    expect(floor.bench.status.zoom).toBe(1);
  });

  it("opened by keyboard takes it, and gives it back with Escape", async () => {
    await floor.show(<ViewRail />);
    const button = screen.getByRole("button", { name: "View" });
    fireEvent.click(button, { detail: 0 });
    expect(screen.getByRole("dialog", { name: "View" }).contains(document.activeElement)).toBe(true);
    expect(screen.getByRole("button", { name: "View" })).toBe(button);
    fireEvent.keyDown(slider("Brightness"), { key: "Escape" });
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(button.getAttribute("aria-expanded")).toBe("false");
  });
});

describe("what is remembered", () => {
  it("is there for the next task too, beside what a newer page keeps", async () => {
    preferences.set("view", { grid: 8 });
    const { unmount } = await floor.show(<ViewRail />);
    await floor.happens(() => view().change({ maskOpacity: 0.2 }));
    unmount();
    expect(preferences.get("view")).toEqual({ grid: 8, ...USUAL_VIEW, maskOpacity: 0.2 });
    floor = await Floor.open();
    await floor.show(<ViewRail />);
    expect(view().settings().maskOpacity).toBe(0.2);
  });

  it("comes over from another tab", async () => {
    await floor.show(<ViewRail />);
    await floor.happens(() => preferences.set("view", { gamma: 2 }));
    expect(view().settings().gamma).toBe(2);
  });

  it.each([{}, [], { gamma: "x", outlinesOnly: 3 }, { brightness: null }])("is the usual where %j is stored", (stored) => {
    expect(readView(stored)).toEqual(USUAL_VIEW);
  });
});

describe("the bar for fingers", () => {
  const touch = (pointerType: string): void => {
    const event = new PointerEvent("pointerdown", { pointerType });
    act(() => void floor.host.dispatchEvent(event));
  };
  const buttons = (): (string | null)[] => screen.queryAllByRole("button").map(({ textContent }) => textContent);

  it("takes a point back, accepts a mask and starts again, for who has no keys", async () => {
    await floor.show(<TouchBar />);
    await floor.happens(() => floor.bench.click(150, 200));
    expect(buttons()).toEqual([]);
    touch("touch");
    expect(buttons()).toEqual(["Take back"]);
    fireEvent.click(screen.getByText("Take back"));
    expect(floor.bench.points()).toEqual([]);
    await floor.happens(() => floor.bench.four(200, 200));
    await floor.happens(() => floor.bench.answer());
    expect(buttons()).toEqual(["Accept", "Take back", "Start again"]);
    fireEvent.click(screen.getByText("Accept"));
    expect(floor.bench.status.objectCount).toBe(1);
    expect(buttons()).toEqual([]);
  });

  it("goes when a mouse takes over", async () => {
    await floor.show(<TouchBar />);
    await floor.happens(() => floor.bench.click(150, 200));
    touch("pen");
    expect(buttons()).toEqual(["Take back"]);
    touch("mouse");
    expect(buttons()).toEqual([]);
  });
});

describe("previews on the line", () => {
  it("are asked for in a frame, and told to the engine alone", () => {
    const sent: object[] = [];
    const told: unknown[] = [];
    const watchers: ((event: never) => void)[] = [];
    const line = {
      send: (frame: object) => sent.push(frame) > 0,
      onEvent: (watcher: (event: never) => void) => (watchers.push(watcher), () => {}),
    };
    askForPreview(line, { requestId: "p1", points: [{ x: 1, y: 2, t: 0 }] });
    expect(sent).toEqual([{ type: "preview", request_id: "p1", points: [{ x: 1, y: 2, t: 0 }] }]);
    deliverPreviews(line, { deliverPreview: (...args) => void told.push(args) });
    const mask = boxMask(1, 2, 3, 4);
    for (const event of [{ type: "lease.renewed" }, { type: "preview.ready", request_id: "p1", mask }]) watchers[0]?.(event as never);
    expect(told).toEqual([["p1", mask]]);
  });
});
