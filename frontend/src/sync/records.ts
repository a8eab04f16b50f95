import type { Annotation } from "../api/types";
import { detailsOf } from "../engine/details";
import { alike } from "../engine/facets";
import type { ObjectRecord } from "../engine/types";

/** An annotation of the server as the engine shows it. */
export function recordOf(annotation: Annotation): ObjectRecord {
  return {
    id: annotation.client_id,
    labelId: annotation.label_id,
    mask: { size: annotation.mask.size, counts: annotation.mask.counts },
    bbox: annotation.bbox,
    area: annotation.area,
    score: annotation.score,
    proposalId: annotation.proposal_id,
    author: annotation.created_by.username,
    ...detailsOf(annotation.attributes, annotation),
    position: annotation.position,
  };
}

/** True when both look the same in every part. */
export function sameRecord(a: ObjectRecord | null, b: ObjectRecord | null): boolean {
  return a === null || b === null ? a === b : alike(a, b);
}
