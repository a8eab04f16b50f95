import { describe, expect, it } from "vitest";

import type { TaskState } from "../../api/types";
import { can, ROLES } from "./permissions";
import { hasLiveLease, isListFilter, shareAccepted, shownState, waitingForAnnotation } from "./taskState";

const now = Date.parse("2026-11-22T12:00:00Z");
const holder = { id: 1, username: "anna" };
const live = { holder, expires_at: "2026-11-22T12:00:01Z" };
const ended = { holder, expires_at: "2026-11-22T12:00:00Z" };

describe("shownState", () => {
  it.each<[TaskState, typeof live | null, string]>([
    ["open", null, "open"],
    ["open", live, "in_progress"],
    ["open", ended, "open"],
    ["changes_requested", live, "in_progress"],
    ["changes_requested", ended, "changes_requested"],
    ["skipped", live, "in_progress"],
    ["skipped", null, "skipped"],
    ["submitted", live, "submitted"],
    ["accepted", live, "accepted"],
  ])("of %s with lease %j is %s", (state, lease, shown) => {
    expect(shownState({ state, lease }, now)).toBe(shown);
  });

  it("ends with the lease, to the millisecond", () => {
    expect(hasLiveLease({ lease: live }, now + 999)).toBe(true);
    expect(hasLiveLease({ lease: live }, now + 1000)).toBe(false);
  });
});

describe("counts", () => {
  const work = { total: 10, open: 3, in_progress: 1, submitted: 2, changes_requested: 1, accepted: 3 };
  const counts = { ...work, skipped: 0, flagged: 0 };
  it("know what waits and what is done", () => {
    expect(waitingForAnnotation(counts)).toBe(4);
    expect(shareAccepted(counts)).toBe(0.3);
    expect(shareAccepted({ ...counts, total: 0 })).toBe(0);
  });
});

describe("isListFilter", () => {
  it("accepts the states of the address, and those that are flagged, and nothing else", () => {
    expect(["open", "in_progress", "submitted", "changes_requested", "accepted", "skipped", "flagged"].every(isListFilter)).toBe(true);
    expect([undefined, null, 3, "", "Open", "all"].some(isListFilter)).toBe(false);
  });
});

describe("can", () => {
  it("follows the roles", () => {
    const table = ROLES.map((role) =>
      (["manage", "review", "annotate", "export"] as const).map((ability) => (can(role, ability) ? 1 : 0)).join(""),
    );
    expect(table).toEqual(["1111", "0110", "0010", "0000"]);
  });
});
