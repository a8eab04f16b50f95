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
import { detailChanges, saysTheSame, type DetailsBody } from "./detailChanges";
import { recordOf } from "./records";
import { timeBody, type TimeBody, type WorkTime } from "./workTime";

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
  readonly target: { readonly record: ObjectRecord | null; readonly time?: WorkTime } | null;
  /** Null: the person deleted the object. */
  readonly desired: ObjectRecord | null;
  /** What the edits took that no request has told yet. */
  readonly time?: WorkTime;
}

type Shape = { proposal_id: number } | { mask: { size: number[]; counts: string } };

export interface CreateBody extends TimeBody, DetailsBody {
  client_id: string;
  label_id: number;
  proposal_id?: number;
  mask?: { size: number[]; counts: string };
}
export interface ChangeBody extends TimeBody, DetailsBody {
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
export function operationTo(
  clientId: string,
  base: Base | null,
  target: ObjectRecord | null,
  time?: WorkTime,
): Operation | null {
  const operation = operationWithout(clientId, base, target);
  if (operation === null || time === undefined) return operation;
  const told = timeBody(time);
  return operation.kind === "create"
    ? { ...operation, body: { ...operation.body, ...told } }
    : { ...operation, body: { ...operation.body, ...told } };
}

function operationWithout(clientId: string, base: Base | null, target: ObjectRecord | null): Operation | null {
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
  if (entry.desired === null) return entry.base.deleted;
  return !entry.base.deleted && changesOf(entry.base.record, entry.desired) === null;
}

/** True when `current` is what a request for `target` would have made: the answer to it was lost on the way. */
export function isOutcome(current: Annotation, target: ObjectRecord | null): boolean {
  if (target === null) return current.deleted;
  if (current.deleted || current.label_id !== target.labelId || !saysTheSame(current, target)) return false;
  const sameProposal = target.proposalId !== null && current.proposal_id === target.proposalId;
  return sameProposal || current.mask.counts === target.mask.counts;
}

function create(clientId: string, record: ObjectRecord): Operation | null {
  if (record.labelId === null) return null;
  return { kind: "create", body: { client_id: clientId, label_id: record.labelId, ...shapeOf(record), ...detailChanges(null, record) } };
}

function changesOf(from: ObjectRecord, to: ObjectRecord): Omit<ChangeBody, "version"> | null {
  const label = to.labelId !== null && to.labelId !== from.labelId ? { label_id: to.labelId } : null;
  const shape = to.mask.counts === from.mask.counts ? null : to.proposalId === from.proposalId ? maskOf(to) : shapeOf(to);
  const details = detailChanges(from, to);
  return label === null && shape === null && details === null ? null : { ...label, ...shape, ...details };
}

/** A proposal is named rather than sent back: the server has its mask. */
function shapeOf(record: ObjectRecord): Shape {
  return record.proposalId === null ? maskOf(record) : { proposal_id: record.proposalId };
}

function maskOf(record: ObjectRecord): Shape {
  return { mask: { size: [...record.mask.size], counts: record.mask.counts } };
}
