/**
 * What of an object can be changed by itself: its label, its mask, each flag, each answer. Two people who change
 * different facets of one object are in nobody's way.
 */
import type { ObjectRecord } from "./types";

type Values = Readonly<Record<string, unknown>>;

/** A mask and what describes it go together. */
const SHAPE = ["mask", "bbox", "area", "score", "proposalId"] as const;
/** Written by the server alone, or following from the mask: no difference in these is anybody's edit. */
const FOLLOWS: ReadonlySet<string> = new Set([...SHAPE, "id", "author"]);
const MASK = "mask";

function isTable(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A table that is left out is an empty one. */
function isNothing(value: unknown): boolean {
  return value === undefined || (isTable(value) && Object.keys(value).length === 0);
}

/** True when both hold the same numbers, words, lists and tables. */
export function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (isNothing(a) && isNothing(b))) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => alike(value, b[index]));
  }
  if (!isTable(a) || !isTable(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => alike(a[key], b[key]));
}

export function sameMask(a: ObjectRecord, b: ObjectRecord): boolean {
  return a.mask === b.mask || (a.mask.counts === b.mask.counts && alike(a.mask.size, b.mask.size));
}

function sameShape(a: ObjectRecord, b: ObjectRecord): boolean {
  return sameMask(a, b) && SHAPE.every((name) => name === MASK || alike(a[name], b[name]));
}

/** The facets besides the mask in which two records differ; of a table, such as the answers, each key is one. */
function differences(a: ObjectRecord, b: ObjectRecord): string[] {
  const [from, to]: [Values, Values] = [{ ...a }, { ...b }];
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((name) => {
    const before = from[name] ?? (isTable(to[name]) ? {} : undefined);
    const after = to[name] ?? (isTable(before) ? {} : undefined);
    if (FOLLOWS.has(name) || alike(before, after)) return [];
    // The server has given a new object its place, which is nobody's edit.
    if (name === "position" && (before === undefined || after === undefined)) return [];
    if (!isTable(before) || !isTable(after)) return [name];
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.filter((key) => !alike(before[key], after[key])).map((key) => `${name}.${key}`);
  });
}

/** What somebody changed who made `b` of `a`. A mask that came out the same was not touched. */
export function touchedFacets(a: ObjectRecord, b: ObjectRecord): readonly string[] {
  return sameMask(a, b) ? differences(a, b) : [MASK, ...differences(a, b)];
}

/** The same, where another score or proposal for the same mask counts too. */
export function changedFacets(a: ObjectRecord, b: ObjectRecord): readonly string[] {
  return sameShape(a, b) ? differences(a, b) : [MASK, ...differences(a, b)];
}

/** The record with these facets of another one. */
export function withFacets(record: ObjectRecord, facets: readonly string[], from: ObjectRecord): ObjectRecord {
  const result: Record<string, unknown> = { ...record };
  const source: Values = { ...from };
  for (const facet of facets) {
    const [name = facet, ...rest] = facet.split(".");
    const key = rest.join(".");
    if (facet === MASK) for (const part of SHAPE) result[part] = source[part];
    else if (key === "") result[name] = source[name];
    else {
      const table = withKey(result[name], key, source[name]);
      // As everywhere: a table that would hold nothing is left out.
      if (Object.keys(table).length > 0) result[name] = table;
      else delete result[name];
    }
  }
  return result as unknown as ObjectRecord;
}

function withKey(table: unknown, key: string, source: unknown): Values {
  const copy: Record<string, unknown> = isTable(table) ? { ...table } : {};
  if (isTable(source) && key in source) copy[key] = source[key];
  else delete copy[key];
  return copy;
}
