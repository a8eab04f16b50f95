import { fireEvent, screen } from "@testing-library/react";
import { useEffect } from "react";
import { beforeEach, expect, it } from "vitest";

import { boxMask, IMAGE } from "../../../engine/testing/bench";
import { aDetail, anAnnotation, aTask } from "../../../sync/testing/factories";
import { useWorkplace, type Workplace } from "../desk";
import { Floor } from "../testing/floor";
import { CarriedOffer } from "./CarriedOffer";
import { carriedNow, carry, copiedNow, copy, forgetCopies, paste } from "./clipboard";

const { size, counts } = boxMask(10, 20, 30, 40);
const annotation = anAnnotation("a", { mask: { size: [...size], counts }, bbox: [10, 20, 30, 40], area: 1200, crowd: true });

function imageOf(changes: { width?: number; height?: number; name?: string } = {}) {
  return { ...aTask().image, ...IMAGE, ...changes };
}

let place: Workplace;

function Seen() {
  const here = useWorkplace();
  useEffect(() => {
    place = here;
  }, [here]);
  return null;
}

async function open(image: ReturnType<typeof imageOf>, annotations = [annotation]): Promise<Floor> {
  const floor = await Floor.open({ task: aDetail({ image, annotations }) });
  await floor.show(
    <>
      <CarriedOffer />
      <Seen />
    </>,
  );
  return floor;
}

beforeEach(forgetCopies);

it("pastes a copy in front, as an object of its own without the model's word about it", async () => {
  const floor = await open(imageOf());
  expect(copy(place, ["a"])).toBe(1);
  expect(paste(copiedNow(), place)).toBe(1);
  const [first, second] = floor.bench.engine.objects();
  expect(second).toMatchObject({ labelId: 1, mask: first?.mask, area: 1200, flags: { crowd: true }, score: null, proposalId: null, author: null });
  expect(second?.id).not.toBe("a");
  expect(floor.bench.status.selection).toBe(second?.id);
  floor.bench.engine.undo();
  expect(floor.bench.engine.objects().map(({ id }) => id)).toEqual(["a"]);
});

it("refuses what is not copied, of another size, and of a label that is gone, and changes nothing", async () => {
  const floor = await open(imageOf());
  expect(paste(null, place)).toBe("Nothing is copied yet. Select an object and press Ctrl C.");
  copy(place, ["a"]);
  const copied = copiedNow();
  if (copied === null) throw new Error("something is copied");
  const small = copied.records.map((record) => ({ ...record, mask: { ...record.mask, size: [80, 100] } }));
  expect(paste({ ...copied, records: small }, place)).toBe(
    "The copied objects are from an image of 100 × 80 pixels, and this one has 1000 × 800. Masks fit images of the same size only.",
  );
  const other = copied.records.map((record) => ({ ...record, labelId: 99 }));
  expect(paste({ ...copied, records: other }, place)).toBe("The label of the copied objects is gone from this project. Copy another object.");
  expect(paste({ ...copied, projectId: 4 }, place)).toContain("another project");
  expect(floor.bench.engine.objects().length).toBe(1);
});

it("offers on the next image what was copied for it, once, and not on the image itself", async () => {
  await open(imageOf({ name: "one.jpg" }));
  carry(place, ["a"]);
  expect(carry(place, ["a"])).toBe(1);
  expect(screen.queryByText(/copied from/)).toBeNull();
  const carried = carriedNow();
  expect(carried).toMatchObject({ taskId: 7, image: "one.jpg", projectId: 3 });
});

it("adds what is offered", async () => {
  const first = await open(imageOf({ name: "one.jpg" }));
  carry({ ...place, taskId: 6 }, ["a"]);
  await first.happens(() => undefined);
  expect(await screen.findByText("1 object was copied from one.jpg.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Add here" }));
  expect(first.bench.engine.objects().length).toBe(2);
  expect(screen.queryByText(/copied from/)).toBeNull();
  expect(carriedNow()).toBeNull();
});
