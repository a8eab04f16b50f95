import { fireEvent, screen, within } from "@testing-library/react";
import { useEffect } from "react";
import { beforeEach, describe, expect, it } from "vitest";

import { ApiError } from "../../../api/errors";
import type { Annotation, Label } from "../../../api/types";
import { boxMask } from "../../../engine/testing/bench";
import { anAnnotation } from "../../../sync/testing/factories";
import { Icon } from "../../ui/icons";
import { LabelList } from "../LabelList";
import { ObjectList } from "../ObjectList";
import { aProject, Floor } from "../testing/floor";
import { AttributesPanel } from "./AttributesPanel";
import { forgetCopies } from "./clipboard";
import { stepObject } from "./doing";
import { goToIncomplete } from "./incomplete";
import { useWorkplace, type Workplace } from "../desk";

function box(id: string, number: number, x: number, changes: Partial<Annotation> = {}): Annotation {
  const { size, counts } = boxMask(x, 100, 50, 50);
  return anAnnotation(id, { id: number, mask: { size: [...size], counts }, bbox: [x, 100, 50, 50], area: 2500, ...changes });
}

const COLOUR = { id: 11, name: "Colour", kind: "choice", choices: ["red", "blue"], required: true, default: null, min: null, max: null, position: 1 } as const;
const AGE = { id: 12, name: "Age", kind: "number", choices: [], required: false, default: null, min: 0, max: 30, position: 2 } as const;

function asking(): readonly Label[] {
  const [cat, cup] = aProject().labels;
  if (cat === undefined || cup === undefined) throw new Error("two labels are there");
  return [{ ...cat, attributes: [{ ...COLOUR, choices: [...COLOUR.choices] }, { ...AGE, choices: [] }] }, { ...cup, kind: "stuff" }];
}

let place: Workplace;

function Seen() {
  const here = useWorkplace();
  useEffect(() => {
    place = here;
  }, [here]);
  return <Icon name="check" />;
}

async function open(annotations = [box("a", 100, 100), box("b", 101, 140), box("far", 102, 600)]): Promise<Floor> {
  const floor = await Floor.open({ task: { annotations }, project: { labels: [...asking()] } });
  await floor.happens(() => floor.bench.engine.setLabels(asking()));
  await floor.show(
    <>
      <LabelList />
      <ObjectList />
      <AttributesPanel />
      <Seen />
    </>,
  );
  return floor;
}

async function menuOf(number: number): Promise<HTMLElement> {
  fireEvent.click(screen.getByRole("button", { name: `More for object ${number}, cat` }));
  return screen.findByRole("menu");
}

beforeEach(forgetCopies);

describe("the menu of an object", () => {
  it("does to the mask of its own row what is chosen", async () => {
    const floor = await open();
    fireEvent.click(within(await menuOf(1)).getByText("Change the mask"));
    fireEvent.click(screen.getByRole("menuitem", { name: "Grow by a pixel" }));
    expect(floor.bench.engine.objects().map(({ id, area }) => [id, area])).toEqual([
      ["a", 2700],
      ["b", 2500],
      ["far", 2500],
    ]);
    expect(floor.bench.status.selection).toBe("a");
    expect(floor.sent).toMatchObject([{ kind: "update", annotationId: 100 }]);
  });

  it("unites with an object that it may touch, and names no other", async () => {
    const floor = await open();
    fireEvent.click(within(await menuOf(1)).getByText("Change the mask"));
    fireEvent.click(screen.getByRole("menuitem", { name: "Unite with" }));
    expect(screen.queryByText("Object 3, cat")).toBeNull();
    fireEvent.click(screen.getByRole("menuitem", { name: "Object 2, cat" }));
    expect(floor.bench.engine.objects().map(({ id, area }) => [id, area])).toEqual([
      ["a", 4500],
      ["far", 2500],
    ]);
    expect(floor.sent.map(({ kind }) => kind).sort()).toEqual(["delete", "update"]);
  });

  it("stays when a key comes before the focus has reached it", async () => {
    await open();
    const menu = await menuOf(1);
    fireEvent.keyDown(document.body, { key: "ArrowDown" });
    expect(screen.getByRole("menu")).toBe(menu);
    fireEvent.mouseDown(document.body);
    expect(screen.queryByRole("menu")).toBeNull();
  });

  it("brings an object to the back, and tells the server its place alone", async () => {
    const floor = await open();
    fireEvent.click(within(await menuOf(3)).getByText("Order"));
    fireEvent.click(screen.getByRole("menuitem", { name: /^To the back/ }));
    expect(floor.bench.engine.edits.visible().map(({ id }) => id)).toEqual(["far", "a", "b"]);
    expect(floor.sent).toEqual([{ kind: "update", annotationId: 102, body: { version: 1, position: 0 } }]);
  });
});

describe("seeing and locking", () => {
  it("hides, says how many are hidden, and shows all again", async () => {
    const floor = await open();
    fireEvent.click(screen.getByRole("button", { name: "Hide object 2, cat" }));
    expect(floor.bench.engine.edits.visible().map(({ id }) => id)).toEqual(["a", "far"]);
    expect(screen.getByText("1 object is hidden.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Object 2, cat, .90 predicted quality, answer missing, hidden" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Show all" }));
    expect(floor.bench.engine.edits.visible().map(({ id }) => id)).toEqual(["a", "b", "far"]);
    expect(floor.sent).toEqual([]);
  });

  it("keeps a locked object from being deleted or described", async () => {
    const floor = await open();
    fireEvent.click(screen.getByRole("button", { name: "Lock object 1, cat" }));
    fireEvent.click(within(await menuOf(1)).getByRole("menuitem", { name: /^Delete/ }));
    expect(floor.bench.engine.objects().length).toBe(3);
    expect(floor.bench.status.hint).toBe("object.locked");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Occluded" }).disabled).toBe(true);
    expect(floor.sent).toEqual([]);
  });
});

describe("the attributes of the selected object", () => {
  it("stores answers and flags, each as what has changed, and undo takes them back", async () => {
    const floor = await open([box("a", 100, 100)]);
    await floor.happens(() => floor.bench.engine.select("a"));
    fireEvent.click(screen.getByRole("button", { name: "blue" }));
    expect(floor.sent).toEqual([{ kind: "update", annotationId: 100, body: { version: 1, attributes: { "11": "blue" } } }]);
    fireEvent.click(screen.getByRole("button", { name: "Truncated" }));
    expect(floor.bench.engine.objects()[0]).toMatchObject({ attributes: { "11": "blue" }, flags: { truncated: true } });
    await floor.happens(() => floor.bench.engine.undo());
    expect(floor.bench.engine.objects()[0]).not.toHaveProperty("flags.truncated");
    await floor.happens(() => floor.bench.engine.undo());
    expect(floor.bench.engine.objects()[0]?.attributes ?? {}).toEqual({});
    expect(screen.getByRole("button", { name: "blue" }).getAttribute("aria-pressed")).toBe("false");
  });

  it("takes a number within its bounds, and stores none outside of them", async () => {
    const floor = await open([box("a", 100, 100)]);
    await floor.happens(() => floor.bench.engine.select("a"));
    const age = screen.getByRole("textbox", { name: "Age" });
    expect(screen.getByText("From 0 to 30.")).toBeTruthy();
    fireEvent.change(age, { target: { value: "31" } });
    fireEvent.blur(age);
    expect(age.getAttribute("aria-invalid")).toBe("true");
    expect(floor.sent).toEqual([]);
    fireEvent.change(age, { target: { value: "2,5" } });
    fireEvent.keyDown(age, { key: "Enter" });
    expect(floor.sent).toEqual([{ kind: "update", annotationId: 100, body: { version: 1, attributes: { "12": 2.5 } } }]);
  });

  it("goes to the object that a refused submission names", async () => {
    const floor = await open();
    const details = { objects: [{ annotation_id: 101, attributes: [11] }, { annotation_id: 102, attributes: [11] }] };
    const error = new ApiError(409, "attributes_missing", "2 objects lack an attribute.", details);
    let said: string | null = null;
    await floor.happens(() => {
      said = goToIncomplete(error, place);
    });
    expect(said).toBe("Object 2, cat: “Colour” needs an answer; so does 1 more object.");
    expect(floor.bench.status.selection).toBe("b");
    expect(goToIncomplete(new ApiError(409, "stale_version", ""), place)).toBeNull();
  });
});

describe("many objects", () => {
  const many = (): Annotation[] =>
    Array.from({ length: 340 }, (_, index) => box(`o${index}`, 100 + index, 2 * index, { label_id: index % 20 === 0 ? 2 : 1 }));

  it("has only the rows in sight, and says how many the filter leaves", async () => {
    await open(many());
    expect(screen.getAllByRole("listitem").length).toBeLessThan(60);
    fireEvent.change(screen.getByRole("textbox", { name: "Find objects" }), { target: { value: "cup" } });
    expect(screen.getByText("17 of 340")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Object 21, cup, .90 predicted quality" })).toBeTruthy();
  });

  it("goes on from object to object, leaves out what is hidden, and stops at the end", async () => {
    const floor = await open();
    floor.bench.engine.edits.visibility.hide("b", true);
    await floor.happens(() => stepObject(place, 1));
    expect(floor.bench.status.selection).toBe("a");
    await floor.happens(() => stepObject(place, 1));
    expect(floor.bench.status.selection).toBe("far");
    expect(stepObject(place, 1)).toBe(false);
    expect(floor.bench.status.selection).toBe("far");
  });
});

it("fills what no object has with stuff, on request", async () => {
  const floor = await open();
  fireEvent.click(screen.getByRole("button", { name: "Fill the rest with cup" }));
  const made = floor.bench.engine.objects().at(-1);
  // The first two overlap by ten columns.
  expect(made).toMatchObject({ labelId: 2, area: 1000 * 800 - (2500 + 2500 - 10 * 50 + 2500), score: null, proposalId: null });
  fireEvent.click(screen.getByRole("button", { name: "Fill the rest with cup" }));
  expect(floor.bench.engine.objects().length).toBe(4);
});
