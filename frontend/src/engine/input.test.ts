import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listenToInput, type InputListener } from "./input";

let host: HTMLElement;
let heard: unknown[][];
let stop: () => void;

const names = [
  "pointerDown",
  "pointerMove",
  "pointerUp",
  "pointerLost",
  "pointerLeft",
  "wheel",
  "secondary",
  "fingerDown",
  "fingerMove",
  "fingerUp",
  "fingerLost",
  "penIs",
  "scrolledAcross",
  "keyUp",
  "resized",
] as const;

beforeEach(() => {
  host = document.createElement("div");
  host.tabIndex = 0;
  document.body.append(host);
  host.setPointerCapture = () => {};
  host.getBoundingClientRect = () => new DOMRect(100, 50, 800, 600);
  heard = [];
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void heard.push([name, ...args]);
  stop = listenToInput(host, Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as InputListener);
});

afterEach(() => {
  stop();
  host.remove();
});

function pointer(type: string, over: PointerEventInit = {}): PointerEvent {
  const init = { pointerId: 1, isPrimary: true, button: 0, clientX: 110, clientY: 70, cancelable: true, ...over };
  const event = new PointerEvent(type, init);
  host.dispatchEvent(event);
  return event;
}

describe("listenToInput", () => {
  it("tells the size at once, in CSS pixels, with the pixel ratio", () => {
    expect(heard).toEqual([["resized", 0, 0, window.devicePixelRatio]]);
    heard.length = 0;
    window.dispatchEvent(new Event("resize"));
    expect(heard).toEqual([["resized", 0, 0, window.devicePixelRatio]]);
  });

  it("gives places from the host's corner, and takes the focus", () => {
    heard.length = 0;
    pointer("pointerdown");
    pointer("pointermove", { clientX: 120 });
    pointer("pointerup", { clientX: 130 });
    expect(heard).toEqual([
      ["pointerDown", { x: 10, y: 20 }, "primary"],
      ["pointerMove", { x: 20, y: 20 }],
      ["pointerUp", { x: 30, y: 20 }],
    ]);
    expect(document.activeElement).toBe(host);
  });

  it("tells the places between two frames while a button is down", () => {
    pointer("pointerdown");
    heard.length = 0;
    const step = (clientX: number): PointerEvent => new PointerEvent("pointermove", { clientX, clientY: 70 });
    const event = new PointerEvent("pointermove", { pointerId: 1, isPrimary: true, clientX: 130, clientY: 70 });
    Object.defineProperty(event, "getCoalescedEvents", { value: () => [step(115), step(120), step(130)] });
    host.dispatchEvent(event);
    expect(heard.map(([, at]) => at)).toEqual([{ x: 15, y: 20 }, { x: 20, y: 20 }, { x: 30, y: 20 }]);
    pointer("pointerup");
    heard.length = 0;
    host.dispatchEvent(event);
    expect(heard).toEqual([["pointerMove", { x: 30, y: 20 }]]);
  });

  it("knows the middle and the right button, and lets no menu of the browser over the picture", () => {
    heard.length = 0;
    pointer("pointerdown", { button: 2 });
    pointer("pointerdown", { button: 1 });
    expect(heard).toEqual([
      ["secondary", { x: 10, y: 20 }],
      ["pointerDown", { x: 10, y: 20 }, "middle"],
    ]);
    const menu = new MouseEvent("contextmenu", { cancelable: true });
    host.dispatchEvent(menu);
    expect(menu.defaultPrevented).toBe(true);
    const prevented = [0, 1, 2].map((button) => {
      const event = new MouseEvent("mousedown", { button, cancelable: true });
      host.dispatchEvent(event);
      return event.defaultPrevented;
    });
    expect(prevented).toEqual([true, true, false]);
  });

  it("follows one press at a time, until its own button goes up", () => {
    heard.length = 0;
    pointer("pointerdown", { button: 1 });
    pointer("pointerdown", { button: 0 });
    pointer("pointerup", { button: 0 });
    pointer("pointerdown", { pointerId: 2, isPrimary: false });
    pointer("pointerup", { button: 1 });
    expect(heard.map(([name]) => name)).toEqual(["pointerDown", "pointerUp"]);
  });

  it.each(["pointercancel", "lostpointercapture"])("tells %s as a loss, once and only in a press", (type) => {
    heard.length = 0;
    pointer(type);
    pointer("pointerdown");
    pointer(type);
    pointer(type);
    pointer("pointerup");
    expect(heard.map(([name]) => name)).toEqual(["pointerDown", "pointerLost"]);
  });

  it("does not take the loss of capture after a release for a loss", () => {
    heard.length = 0;
    pointer("pointerdown");
    pointer("pointerup");
    pointer("lostpointercapture");
    expect(heard.map(([name]) => name)).toEqual(["pointerDown", "pointerUp"]);
  });

  it("tells that the pointer has left, but not in the middle of a press", () => {
    heard.length = 0;
    pointer("pointerdown");
    pointer("pointerleave");
    pointer("pointerup");
    pointer("pointerleave");
    expect(heard.map(([name]) => name)).toEqual(["pointerDown", "pointerUp", "pointerLeft"]);
  });

  it.each([
    [0, 12, 12],
    [1, 3, 48],
    [2, 1, 400],
  ])("turns wheel mode %d, %d into %d pixels and keeps the page still", (deltaMode, deltaY, pixels) => {
    heard.length = 0;
    const event = new WheelEvent("wheel", { deltaMode, deltaY, cancelable: true });
    const mouse = { clientX: 110, clientY: 70, ctrlKey: deltaMode === 0, altKey: deltaMode === 1 };
    for (const [name, value] of Object.entries(mouse)) Object.defineProperty(event, name, { value });
    host.dispatchEvent(event);
    expect(heard).toEqual([["wheel", { x: 10, y: 20 }, pixels, deltaMode === 0, deltaMode === 1]]);
    expect(event.defaultPrevented).toBe(true);
  });

  it("tells fingers apart, all of them, and takes none for a mouse", () => {
    heard.length = 0;
    pointer("pointerdown", { pointerType: "touch", pointerId: 7 });
    pointer("pointerdown", { pointerType: "touch", pointerId: 8, isPrimary: false, clientX: 200 });
    pointer("pointermove", { pointerType: "touch", pointerId: 8, isPrimary: false, clientX: 210 });
    pointer("pointerup", { pointerType: "touch", pointerId: 7 });
    pointer("pointercancel", { pointerType: "touch", pointerId: 8 });
    pointer("pointerleave", { pointerType: "touch", pointerId: 8 });
    expect(heard).toEqual([
      ["fingerDown", 7, { x: 10, y: 20 }],
      ["fingerDown", 8, { x: 100, y: 20 }],
      ["fingerMove", 8, { x: 110, y: 20 }],
      ["fingerUp", 7, { x: 10, y: 20 }],
      ["fingerLost", 8],
    ]);
  });

  it("hears a pen as it hears a mouse, and says that it is there", () => {
    heard.length = 0;
    pointer("pointermove", { pointerType: "pen", buttons: 0 });
    pointer("pointerdown", { pointerType: "pen", buttons: 1 });
    pointer("pointerup", { pointerType: "pen", buttons: 0 });
    expect(heard).toEqual([
      ["penIs", "known"],
      ["pointerMove", { x: 10, y: 20 }],
      ["penIs", "down"],
      ["pointerDown", { x: 10, y: 20 }, "primary"],
      ["penIs", "known"],
      ["pointerUp", { x: 10, y: 20 }],
    ]);
  });

  it("moves the image to the side where the wheel turns to the side", () => {
    heard.length = 0;
    const event = new WheelEvent("wheel", { deltaX: 30, deltaY: -4, cancelable: true });
    host.dispatchEvent(event);
    expect(heard).toEqual([["scrolledAcross", 30]]);
  });

  it("tells keys that go up, and the loss of the window", () => {
    heard.length = 0;
    window.dispatchEvent(new KeyboardEvent("keyup", { key: " " }));
    window.dispatchEvent(new Event("blur"));
    expect(heard).toEqual([["keyUp", " "], ["pointerLost"]]);
  });

  it("hears nothing after it was stopped", () => {
    stop();
    heard.length = 0;
    pointer("pointerdown");
    window.dispatchEvent(new Event("blur"));
    window.dispatchEvent(new Event("resize"));
    expect(heard).toEqual([]);
  });
});
