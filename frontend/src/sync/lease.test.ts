import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, networkError } from "../api/errors";
import type { Lease } from "../api/types";
import { accessTo } from "./access";
import { heldLease, LeaseKeeper } from "./lease";
import { ana, ben } from "./testing/factories";
import { settle } from "./testing/fakes";

const mine: Lease = { holder: ana, expires_at: "2026-01-02T03:06:05Z" };
const bens: Lease = { holder: ben, expires_at: "2026-01-02T03:06:05Z" };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setup(answers: (Lease | Error)[]) {
  const taken: Lease[] = [];
  const refused: ApiError[] = [];
  const sent: object[] = [];
  const counts = { asked: 0, silent: 0, active: true };
  const keeper = new LeaseKeeper({
    take: () => {
      counts.asked += 1;
      const answer = answers.shift() ?? mine;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    send: (frame) => sent.push(frame) > 0,
    isActive: () => counts.active,
    onSilence: () => (counts.silent += 1),
    onTaken: (lease) => taken.push(lease),
    onRefused: (error) => refused.push(error),
    random: () => 1,
  });
  return { keeper, taken, refused, sent, counts };
}

describe("LeaseKeeper", () => {
  it("asks once, however often it is told to", async () => {
    const { keeper, taken, counts } = setup([]);
    keeper.take();
    keeper.take();
    await settle();
    expect(counts.asked).toBe(1);
    expect(taken).toEqual([mine]);
  });

  it("asks again after failures that pass, and not after a refusal", async () => {
    const held = new ApiError(409, "lease_held", "ben works on this task now.", { holder: ben });
    const { keeper, refused, counts } = setup([networkError(), new ApiError(503, "service_unavailable", ""), held]);
    keeper.take();
    await settle();
    await vi.advanceTimersByTimeAsync(500);
    expect(counts.asked).toBe(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(counts.asked).toBe(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(counts.asked).toBe(3);
    expect(refused).toEqual([held]);
  });

  it("says nothing after close", async () => {
    const { keeper, taken, counts } = setup([]);
    keeper.take();
    keeper.close();
    await settle();
    keeper.take();
    expect(taken).toEqual([]);
    expect(counts.asked).toBe(1);
  });

  it("renews every thirty seconds and reports a line that does not answer within ten", () => {
    const { keeper, sent, counts } = setup([]);
    keeper.heartbeat.start();
    keeper.heartbeat.start();
    vi.advanceTimersByTime(29_999);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([{ type: "heartbeat" }]);
    keeper.heartbeat.heard();
    vi.advanceTimersByTime(39_999);
    expect(counts.silent).toBe(0);
    expect(sent.length).toBe(2);
    vi.advanceTimersByTime(1);
    expect(counts.silent).toBe(1);
    keeper.heartbeat.stop();
    vi.advanceTimersByTime(120_000);
    expect(sent.length).toBe(2);
  });
});

it("lets the lease of a forgotten tab run out, and renews again when the person is back", () => {
  const { keeper, sent, counts } = setup([]);
  counts.active = false;
  keeper.heartbeat.start();
  vi.advanceTimersByTime(300_000);
  expect([sent.length, counts.silent]).toEqual([0, 0]);
  counts.active = true;
  vi.advanceTimersByTime(30_000);
  expect(sent).toEqual([{ type: "heartbeat" }]);
});

describe("heldLease", () => {
  it("reads the holder from a refusal, and copes with one that names nobody", () => {
    expect(heldLease(new ApiError(409, "lease_held", "", { holder: ben }))).toEqual({ holder: ben, expires_at: "" });
    expect(heldLease(new ApiError(409, "lease_held", ""))).toEqual({ holder: { id: -1, username: "" }, expires_at: "" });
  });
});

describe("accessTo", () => {
  const edit = { access: { kind: "edit" }, needsLease: false };
  const free = { access: { kind: "opening" }, needsLease: true };
  const view = (reason: string) => ({ access: { kind: "view", reason }, needsLease: false });

  it.each([
    ["annotator", "open", mine, edit],
    ["annotator", "open", null, free],
    ["annotator", "open", bens, { access: { kind: "view", reason: "held", holder: "ben" }, needsLease: false }],
    ["annotator", "changes_requested", mine, edit],
    ["annotator", "submitted", mine, view("submitted")],
    ["annotator", "accepted", null, view("accepted")],
    ["reviewer", "submitted", null, free],
    ["reviewer", "accepted", null, view("accepted")],
    ["admin", "submitted", mine, edit],
    ["viewer", "open", null, view("role")],
  ] as const)("%s, %s", (role, state, lease, result) => {
    expect(accessTo(role, state, lease, ana.id)).toEqual(result);
  });
});
