/** DOM events of the host, turned into the engine's own few typed ones. */
import { screenPoint } from "./geometry";
import type { ScreenPoint } from "./types";

export type PointerButton = "primary" | "middle";

export interface InputListener {
  pointerDown(at: ScreenPoint, button: PointerButton): void;
  pointerMove(at: ScreenPoint): void;
  pointerUp(at: ScreenPoint): void;
  /** The pointer was taken away in the middle of a press (a system gesture, another window). */
  pointerLost(): void;
  /** The pointer has left the view. */
  pointerLeft(): void;
  /**
   * `delta` in CSS pixels, positive away from the image; `pinch` for a trackpad's two-finger zoom, `alt` while the key
   * is held.
   */
  wheel(at: ScreenPoint, delta: number, pinch: boolean, alt: boolean): void;
  keyUp(key: string): void;
  /** CSS pixels, and device pixels per CSS pixel. */
  resized(width: number, height: number, ratio: number): void;
}

const PIXELS_PER_LINE = 16;
const PIXELS_PER_PAGE = 400;

function wheelPixels(event: WheelEvent): number {
  if (event.deltaMode === 1) return event.deltaY * PIXELS_PER_LINE;
  return event.deltaMode === 2 ? event.deltaY * PIXELS_PER_PAGE : event.deltaY;
}

function buttonOf(event: PointerEvent): PointerButton | null {
  if (event.button === 0) return "primary";
  return event.button === 1 ? "middle" : null;
}

/** The pointer's half: one press at a time, captured, so that a drag may leave the host. */
function pointerHandlers(host: HTMLElement, listener: InputListener): Record<string, (event: PointerEvent) => void> {
  let pressed: number | null = null;
  let button = 0;
  const at = (event: PointerEvent): ScreenPoint => {
    const box = host.getBoundingClientRect();
    return screenPoint(event.clientX - box.left, event.clientY - box.top);
  };
  const lose = (event: PointerEvent): void => {
    if (event.pointerId !== pressed) return;
    pressed = null;
    listener.pointerLost();
  };
  return {
    pointerdown(event) {
      const which = buttonOf(event);
      if (which === null || pressed !== null || !event.isPrimary) return;
      host.focus({ preventScroll: true });
      host.setPointerCapture(event.pointerId);
      pressed = event.pointerId;
      button = event.button;
      listener.pointerDown(at(event), which);
    },
    pointermove(event) {
      if (!event.isPrimary) return;
      // A browser joins the moves of one frame; a fast stroke needs the places in between.
      const between = pressed === null ? [] : (event.getCoalescedEvents?.() ?? []);
      for (const step of between.slice(0, -1)) listener.pointerMove(at(step));
      listener.pointerMove(at(event));
    },
    pointerup(event) {
      if (event.pointerId !== pressed || event.button !== button) return;
      pressed = null;
      listener.pointerUp(at(event));
    },
    pointercancel: lose,
    lostpointercapture: lose,
    pointerleave(event) {
      if (pressed === null && event.isPrimary) listener.pointerLeft();
    },
  };
}

function wheelHandler(host: HTMLElement, listener: InputListener): (event: WheelEvent) => void {
  return (event) => {
    event.preventDefault();
    const box = host.getBoundingClientRect();
    const at = screenPoint(event.clientX - box.left, event.clientY - box.top);
    listener.wheel(at, wheelPixels(event), event.ctrlKey, event.altKey);
  };
}

/** Tells the size now and whenever it, or the screen's pixel ratio, changes. */
function watchSize(host: HTMLElement, view: Window, listener: InputListener, signal: AbortSignal): void {
  const tell = (): void => listener.resized(host.clientWidth, host.clientHeight, view.devicePixelRatio);
  const observer = new ResizeObserver(tell);
  observer.observe(host);
  signal.addEventListener("abort", () => observer.disconnect());
  // Another pixel ratio with the same size in CSS pixels (a move to another screen, browser zoom) is no resize.
  view.addEventListener("resize", tell, { signal });
  tell();
}

/** Returns what stops listening. */
export function listenToInput(host: HTMLElement, listener: InputListener): () => void {
  const view = host.ownerDocument.defaultView ?? window;
  const controller = new AbortController();
  const { signal } = controller;
  const pointer = pointerHandlers(host, listener);
  for (const [name, handler] of Object.entries(pointer)) {
    host.addEventListener(name, (event) => handler(event as PointerEvent), { signal });
  }
  // No text selection and no automatic scrolling; the focus was already taken at the pointer's event.
  host.addEventListener("mousedown", (event) => event.button !== 2 && event.preventDefault(), { signal });
  host.addEventListener("wheel", wheelHandler(host, listener), { passive: false, signal });
  // Captured, so that Space cannot hang when a dialog swallows the key on its way up.
  view.addEventListener("keyup", (event) => listener.keyUp(event.key), { capture: true, signal });
  view.addEventListener("blur", () => listener.pointerLost(), { signal });
  watchSize(host, view, listener, signal);
  return () => controller.abort();
}
