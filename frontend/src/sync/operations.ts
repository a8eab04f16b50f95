/**
 * What is still to be said to the server about one object, as a pure calculation.
 *
 * An entry holds what the person wants (`desired`) and what the server was last known to have (`base`). The next
 * request follows from the two, so any number of edits made while the line is down becomes one request. While a
 * request is under way its `target` is pinned: after a lost answer the very same request is repeated, and only then
 * comes the next one.
 */
import type { Annotation } from "../api/types";
import type { ObjectRecord } from "../engine/types";
import { recordOf, sameContent } from "./records";

/** An object as the server had it at `version`. */
export interface Base {
  readonly annotationId: number;
  readonly version: number;
  readonly deleted: boolean;
  readonly record: ObjectRecord;
}

export interface Entry {
  readonly clientId: string;
  /** Order of the first edits; creates are sent in this order. */
  readonly seq: number;
  /** Null while the server does not know the object. */
  readonly base: Base | null;
  /** What the request under way leads to; null when none is. `record: null` means deleted. */
  readonly target: { readonly record: ObjectRecord | null } | null;
  /** Null: the person deleted the object. */
  readonly desired: ObjectRecord | null;
}

type Shape = { proposal_id: number } | { mask: { size: number[]; counts: string } };

export interface CreateBody {
  client_id: string;
  label_id: number;
  proposal_id?: number;
  mask?: { size: number[]; counts: string };
}
export interface ChangeBody {
  version: number;
  label_id?: number;
  proposal_id?: number;
  mask?: { size: number[]; counts: string };
  deleted?: boolean;
}
export type Operation =
  | { readonly kind: "create"; readonly body: CreateBody }
  | { readonly kind: "update" | "delete" | "restore"; readonly annotationId: number; readonly body: ChangeBody };

export function baseOf(annotation: Annotation, record: ObjectRecord = recordOf(annotation)): Base {
  return { annotationId: annotation.id, version: annotation.version, deleted: annotation.deleted, record };
}

/** The request that leads from `base` to `target`; null when there is nothing to say, or no label yet. */
export function operationTo(clientId: string, base: Base | null, target: ObjectRecord | null): Operation | null {
  if (base === null) return target === null ? null : create(clientId, target);
  const { annotationId, version } = base;
  if (target === null) {
    return base.deleted ? null : { kind: "delete", annotationId, body: { version, deleted: true } };
  }
  const changes = changesOf(base.record, target);
  if (base.deleted) return { kind: "restore", annotationId, body: { version, deleted: false, ...changes } };
  if (changes === null) return null;
  return { kind: "update", annotationId, body: { version, ...changes } };
}

/** True when the server has what the person wants and no answer is outstanding. */
export function isSettled(entry: Entry): boolean {
  if (entry.target !== null) return false;
  if (entry.base === null) return entry.desired === null;
  return entry.desired === null ? entry.base.deleted : !entry.base.deleted && sameContent(entry.base.record, entry.desired);
}

/** True when `current` is what a request for `target` would have made: the answer to it was lost on the way. */
export function isOutcome(current: Annotation, target: ObjectRecord | null): boolean {
  if (target === null) return current.deleted;
  if (current.deleted || current.label_id !== target.labelId) return false;
  const sameProposal = target.proposalId !== null && current.proposal_id === target.proposalId;
  return sameProposal || current.mask.counts === target.mask.counts;
}

function create(clientId: string, record: ObjectRecord): Operation | null {
  if (record.labelId === null) return null;
  return { kind: "create", body: { client_id: clientId, label_id: record.labelId, ...shapeOf(record) } };
}

function changesOf(from: ObjectRecord, to: ObjectRecord): Omit<ChangeBody, "version"> | null {
  const label = to.labelId !== null && to.labelId !== from.labelId ? { label_id: to.labelId } : null;
  const shape = to.mask.counts === from.mask.counts ? null : to.proposalId === from.proposalId ? maskOf(to) : shapeOf(to);
  return label === null && shape === null ? null : { ...label, ...shape };
}

/** A proposal is named rather than sent back: the server has its mask. */
function shapeOf(record: ObjectRecord): Shape {
  return record.proposalId === null ? maskOf(record) : { proposal_id: record.proposalId };
}

function maskOf(record: ObjectRecord): Shape {
  return { mask: { size: [...record.mask.size], counts: record.mask.counts } };
}
