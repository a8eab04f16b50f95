/** The drafts as they are drawn and told to the user interface. */
import type { DraftView } from "../../render/scene";
import type { StatusPoint, StatusProposal } from "../../types";
import { DOUBTFUL_SCORE, type Draft } from "./draft";
import { pointsOf } from "./held";
import type { ExtremeTool } from "./tool";

function viewOf(tool: ExtremeTool, draft: Draft, inHand: boolean): DraftView {
  const { answer } = draft;
  return {
    points: pointsOf(draft, tool.held),
    held: tool.held?.draft === draft ? tool.held.index : null,
    focused: inHand && draft === tool.focus,
    failed: draft.failure !== null,
    proposal:
      answer === null ? null : { mask: answer.mask, doubtful: answer.score < DOUBTFUL_SCORE, outdated: !draft.settled },
  };
}

/** `inHand`: the tool itself is, or one that shares its drafts. */
export function draftViews(tool: ExtremeTool, inHand: boolean): readonly DraftView[] {
  return tool.queue.all.map((draft) => viewOf(tool, draft, inHand));
}

export interface ExtremeStatus {
  readonly points: readonly StatusPoint[];
  readonly activePoint: number | null;
  readonly proposal: StatusProposal | null;
  readonly awaiting: boolean;
  readonly queued: number;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export function extremeStatus(tool: ExtremeTool): ExtremeStatus {
  const { head, focus, held } = tool;
  const answer = head?.answer ?? null;
  const failure = head?.failure ?? null;
  return {
    points: focus === undefined ? [] : pointsOf(focus, held),
    activePoint: held !== null && held.draft === focus ? held.index : null,
    proposal:
      answer === null
        ? null
        : {
            proposalId: answer.proposalId,
            score: answer.score,
            area: tool.context.areaOf(answer.mask) ?? 0,
            elapsedMs: answer.elapsedMs,
          },
    awaiting: head?.pending ?? false,
    queued: Math.max(tool.queue.all.length - 1, 0),
    failure: failure === null ? null : { code: failure.code, message: failure.message },
  };
}
