/** Answers, flags and position, as requests tell them. */
import type { Annotation } from "../api/types";
import { OBJECT_FLAGS, type Answer, type ObjectFlag } from "../engine/details";
import { alike } from "../engine/facets";
import type { ObjectRecord } from "../engine/types";

/** A null takes an answer back; what is left out stays. */
export interface DetailsBody extends Partial<Record<ObjectFlag, boolean>> {
  attributes?: Record<string, Answer | null>;
  position?: number;
}

/** What `to` says otherwise than `from`, of which null stands for a new object; null when it is nothing. */
export function detailChanges(from: ObjectRecord | null, to: ObjectRecord): DetailsBody | null {
  const body: DetailsBody = {};
  const attributes = answerChanges(from?.attributes ?? {}, to.attributes ?? {});
  if (Object.keys(attributes).length > 0) body.attributes = attributes;
  for (const flag of OBJECT_FLAGS) {
    const raised = to.flags?.[flag] ?? false;
    if (raised !== (from?.flags?.[flag] ?? false)) body[flag] = raised;
  }
  // Who does not know where an object stands does not ask for another place.
  if (to.position !== undefined && to.position !== from?.position) body.position = to.position;
  return Object.keys(body).length === 0 ? null : body;
}

function answerChanges(
  from: Readonly<Record<string, Answer>>,
  to: Readonly<Record<string, Answer>>,
): Record<string, Answer | null> {
  const changes: Record<string, Answer | null> = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (!alike(from[key], to[key])) changes[key] = to[key] ?? null;
  }
  return changes;
}

/** True when the server's object says what `record` does. */
export function saysTheSame(current: Annotation, record: ObjectRecord): boolean {
  const sameFlags = OBJECT_FLAGS.every((flag) => current[flag] === (record.flags?.[flag] ?? false));
  const samePlace = record.position === undefined || record.position === current.position;
  return sameFlags && samePlace && alike(current.attributes, record.attributes ?? {});
}
