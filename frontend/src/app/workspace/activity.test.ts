import { expect, it } from "vitest";

import { IDLE_MS, watchActivity } from "./activity";

it.each(["pointerdown", "pointermove", "keydown", "wheel"])("counts %s as work, for ten minutes", (sign) => {
  const clock = { now: 5_000 };
  const page = new EventTarget();
  const { isActive } = watchActivity(page, () => clock.now);
  clock.now += IDLE_MS - 1;
  expect(isActive()).toBe(true);
  clock.now += 1;
  expect(isActive()).toBe(false);
  page.dispatchEvent(new Event(sign));
  expect(isActive()).toBe(true);
  clock.now += 600_000;
  expect(isActive()).toBe(false);
});
