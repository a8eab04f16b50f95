import { imagePoint, screenPoint, type EngineApi, type ImagePoint, type ScreenPoint } from "../../../engine";
import type { Spot } from "./memory";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The spot of a comment at an image point, about the object that is there; null beside the image. */
export function spotAt(engine: Pick<EngineApi, "maskAt">, point: ImagePoint, image: Size): Spot | null {
  const inside = point.x >= -0.5 && point.y >= -0.5 && point.x < image.width - 0.5 && point.y < image.height - 0.5;
  if (!inside) return null;
  return { x: round(point.x), y: round(point.y), objectId: engine.maskAt(point) };
}

/** Where the keyboard places a comment: at the cursor, else on the selected object, else in the middle of the image. */
export function spotByKeyboard(engine: Pick<EngineApi, "maskAt" | "status" | "objects">, image: Size): Spot | null {
  const { pointer, selection } = engine.status();
  const selected = engine.objects().find(({ id }) => id === selection);
  if (selected !== undefined) {
    const [x = 0, y = 0, width = 0, height = 0] = selected.bbox;
    return { x: round(x + (width - 1) / 2), y: round(y + (height - 1) / 2), objectId: selected.id };
  }
  return spotAt(engine, pointer ?? imagePoint((image.width - 1) / 2, (image.height - 1) / 2), image);
}

/** A tenth of a pixel is as exact as a hand. */
function round(value: number): number {
  return Math.max(0, Math.round(value * 10) / 10);
}

/**
 * The next press on the picture is told to `chosen` and to nobody else; the wheel, keys and other buttons go on as
 * before. Returns what ends it.
 */
export function listenForSpot(host: HTMLElement, chosen: (at: ScreenPoint) => void): () => void {
  const pressed = (event: PointerEvent): void => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const box = host.getBoundingClientRect();
    chosen(screenPoint(event.clientX - box.left, event.clientY - box.top));
  };
  host.setAttribute("data-placing", "");
  host.addEventListener("pointerdown", pressed, { capture: true });
  return () => {
    host.removeAttribute("data-placing");
    host.removeEventListener("pointerdown", pressed, { capture: true });
  };
}
