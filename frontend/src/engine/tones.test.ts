import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { browserPlatform } from "./platform";

let host: HTMLElement;

beforeEach(() => {
  host = document.createElement("div");
  document.body.append(host);
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({} as never);
});

afterEach(() => {
  host.remove();
  vi.restoreAllMocks();
});

describe("tones", () => {
  it("are a filter on the lowest layer alone, with a name of its own each time, and none for the usual ones", () => {
    const platform = browserPlatform(host);
    platform.createLayer();
    platform.createLayer();
    const [image, masks] = [...host.querySelectorAll("canvas")];
    const first = platform.showTones([0, 0.25, 1]);
    expect([image?.style.filter, masks?.style.filter]).toEqual([first, ""]);
    expect(first).toBe(`url(#${host.querySelector("filter")?.id})`);
    const tables = [...host.querySelectorAll("filter > feComponentTransfer > *")];
    expect(tables.map((table) => [table.tagName, table.getAttribute("tableValues")])).toEqual([
      ["feFuncR", "0 0.25 1"],
      ["feFuncG", "0 0.25 1"],
      ["feFuncB", "0 0.25 1"],
    ]);
    expect(platform.showTones([0, 1])).not.toBe(first);
    expect(host.querySelectorAll("svg")).toHaveLength(1);
    expect(platform.showTones(null)).toBe("none");
    expect([image?.style.filter, host.querySelectorAll("svg").length]).toEqual(["", 0]);
  });

  it("leave with the layers", () => {
    const platform = browserPlatform(host);
    platform.createLayer();
    platform.showTones([0, 1]);
    platform.destroy();
    expect(host.children).toHaveLength(0);
  });
});
