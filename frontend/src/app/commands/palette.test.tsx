import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { record } from "../../engine/testing/bench";
import { preferences } from "../data/preferences";
import { renderPart } from "../../testing/render";
import { Floor } from "../workspace/testing/floor";
import type { Flow } from "../workspace/useFlow";
import { useKeys } from "../workspace/useKeys";
import { entriesNow, withRecent, type Entry } from "./entries";
import { offer } from "./offer";
import { Palette } from "./Palette";
import type { Site } from "./siteCommands";

const went: string[] = [];
const site: Site = { project: { id: 3, role: "annotator" }, go: (path) => void went.push(path), setScheme: () => {} };
const done: string[] = [];
const entry = (id: string, text: string, group: Entry["group"]): Entry => ({ id, text, group, command: null, run: () => void done.push(id) });
const ENTRIES = [entry("undo", "Undo", "objects"), entry("brush", "Brush", "tools"), entry("box", "Box around an object", "tools")];

const box = (): HTMLElement => screen.getByRole("combobox", { name: "Search commands" });
const options = (): readonly string[] => screen.queryAllByRole("option").map((each) => each.textContent);
const selected = (): string => screen.getByRole("option", { selected: true }).textContent;
const type = (value: string): void => void fireEvent.change(box(), { target: { value } });
const press = (key: string): void => void fireEvent.keyDown(box(), { key });

beforeEach(() => {
  went.length = 0;
  done.length = 0;
  preferences.set("workspace", {});
  preferences.set("keymap", {});
});

describe("the palette", () => {
  it("finds by words, and does what is chosen by Enter once it has closed", async () => {
    const close = vi.fn();
    renderPart(<Palette entries={ENTRIES} onClose={close} />);
    expect(options()).toEqual(["Undo", "Brush", "Box around an object"]);
    type("ob box");
    expect(options()).toEqual(["Box around an object"]);
    press("Enter");
    expect([close.mock.calls.length, done]).toEqual([1, []]);
    await waitFor(() => expect(done).toEqual(["box"]));
  });

  it("goes round by arrow keys, and tells which option is meant", () => {
    renderPart(<Palette entries={ENTRIES} onClose={() => {}} />);
    press("ArrowUp");
    expect(selected()).toBe("Box around an object");
    expect(box().getAttribute("aria-activedescendant")).toBe(screen.getByRole("option", { selected: true }).id);
    press("ArrowDown");
    press("ArrowDown");
    expect(selected()).toBe("Brush");
  });

  it("shows first what was used last", async () => {
    const first = renderPart(<Palette entries={ENTRIES} onClose={() => {}} />);
    fireEvent.click(screen.getByRole("option", { name: "Brush" }));
    await waitFor(() => expect(done).toEqual(["brush"]));
    first.unmount();
    renderPart(<Palette entries={ENTRIES} onClose={() => {}} />);
    expect(options()).toEqual(["Brush", "Undo", "Box around an object"]);
    expect(screen.getByText("Used last").tagName).toBe("DIV");
    expect(withRecent(["a", "b", "c", "d", "e", "f"], "c")).toEqual(["c", "a", "b", "d", "e", "f"]);
  });

  it("says how many there are, and when there is none", async () => {
    renderPart(<Palette entries={ENTRIES} onClose={() => {}} />);
    type("bru");
    await waitFor(() => expect(screen.getByRole("status").textContent).toBe("1 command"));
    type("zebra");
    await waitFor(() => expect(screen.getByRole("status").textContent).toBe("Nothing is called “zebra”."));
    press("Enter");
    expect(done).toEqual([]);
  });
});

describe("what is offered", () => {
  it("outside of a task is where one may go", () => {
    const ids = entriesNow(site, null).map(({ id }) => id);
    expect(ids).toEqual(["theme.light", "theme.dark", "theme.auto", "go.projects", "go.overview", "go.data", "go.labels", "go.people", "go.annotate", "go.me"]);
    entriesNow(site, null).find(({ id }) => id === "go.data")?.run();
    expect(went).toEqual(["/p/3/data"]);
  });

  it("in a task is what would do something now, labels among it", async () => {
    const floor = await Floor.open();
    await floor.show(<Here />);
    const ids = (): readonly string[] => entriesNow(site, offer.work).map(({ id }) => id);
    const now = ids();
    expect(now.slice(0, 2)).toEqual(["label:3:1", "label:3:2"]);
    expect([now.includes("tool.brush"), now.includes("delete"), now.includes("review.accept"), now.includes("left")]).toEqual([true, false, false, false]);
    await floor.happens(() => {
      floor.bench.engine.applyRemote({ upsert: [record("a")] });
      floor.bench.engine.select("a");
    });
    expect(ids().includes("delete")).toBe(true);
    const run = (id: string): void => entriesNow(site, offer.work).find((each) => each.id === id)?.run();
    await floor.happens(() => run("tool.brush"));
    await floor.happens(() => run("label:3:2"));
    const { tool, currentLabelId } = floor.bench.status;
    expect([tool, currentLabelId, floor.bench.engine.objects()[0]?.labelId]).toEqual(["brush", 2, 2]);
  });
});

describe("a key of one's own", () => {
  it("does in the workspace what the usual one did, at once", async () => {
    const floor = await Floor.open();
    await floor.show(<Here />);
    const down = (key: string): Promise<void> => floor.happens(() => fireEvent.keyDown(window, { key }));
    await down("b");
    expect(floor.bench.status.tool).toBe("brush");
    await floor.happens(() => preferences.set("keymap", { "tool.eraser": ["b"], "tool.brush": ["g"] }));
    await down("b");
    expect(floor.bench.status.tool).toBe("eraser");
    await down("g");
    expect(floor.bench.status.tool).toBe("brush");
  });
});

const flow: Flow = { decisions: ["submit"], busy: false, problem: null, done: null, decide: () => {}, next: () => {}, dismiss: () => {} };
const nothing = (): void => {};

function Here() {
  useKeys({ flow, onDialog: nothing, blocked: false });
  return null;
}
