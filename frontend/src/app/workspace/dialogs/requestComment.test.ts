import { expect, it } from "vitest";

import { requestComment } from "./requestComment";

it.each([
  [[], "", ""],
  [[], "  The ear is missing. ", "The ear is missing."],
  [["looseEdge"], "", "Loose edge."],
  [["missingObject", "wrongLabel"], "Left cup.", "Wrong label, missing object. Left cup."],
] as const)("%o and %o", (reasons, text, comment) => {
  expect(requestComment(reasons, text)).toBe(comment);
});
