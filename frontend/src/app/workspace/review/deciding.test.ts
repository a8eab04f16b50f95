import { describe, expect, it } from "vitest";

import { ApiError } from "../../../api/errors";
import type { Annotation, Review } from "../../../api/types";
import { aRecord, ana, anAnnotation, ben } from "../../../sync/testing/factories";
import { stillRejected, whyStuck } from "./deciding";

function place(annotations: readonly Annotation[], review: Review | null = null) {
  const session = {
    annotation: (id: string) => annotations.find((each) => each.client_id === id) ?? null,
    snapshot: () => ({ review, task: null }),
    onEvent: () => () => {},
  };
  const engine = { objects: () => annotations.map(({ client_id }) => aRecord(client_id)), onObjects: () => () => {} };
  return { session, engine, me: { ...ana, can_create_projects: false } } as never;
}

const rejected = { verdict: "rejected", verdict_by: ben } as const;

describe("accepting an image", () => {
  it("waits for its rejected objects", () => {
    expect(stillRejected(place([anAnnotation("a"), anAnnotation("b", { verdict: "accepted" })]))).toBeNull();
    expect(stillRejected(place([anAnnotation("a", rejected), anAnnotation("b", rejected)]))).toBe(
      "2 objects are rejected. Accept or change them, or request changes.",
    );
  });
});

describe("a decision that came too late", () => {
  const late = new ApiError(409, "task_not_editable", "A task that is accepted cannot take “accept”. Reload the page.");
  const review = { id: 1, verdict: "accept", comment: "", reviewer: ben, created_at: "" } as const;

  it("names the colleague who decided first", () => {
    expect(whyStuck(late, place([], review))).toBe(
      "ben accepted this task a moment before you. Nothing is left to decide here.",
    );
    expect(whyStuck(late, place([], { ...review, verdict: "request_changes" }))).toBe(
      "ben sent this task back a moment before you. Nothing is left to decide here.",
    );
  });

  it("is told in the server's words when nobody else decided", () => {
    expect(whyStuck(late, place([], { ...review, reviewer: ana }))).toBe(late.message);
    expect(whyStuck(new ApiError(409, "lease_held", "ben works on it."), place([], review))).toBe("ben works on it.");
  });
});
