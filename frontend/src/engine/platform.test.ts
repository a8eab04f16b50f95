import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { browserPlatform } from "./platform";

let host: HTMLElement;

beforeEach(() => {
  host = document.createElement("div");
  document.body.append(host);
});

afterEach(() => {
  host.remove();
});

describe("browserPlatform", () => {
  it("prepares the host: focusable, a frame for its layers, no scrolling by touch", () => {
    browserPlatform(host);
    expect([host.tabIndex, host.style.overflow, host.style.touchAction]).toEqual([0, "hidden", "none"]);
  });

  it("leaves a tab index that is already there", () => {
    host.tabIndex = -1;
    browserPlatform(host);
    expect(host.tabIndex).toBe(-1);
  });

  it("makes version 4 uuids that differ", () => {
    const platform = browserPlatform(host);
    const ids = Array.from({ length: 200 }, () => platform.newId());
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(200);
  });

  it("says what to do where nothing can be drawn, and takes its canvases away in the end", () => {
    const platform = browserPlatform(host);
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
    expect(() => platform.createLayer()).toThrow("This browser cannot draw on a canvas. Update it or try another one.");
    expect(host.querySelectorAll('canvas[aria-hidden="true"]')).toHaveLength(1);
    platform.destroy();
    expect(host.querySelectorAll("canvas")).toHaveLength(0);
  });
});
