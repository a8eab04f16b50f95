import { client, unwrap } from "../../../api/client";
import type { Annotation, Proposal } from "../../../api/types";
import type { Said } from "./verdicts";

/** The requests about verdicts. Each throws an `ApiError`. */
export interface ReviewApi {
  judge(annotationId: number, version: number, said: Said): Promise<Annotation>;
  /** What the model first proposed for an object; `no_proposal` when it was drawn by hand. */
  proposal(annotationId: number): Promise<Proposal>;
}

const TIMEOUT_MS = 15_000;
const soon = () => AbortSignal.timeout(TIMEOUT_MS);
const at = (annotationId: number) => ({ path: { annotation_id: annotationId } });

export const reviewApi: ReviewApi = {
  judge(annotationId, version, { verdict, reasons, text }) {
    const body = { version, verdict, reasons: [...reasons], text };
    return unwrap(
      client.POST("/api/annotations/{annotation_id}/verdict", { params: at(annotationId), body, signal: soon() }),
    );
  },
  proposal: (annotationId) =>
    unwrap(client.GET("/api/annotations/{annotation_id}/proposal", { params: at(annotationId), signal: soon() })),
};
