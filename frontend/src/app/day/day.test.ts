import { expect, it } from "vitest";

import { minutesEast, workTime } from "./day";

it.each([
  [0.04, "0.0 s"],
  [4.23, "4.2 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1 min"],
  [1_275, "21 min"],
  [3_585, "1 h 0 min"],
  [11_100, "3 h 5 min"],
])("%d seconds read %s", (seconds, text) => {
  expect(workTime(seconds)).toBe(text);
});

it("counts minutes to the east, as the server does", () => {
  expect(minutesEast({ getTimezoneOffset: () => -120 } as Date)).toBe(120);
  expect(minutesEast({ getTimezoneOffset: () => 0 } as Date)).toBe(0);
});
