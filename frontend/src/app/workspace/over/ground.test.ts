import { describe, expect, it } from "vitest";

import { screenPoint, type ImagePoint, type ScreenPoint } from "../../../engine";
import { besideSpot, Ground } from "./ground";

class FakeView {
  left = 10;
  top = 20;
  scale = 2;

  screenOf(point: ImagePoint): ScreenPoint {
    return screenPoint(this.left + point.x * this.scale, this.top + point.y * this.scale);
  }
}

function setUp(): { view: FakeView; ground: Ground; element: HTMLElement; pin: HTMLElement } {
  const element = document.createElement("div");
  const pin = document.createElement("div");
  pin.dataset["x"] = "30";
  pin.dataset["y"] = "5";
  element.append(pin);
  const view = new FakeView();
  return { view, ground: new Ground(view, element), element, pin };
}

describe("the ground over the picture", () => {
  it("lies at the image's origin, and its children at their spots", () => {
    const { ground, element, pin } = setUp();
    ground.place(true);
    expect(element.style.transform).toBe("translate(10.00px, 20.00px)");
    expect(pin.style.transform).toBe("translate(60.00px, 10.00px)");
  });

  it("moves itself alone when one pans, and its children when one zooms", () => {
    const { view, ground, element, pin } = setUp();
    ground.place(true);
    pin.style.transform = "touched";
    view.left = 110;
    ground.place();
    expect([element.style.transform, pin.style.transform]).toEqual(["translate(110.00px, 20.00px)", "touched"]);
    view.scale = 3;
    ground.place();
    expect(pin.style.transform).toBe("translate(90.00px, 15.00px)");
  });
});

describe("a card beside its spot", () => {
  const card = { width: 300, height: 200 };
  const place = { width: 1000, height: 600 };

  it.each([
    ["right of it where there is room", { x: 100, y: 100 }, { x: 118, y: 82 }],
    ["left of it near the right edge", { x: 900, y: 100 }, { x: 582, y: 82 }],
    ["above the lower edge", { x: 100, y: 590 }, { x: 118, y: 392 }],
    ["in sight when the spot is out of sight", { x: -500, y: -500 }, { x: 8, y: 8 }],
    ["in sight when the spot is far to the right", { x: 5000, y: 5000 }, { x: 692, y: 392 }],
  ])("goes %s", (_where, spot, corner) => {
    expect(besideSpot(spot, card, place)).toEqual(corner);
  });

  it("starts at the edge where the place is narrower than the card", () => {
    expect(besideSpot({ x: 50, y: 50 }, card, { width: 200, height: 100 })).toEqual({ x: 8, y: 8 });
  });
});
