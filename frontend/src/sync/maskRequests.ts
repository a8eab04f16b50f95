import type { Proposal } from "../api/types";
import type { MaskAnswer, MaskFailure, MaskRequest } from "../engine/types";

/** The longest a person waits for a mask or an error. */
export const MASK_DEADLINE_MS = 10_000;

export interface MaskRequestsOptions {
  send: (frame: object) => boolean;
  deliver: (answer: MaskAnswer) => void;
  fail: (failure: MaskFailure) => void;
  /** A sentence for a failure that was found here, not by the server. */
  describe: (code: MaskFailureCode) => string;
  /** Nothing at all was heard for a whole deadline on a line that looks open. */
  onSilence: () => void;
  now: () => number;
}

export type MaskFailureCode = "segmentation_timeout" | "connection_lost" | "segmentation_failed";

interface Pending {
  request: MaskRequest;
  askedAt: number;
  /** When the request last went out; null while it waits for a line. */
  sentAt: number | null;
  timer: ReturnType<typeof setTimeout>;
}

/** Mask requests on their way: each ends in exactly one answer or one failure, ten seconds from the click at most. */
export class MaskRequests {
  private readonly pending = new Map<string, Pending>();
  private lastHeard = 0;

  constructor(private readonly options: MaskRequestsOptions) {}

  ask(request: MaskRequest): void {
    const timer = setTimeout(() => this.late(request.requestId), MASK_DEADLINE_MS);
    const pending: Pending = { request, askedAt: this.options.now(), sentAt: null, timer };
    this.pending.set(request.requestId, pending);
    this.send(pending);
  }

  /**
   * A new line is open: ask again for all that is still awaited, since an answer may have gone to the old line.
   * The server knows a repeated request by its id and answers it without running the model again.
   */
  connected(): void {
    for (const pending of this.pending.values()) this.send(pending);
  }

  heard(): void {
    this.lastHeard = this.options.now();
  }

  ready(requestId: string, proposal: Proposal): void {
    const pending = this.take(requestId);
    if (pending === null) return;
    if (proposal.mask === null || proposal.bbox === null) {
      const message = proposal.error?.message ?? this.options.describe("segmentation_failed");
      this.options.fail({ requestId, code: proposal.error?.code ?? "segmentation_failed", message });
      return;
    }
    this.options.deliver({
      requestId,
      proposalId: proposal.proposal_id,
      mask: proposal.mask,
      bbox: proposal.bbox,
      score: proposal.score ?? 0,
      elapsedMs: this.options.now() - pending.askedAt,
    });
  }

  failed(requestId: string, code: string, message: string): void {
    if (this.take(requestId) === null) return;
    const text = message === "" ? this.options.describe("segmentation_failed") : message;
    this.options.fail({ requestId, code, message: text });
  }

  close(): void {
    for (const { timer } of this.pending.values()) clearTimeout(timer);
    this.pending.clear();
  }

  private send(pending: Pending): void {
    const { requestId, points, parentProposalId } = pending.request;
    const frame = { type: "segment", request_id: requestId, points, parent_proposal_id: parentProposalId };
    if (this.options.send(frame)) pending.sentAt = this.options.now();
  }

  private take(requestId: string): Pending | null {
    const pending = this.pending.get(requestId);
    if (pending === undefined) return null;
    clearTimeout(pending.timer);
    this.pending.delete(requestId);
    return pending;
  }

  private late(requestId: string): void {
    const pending = this.take(requestId);
    if (pending === null) return;
    const code = pending.sentAt === null ? "connection_lost" : "segmentation_timeout";
    this.options.fail({ requestId, code, message: this.options.describe(code) });
    if (pending.sentAt !== null && this.lastHeard < pending.sentAt) this.options.onSilence();
  }
}
