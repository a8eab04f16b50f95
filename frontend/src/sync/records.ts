import type { Annotation } from "../api/types";
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
  };
}

/** What a person decides: label and shape. Author, score, box and area follow from these. */
export function sameContent(a: ObjectRecord | null, b: ObjectRecord | null): boolean {
  if (a === null || b === null) return a === b;
  return a.labelId === b.labelId && a.mask.counts === b.mask.counts;
}

export function sameRecord(a: ObjectRecord | null, b: ObjectRecord | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    sameContent(a, b) &&
    a.proposalId === b.proposalId &&
    a.score === b.score &&
    a.area === b.area &&
    a.author === b.author &&
    sameNumbers(a.bbox, b.bbox) &&
    sameNumbers(a.mask.size, b.mask.size)
  );
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
