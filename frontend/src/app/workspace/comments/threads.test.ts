import { describe, expect, it } from "vitest";

import { ana, ben } from "../../../sync/testing/factories";
import { aComment } from "./testing";
import { canChange, newer, newestIn, shownIn, threadsOf, unreadIn } from "./threads";

describe("threadsOf", () => {
  it("puts replies under their comment, the oldest first, however they come", () => {
    const comments = [
      aComment(5, { parent_id: 2 }),
      aComment(4),
      aComment(3, { parent_id: 2 }),
      aComment(2, { resolved_at: "2026-01-02T03:04:05Z", resolved_by: ben }),
    ];
    const threads = threadsOf(comments);
    expect(threads.map(({ id, replies, resolved }) => [id, replies.map((reply) => reply.id), resolved])).toEqual([
      [2, [3, 5], true],
      [4, [], false],
    ]);
    expect(threads.map(newestIn)).toEqual([5, 4]);
  });

  it("keeps a deleted comment's place for its replies, and nothing where all is deleted", () => {
    const comments = [
      aComment(1, { deleted: true, text: "" }),
      aComment(2, { parent_id: 1 }),
      aComment(3, { deleted: true, text: "" }),
      aComment(4, { parent_id: 3, deleted: true, text: "" }),
    ];
    const threads = threadsOf(comments);
    expect(threads.map(({ id }) => id)).toEqual([1]);
    expect(threads.flatMap(shownIn).map(({ id }) => id)).toEqual([2]);
  });
});

describe("unreadIn", () => {
  const [thread] = threadsOf([aComment(1, { author: ben }), aComment(2, { parent_id: 1, author: ana }), aComment(3, { parent_id: 1, author: ben })]);

  it.each([
    [0, 2],
    [1, 1],
    [3, 0],
  ])("after comment %i there are %i new ones of others", (seen, count) => {
    if (thread === undefined) throw new Error("no thread");
    expect(unreadIn(thread, seen, ana)).toBe(count);
  });
});

describe("canChange", () => {
  const comment = aComment(1, { author: ana, created_at: "2026-01-02T03:00:00Z" });
  const at = (time: string): number => Date.parse(`2026-01-02T${time}Z`);

  it("is for the author, and for 15 minutes", () => {
    expect(canChange(comment, ana, at("03:14:59"))).toBe(true);
    expect(canChange(comment, ana, at("03:15:00"))).toBe(false);
    expect(canChange(comment, ben, at("03:01:00"))).toBe(false);
    expect(canChange({ ...comment, deleted: true }, ana, at("03:01:00"))).toBe(false);
  });
});

it("the newer of two states wins, whichever comes last", () => {
  const [first, second] = [aComment(1, { version: 1 }), aComment(1, { version: 2 })];
  expect([newer(undefined, first), newer(first, second), newer(second, first)]).toEqual([first, second, second]);
});
