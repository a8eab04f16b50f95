import { imagePoint, type EngineApi } from "../../../engine";

type View = Pick<EngineApi["view"], "screenOf">;

/**
 * Elements that lie at spots of the image and follow the camera. A child says its spot, in image pixels, in
 * `data-x` and `data-y`. Panning moves the ground alone; only zoom and turn move its children against each other.
 */
export class Ground {
  private axis = "";
  private origin = "";

  constructor(
    private readonly view: View,
    private readonly element: HTMLElement,
  ) {}

  /** `all`: the children may be others than before. */
  place(all = false): void {
    const origin = this.view.screenOf(imagePoint(0, 0));
    const beside = this.view.screenOf(imagePoint(1, 0));
    const moved = translation(origin.x, origin.y);
    if (moved !== this.origin) this.element.style.transform = moved;
    this.origin = moved;
    const axis = `${(beside.x - origin.x).toFixed(6)} ${(beside.y - origin.y).toFixed(6)}`;
    if (!all && axis === this.axis) return;
    this.axis = axis;
    for (const child of this.element.children) {
      if (!(child instanceof HTMLElement)) continue;
      const at = this.view.screenOf(imagePoint(Number(child.dataset["x"]), Number(child.dataset["y"])));
      child.style.transform = translation(at.x - origin.x, at.y - origin.y);
    }
  }
}

function translation(x: number, y: number): string {
  return `translate(${x.toFixed(2)}px, ${y.toFixed(2)}px)`;
}

export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** CSS pixels between a card and its spot, and between a card and the edge of the picture's place. */
const BESIDE = 18;
const EDGE = 8;

/** Where the upper left corner of a card goes: right of its spot, else left of it, and always in sight. */
export function besideSpot(
  spot: { readonly x: number; readonly y: number },
  card: Extent,
  place: Extent,
): { readonly x: number; readonly y: number } {
  const right = spot.x + BESIDE;
  const left = spot.x - BESIDE - card.width;
  const x = right + card.width + EDGE <= place.width || left < EDGE ? right : left;
  const within = (value: number, extent: number, room: number): number =>
    Math.max(EDGE, Math.min(value, room - extent - EDGE));
  return { x: within(x, card.width, place.width), y: within(spot.y - BESIDE, card.height, place.height) };
}
