import { expect, it } from "vitest";

import { ringAfterTab } from "./focusRing";

it("shows the ring after Tab alone, until a press or another focus", () => {
  const element = document.createElement("div");
  ringAfterTab(element);
  const ring = (): boolean => element.dataset["ring"] !== undefined;
  const happens = (event: Event): boolean => {
    element.dispatchEvent(event);
    return ring();
  };
  expect(happens(new KeyboardEvent("keyup", { key: " " }))).toBe(false);
  expect(happens(new KeyboardEvent("keyup", { key: "Tab" }))).toBe(true);
  expect(happens(new Event("pointerdown"))).toBe(false);
  expect(happens(new KeyboardEvent("keyup", { key: "Tab" }))).toBe(true);
  expect(happens(new FocusEvent("blur"))).toBe(false);
});
