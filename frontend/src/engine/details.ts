/** What an object carries besides label and mask: answers, flags, its place from back to front. */
import type { ObjectRecord } from "./types";

export type ObjectFlag = "occluded" | "truncated" | "crowd" | "ignore";
export const OBJECT_FLAGS: readonly ObjectFlag[] = ["occluded", "truncated", "crowd", "ignore"];

export type Answer = boolean | number | string;
/** By the attribute's id. */
export type Answers = Readonly<Record<string, Answer>>;
export type Flags = Readonly<Partial<Record<ObjectFlag, true>>>;

/** A part that is left out holds nothing. */
export interface ObjectDetails {
  readonly attributes?: Answers;
  readonly flags?: Flags;
  /** Higher is nearer. Left out until the server has placed a new object, which is in front of all others. */
  readonly position?: number;
}

/** What a label asks of its objects, as far as it answers itself. */
export interface Asking {
  readonly attributes?: readonly { readonly id: number; readonly default: Answer | null }[];
}

export interface DetailsChange {
  /** Null takes an answer back. */
  readonly attributes?: Readonly<Record<string, Answer | null>>;
  readonly flags?: Readonly<Partial<Record<ObjectFlag, boolean>>>;
}

function isBlank(answer: Answer | null): answer is null {
  return answer === null || (typeof answer === "string" && answer.trim() === "");
}

/** Only what holds something, so that records with the same content look the same. */
export function detailsOf(attributes: Answers, flags: Readonly<Partial<Record<ObjectFlag, boolean>>>): ObjectDetails {
  const raised: Partial<Record<ObjectFlag, true>> = {};
  for (const flag of OBJECT_FLAGS) if (flags[flag] === true) raised[flag] = true;
  return {
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    ...(Object.keys(raised).length === 0 ? {} : { flags: raised }),
  };
}

/** The record with other answers and flags; a blank text answers nothing. */
export function described(record: ObjectRecord, change: DetailsChange): ObjectRecord {
  const { attributes = {}, flags = {}, ...rest } = record;
  const answers: Record<string, Answer> = {};
  for (const [key, answer] of Object.entries({ ...attributes, ...change.attributes })) {
    if (!isBlank(answer)) answers[key] = answer;
  }
  return { ...rest, ...detailsOf(answers, { ...flags, ...change.flags }) };
}

/** The record with its label's defaults where it answers nothing, as the server does for a new object or label. */
export function withDefaults(record: ObjectRecord, label: Asking | undefined): ObjectRecord {
  const defaults: Record<string, Answer> = {};
  for (const { id, default: usual } of label?.attributes ?? []) if (usual !== null) defaults[id] = usual;
  if (Object.keys(defaults).length === 0) return record;
  return { ...record, attributes: { ...defaults, ...record.attributes } };
}
