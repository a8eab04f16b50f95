import type { Place } from "./bench";

/** Left, top, right and bottom of things in scikit-image's photographs, in image pixels. */
export const ASTRONAUT: Readonly<Record<"head" | "badge" | "collar", readonly Place[]>> = {
  head: [
    { x: 154, y: 92 },
    { x: 222, y: 14 },
    { x: 302, y: 96 },
    { x: 226, y: 192 },
  ],
  badge: [
    { x: 136, y: 384 },
    { x: 172, y: 348 },
    { x: 210, y: 386 },
    { x: 170, y: 424 },
  ],
  collar: [
    { x: 114, y: 210 },
    { x: 180, y: 148 },
    { x: 302, y: 250 },
    { x: 240, y: 292 },
  ],
};
export const COFFEE: Readonly<Record<"cup", readonly Place[]>> = {
  cup: [
    { x: 174, y: 95 },
    { x: 290, y: 18 },
    { x: 408, y: 92 },
    { x: 245, y: 305 },
  ],
};
