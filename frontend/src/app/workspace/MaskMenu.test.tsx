import { fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { boxMask } from "../../engine/testing/bench";
import { anAnnotation } from "../../sync/testing/factories";
import { ObjectList } from "./ObjectList";
import { Floor } from "./testing/floor";

function box(id: string, number: number, x: number): ReturnType<typeof anAnnotation> {
  const { size, counts } = boxMask(x, 100, 50, 50);
  return anAnnotation(id, { id: number, mask: { size: [...size], counts }, bbox: [x, 100, 50, 50], area: 2500 });
}

async function open(): Promise<Floor> {
  const floor = await Floor.open({ task: { annotations: [box("a", 100, 100), box("b", 101, 140), box("far", 102, 600)] } });
  await floor.show(<ObjectList />);
  fireEvent.click(screen.getByRole("button", { name: "Change the mask of object 1, cat" }));
  return floor;
}

describe("the mask menu", () => {
  it("does to the mask of its own row what is chosen", async () => {
    const floor = await open();
    fireEvent.click(within(await screen.findByRole("menu")).getByText("Grow by a pixel"));
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
    fireEvent.keyDown(await screen.findByRole("menuitem", { name: "Unite with" }), { key: "ArrowRight" });
    const other = await screen.findByText("Object 2, cat");
    expect(screen.queryByText("Object 3, cat")).toBeNull();
    fireEvent.click(other);
    expect(floor.bench.engine.objects().map(({ id, area }) => [id, area])).toEqual([
      ["a", 4500],
      ["far", 2500],
    ]);
    expect(floor.sent.map(({ kind }) => kind).sort()).toEqual(["delete", "update"]);
  });
});
