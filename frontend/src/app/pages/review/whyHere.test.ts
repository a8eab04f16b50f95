import { expect, it } from "vitest";

import type { Task } from "../../../api/types";
import { taskOf } from "../../../testing/shapes";
import { whyHere } from "./whyHere";

const flag = { reason: "unclear", text: "", by: { id: 1, username: "ana" }, at: "2026-01-02T03:04:05Z" } as const;

it.each<[Partial<Task>, string[]]>([
  [{ annotation_count: 2, lowest_score: 0.412 }, ["warn low quality 0.41"]],
  [{ annotation_count: 2, lowest_score: 0.75 }, ["plain lowest quality 0.75"]],
  [{ annotation_count: 2, lowest_score: null }, ["plain drawn by hand"]],
  [{ annotation_count: 0, lowest_score: null }, ["warn no objects"]],
  [{ annotation_count: 1, lowest_score: 0.9, flag }, ["plain lowest quality 0.90", "warn flagged: unclear"]],
  [
    { annotation_count: 1, lowest_score: 0.9, flag: { ...flag, reason: "other", text: "Too dark" }, unresolved_comment_count: 2 },
    ["plain lowest quality 0.90", "warn flagged: Too dark", "plain 2 open comments"],
  ],
])("%o is in the queue because of %o", (task, texts) => {
  expect(whyHere(taskOf(task)).map(({ tone, text }) => `${tone} ${text}`)).toEqual(texts);
});
