import { describe, expect, it } from "vitest";

import { requestComment } from "./requestComment";

describe("requestComment", () => {
  it("puts chosen reasons in their own order before the words", () => {
    expect(requestComment(["missedPart", "looseEdge"], " The ear. ")).toBe("Loose edge, missed part. The ear.");
    expect(requestComment([], "The ear.")).toBe("The ear.");
    expect(requestComment(["wrongLabel"], "")).toBe("Wrong label.");
    expect(requestComment([], "  ")).toBe("");
  });

  it("names rejected objects first, with what was said of them", () => {
    const rejections = [
      { name: "Object 3, cat", why: "Loose edge: the tail" },
      { name: "Object 5, cup", why: "" },
    ];
    expect(requestComment(["missingObject"], "The spoon.", rejections)).toBe(
      "2 objects are rejected: Object 3, cat (Loose edge: the tail); Object 5, cup. Missing object. The spoon.",
    );
    expect(requestComment([], "", rejections.slice(0, 1))).toBe(
      "1 object is rejected: Object 3, cat (Loose edge: the tail).",
    );
  });

  it("names at most twelve objects: the others carry their reasons themselves", () => {
    const many = Array.from({ length: 13 }, (_, index) => ({ name: `Object ${index + 1}, cat`, why: "" }));
    const comment = requestComment([], "", many);
    expect(comment.startsWith("13 objects are rejected: Object 1, cat; ")).toBe(true);
    expect(comment.endsWith("Object 12, cat; …")).toBe(true);
  });
});
