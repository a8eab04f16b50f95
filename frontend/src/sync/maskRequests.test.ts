import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Proposal } from "../api/types";
import type { MaskAnswer, MaskFailure } from "../engine/types";
import { MaskRequests } from "./maskRequests";

const points = [1, 2, 3, 4].map((n) => ({ x: n, y: n, t: n * 100 }));
const request = { requestId: "r1", points, parentProposalId: null };
const frame = { type: "segment", request_id: "r1", points, parent_proposal_id: null };
const proposal: Proposal = {
  proposal_id: 70,
  request_id: "r1",
  task_id: 7,
  status: "ready",
  points: [],
  mask: { size: [4, 6], counts: "x" },
  bbox: [1, 1, 2, 2],
  score: 0.8,
  model_version: "grabcut",
  timings_ms: null,
  error: null,
};

function setup() {
  const sent: object[] = [];
  const answers: MaskAnswer[] = [];
  const failures: MaskFailure[] = [];
  const line = { open: true };
  let silences = 0;
  const masks = new MaskRequests({
    send: (each) => {
      if (line.open) sent.push(each);
      return line.open;
    },
    deliver: (answer) => answers.push(answer),
    fail: (failure) => failures.push(failure),
    describe: (code) => `sentence for ${code}`,
    onSilence: () => (silences += 1),
    now: () => Date.now(),
  });
  return { masks, sent, answers, failures, line, silences: () => silences };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("MaskRequests", () => {
  it("sends the clicks and delivers the answer with the time it took", () => {
    const { masks, sent, answers, failures } = setup();
    masks.ask(request);
    expect(sent).toEqual([frame]);
    vi.advanceTimersByTime(37);
    masks.ready("r1", proposal);
    masks.ready("r1", proposal);
    expect(answers).toEqual([
      { requestId: "r1", proposalId: 70, mask: proposal.mask, bbox: [1, 1, 2, 2], score: 0.8, elapsedMs: 37 },
    ]);
    vi.advanceTimersByTime(60_000);
    expect(failures).toEqual([]);
  });

  it("fails after ten seconds with a sentence, and drops the answer that comes too late", () => {
    const { masks, answers, failures } = setup();
    masks.ask(request);
    masks.heard();
    vi.advanceTimersByTime(9_999);
    expect(failures).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(failures).toEqual([
      { requestId: "r1", code: "segmentation_timeout", message: "sentence for segmentation_timeout" },
    ]);
    masks.ready("r1", proposal);
    expect(answers).toEqual([]);
  });

  it("waits for a line that is down, and says so when it does not come back in time", () => {
    const { masks, sent, failures, line, silences } = setup();
    line.open = false;
    masks.ask(request);
    vi.advanceTimersByTime(10_000);
    expect(sent).toEqual([]);
    expect(failures).toEqual([{ requestId: "r1", code: "connection_lost", message: "sentence for connection_lost" }]);
    expect(silences()).toBe(0);
  });

  it("sends when the line comes back, and asks again under the same id on a second line", () => {
    const { masks, sent, answers, line } = setup();
    line.open = false;
    masks.ask(request);
    line.open = true;
    masks.connected();
    expect(sent).toEqual([frame]);
    masks.connected();
    expect(sent).toEqual([frame, frame]);
    masks.ready("r1", proposal);
    masks.connected();
    expect(sent.length).toBe(2);
    expect(answers.length).toBe(1);
  });

  it("hands the server's refusal on, and never an empty sentence", () => {
    const { masks, failures } = setup();
    masks.ask(request);
    masks.failed("r1", "points_outside_image", "Point 2 lies outside the image.");
    masks.ask({ ...request, requestId: "r2" });
    masks.failed("r2", "segmentation_failed", "");
    masks.failed("unknown", "x", "y");
    expect(failures).toEqual([
      { requestId: "r1", code: "points_outside_image", message: "Point 2 lies outside the image." },
      { requestId: "r2", code: "segmentation_failed", message: "sentence for segmentation_failed" },
    ]);
  });

  it("turns a proposal without a mask into a failure", () => {
    const { masks, answers, failures } = setup();
    masks.ask(request);
    masks.ready("r1", { ...proposal, mask: null, error: { code: "segmentation_failed", message: "Too dark." } });
    expect(answers).toEqual([]);
    expect(failures).toEqual([{ requestId: "r1", code: "segmentation_failed", message: "Too dark." }]);
  });

  it("reports a line on which nothing was heard since the clicks were sent", () => {
    const { masks, silences } = setup();
    masks.heard();
    vi.advanceTimersByTime(1);
    masks.ask(request);
    vi.advanceTimersByTime(10_000);
    expect(silences()).toBe(1);
    masks.ask({ ...request, requestId: "r2" });
    vi.advanceTimersByTime(5_000);
    masks.heard();
    vi.advanceTimersByTime(5_000);
    expect(silences()).toBe(1);
  });

  it("close forgets everything silently", () => {
    const { masks, failures } = setup();
    masks.ask(request);
    masks.close();
    vi.advanceTimersByTime(60_000);
    expect(failures).toEqual([]);
  });
});
