import { expect, it } from "vitest";

import { ariaKeys, shownKey, shownKeys } from "./shownKeys";

it.each([
  ["Mod+Shift+z", "Ctrl Shift Z", "Control+Shift+Z"],
  ["Shift+0", "Shift 0", "Shift+0"],
  ["+", "+", "Plus"],
  ["Mod++", "Ctrl +", "Control+Plus"],
  ["Escape", "Esc", "Escape"],
  ["ArrowLeft", "←", "ArrowLeft"],
  ["?", "?", "?"],
])("%s reads %s, and %s aloud", (key, shown, aria) => {
  expect([shownKey(key), ariaKeys([key])]).toEqual([shown, aria]);
});

it("shows many keys by the first and the last", () => {
  expect(shownKeys(["1", "2", "3", "4", "5"])).toEqual(["1 … 5"]);
  expect(shownKeys(["+", "="])).toEqual(["+", "="]);
  expect(ariaKeys([])).toBeUndefined();
});
