/** Two changes of one object that are in nobody's way become one. */
import type { Annotation } from "../api/types";
import { changedFacets, touchedFacets, withFacets } from "../engine/facets";
import { baseOf, type Entry } from "./operations";
import { recordOf } from "./records";
import { addedTime, timed, withoutTime } from "./workTime";

/**
 * The entry on top of `current`, which somebody else has made of the object meanwhile; null when both changed the
 * same facet, or one of them deleted it, so that a person has to choose.
 */
export function rebased(entry: Entry, current: Annotation): Entry | null {
  const { base, desired } = entry;
  if (base === null || base.deleted || desired === null || current.deleted) return null;
  const now = recordOf(current);
  const theirs = touchedFacets(base.record, now);
  const mine = changedFacets(base.record, desired);
  if (mine.some((facet) => theirs.includes(facet))) return null;
  // The request that was refused has told nothing: its time is still to be told.
  const time = addedTime(entry.target?.time, entry.time);
  return { ...withoutTime(entry), base: baseOf(current), target: null, desired: withFacets(now, mine, desired), ...timed(time) };
}
