/** DOM events of the host, turned into the engine's own few typed ones. */
import { screenPoint } from "./geometry";
import type { ScreenPoint } from "./types";

export type PointerButton = "primary" | "middle";

export interface InputListener {
  /** `coarse`: by a finger, which hits no closer than some pixels. */
  pointerDown(at: ScreenPoint, button: PointerButton, coarse?: boolean): void;
  pointerMove(at: ScreenPoint): void;
  pointerUp(at: ScreenPoint): void;
  /** The pointer was taken away in the middle of a press (a system gesture, another window). */
  pointerLost(): void;
  /** The pointer has left the view. */
  pointerLeft(): void;
  /** The right button, or what stands for it. */
  secondary(at: ScreenPoint): void;
  fingerDown(id: number, at: ScreenPoint): void;
  fingerMove(id: number, at: ScreenPoint): void;
  fingerUp(id: number, at: ScreenPoint): void;
  fingerLost(id: number): void;
  /** A pen hovers or has been lifted ("known"), or touches the screen. */
  penIs(state: "known" | "down"): void;
  /**
   * `delta` in CSS pixels, positive away from the image; `pinch` for a trackpad's two-finger zoom, `alt` while the key
   * is held.
   */
  wheel(at: ScreenPoint, delta: number, pinch: boolean, alt: boolean): void;
  /** The wheel was turned to the side; CSS pixels, positive to the right. */
  scrolledAcross(delta: number): void;
  keyUp(key: string): void;
  /** CSS pixels, and device pixels per CSS pixel. */
  resized(width: number, height: number, ratio: number): void;
}

const PIXELS_PER_LINE = 16;
const PIXELS_PER_PAGE = 400;

function wheelPixels(event: WheelEvent, delta: number): number {
  if (event.deltaMode === 1) return delta * PIXELS_PER_LINE;
  return event.deltaMode === 2 ? delta * PIXELS_PER_PAGE : delta;
}

function buttonOf(event: PointerEvent): PointerButton | null {
  if (event.button === 0) return "primary";
  return event.button === 1 ? "middle" : null;
}

type Handlers = Readonly<Record<string, (event: PointerEvent) => void>>;

function placeIn(host: HTMLElement): (event: MouseEvent) => ScreenPoint {
  return (event) => {
    const box = host.getBoundingClientRect();
    return screenPoint(event.clientX - box.left, event.clientY - box.top);
  };
}

/** Any number of fingers, each captured. */
function fingerHandlers(host: HTMLElement, listener: InputListener): Handlers {
  const at = placeIn(host);
  const lose = (event: PointerEvent): void => listener.fingerLost(event.pointerId);
  return {
    pointerdown(event) {
      host.focus({ preventScroll: true });
      host.setPointerCapture(event.pointerId);
      listener.fingerDown(event.pointerId, at(event));
    },
    pointermove(event) {
      const between = event.getCoalescedEvents?.() ?? [];
      for (const step of between.slice(0, -1)) listener.fingerMove(event.pointerId, at(step));
      listener.fingerMove(event.pointerId, at(event));
    },
    pointerup: (event) => listener.fingerUp(event.pointerId, at(event)),
    pointercancel: lose,
    lostpointercapture: lose,
  };
}

/** Mouse and pen: one press at a time, captured, so that a drag may leave the host. */
function pointerHandlers(host: HTMLElement, listener: InputListener): Handlers {
  let pressed: number | null = null;
  let button = 0;
  const at = placeIn(host);
  const lose = (event: PointerEvent): void => {
    if (event.pointerId !== pressed) return;
    pressed = null;
    listener.pointerLost();
  };
  return {
    pointerdown(event) {
      const which = buttonOf(event);
      if (pressed !== null || !event.isPrimary) return;
      host.focus({ preventScroll: true });
      if (event.button === 2) listener.secondary(at(event));
      if (which === null) return;
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

/** A finger, a pen, or (also where the browser does not say) a mouse: each is heard by what fits it. */
function pointerRouter(host: HTMLElement, listener: InputListener): (name: string, event: PointerEvent) => void {
  const fingers = fingerHandlers(host, listener);
  const pointer = pointerHandlers(host, listener);
  return (name, event) => {
    if (event.pointerType === "pen") listener.penIs(event.buttons === 0 || name === "pointercancel" ? "known" : "down");
    (event.pointerType === "touch" ? fingers : pointer)[name]?.(event);
  };
}

const POINTER_EVENTS = ["pointerdown", "pointermove", "pointerup", "pointercancel", "lostpointercapture", "pointerleave"];

function wheelHandler(host: HTMLElement, listener: InputListener): (event: WheelEvent) => void {
  const at = placeIn(host);
  return (event) => {
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) listener.scrolledAcross(wheelPixels(event, event.deltaX));
    else listener.wheel(at(event), wheelPixels(event, event.deltaY), event.ctrlKey, event.altKey);
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
  const heard = pointerRouter(host, listener);
  for (const name of POINTER_EVENTS) {
    host.addEventListener(name, (event) => heard(name, event as PointerEvent), { signal });
  }
  // The right button and a long press are the tools'; a menu of the browser would lie over the picture.
  host.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  // No text selection and no automatic scrolling; the focus was already taken at the pointer's event.
  host.addEventListener("mousedown", (event) => event.button !== 2 && event.preventDefault(), { signal });
  host.addEventListener("wheel", wheelHandler(host, listener), { passive: false, signal });
  // Captured, so that Space cannot hang when a dialog swallows the key on its way up.
  view.addEventListener("keyup", (event) => listener.keyUp(event.key), { capture: true, signal });
  view.addEventListener("blur", () => listener.pointerLost(), { signal });
  watchSize(host, view, listener, signal);
  return () => controller.abort();
}
