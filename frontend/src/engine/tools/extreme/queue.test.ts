import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TestBench } from "../../testing/bench";

type Move =
  | { name: "click"; x: number; y: number }
  | { name: "drag"; fromX: number; toX: number }
  | { name: "answer" | "fail"; which: number }
  | { name: "key"; key: string }
  | { name: "undo" | "redo" | "lost" | "accept" | "again" };

const place = fc.integer({ min: 0, max: 9 }).map((step) => step * 100 + 50);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ name: fc.constant("click" as const), x: place, y: place }) },
  fc.record({ name: fc.constant("drag" as const), fromX: place, toX: place }),
  { weight: 3, arbitrary: fc.record({ name: fc.constantFrom("answer" as const, "fail" as const), which: fc.nat(9) }) },
  fc.record({
    name: fc.constant("key" as const),
    key: fc.constantFrom(" ", "t", "Enter", "Escape", "Backspace", ".", "v", "h", "e"),
  }),
  fc.record({
    name: fc.constantFrom("undo" as const, "redo" as const, "lost" as const, "accept" as const, "again" as const),
  }),
);

function perform(bench: TestBench, one: Move): void {
  const old = bench.requests[("which" in one ? one.which : 0) % Math.max(bench.requests.length, 1)];
  switch (one.name) {
    case "click":
      return bench.click(one.x, Math.min(one.y, 790));
    case "drag":
      return bench.drag([one.fromX, 50], [one.toX, 60]);
    case "answer":
      return old === undefined ? undefined : bench.answer({ requestId: old.requestId });
    case "fail":
      return old === undefined ? undefined : bench.fail(old.requestId);
    case "key":
      return void bench.key(one.key);
    case "undo":
      return bench.engine.undo();
    case "redo":
      return bench.engine.redo();
    case "lost":
      return bench.input.pointerLost();
    case "accept":
      return bench.engine.accept();
    case "again":
      return bench.engine.redoClicks();
  }
}

/** What must hold whatever people, server and chance do. */
function check(bench: TestBench): void {
  const { state, points, proposal, awaiting, failure, queued, tool } = bench.status;
  expect(queued).toBeLessThanOrEqual(1);
  expect(awaiting && failure !== null).toBe(false);
  if (proposal !== null && queued === 0) expect(points.length).toBeGreaterThanOrEqual(4);
  if (tool !== "extreme") return;
  if (state === "extreme.idle") expect([points.length, proposal, awaiting, failure]).toEqual([0, null, false, null]);
  if (state === "extreme.awaitingMask") expect(awaiting).toBe(true);
  if (state === "extreme.failed") expect(failure).not.toBeNull();
  if (state === "extreme.reviewing") expect([awaiting, failure, proposal === null]).toEqual([false, null, false]);
  if (state === "extreme.placing") expect([1, 2, 3]).toContain(points.length);
}

describe("any sequence of clicks, keys, answers and failures", () => {
  it("leaves the tool in a state that fits its drafts, and never waits for an answer that nobody asked for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 60 }), async (moves) => {
        const bench = await TestBench.open();
        for (const one of moves) {
          perform(bench, one);
          check(bench);
        }
        const sent = bench.requests.map(({ requestId }) => requestId);
        expect(new Set(sent).size).toBe(sent.length);
        for (const { points } of bench.requests) expect(points.length).toBeGreaterThanOrEqual(4);
        const ids = bench.engine.objects().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 150 },
    );
  });
});
