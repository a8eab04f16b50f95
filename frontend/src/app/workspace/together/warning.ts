import type { PresenceSnapshot } from "../../../sync";

export type EditingElsewhere = PresenceSnapshot["editing"][number];

/** Who was at this object before this page was; null when nobody is, or this page came first. */
export function editingBefore({ editing, mine }: PresenceSnapshot, objectId: number | null): EditingElsewhere | null {
  if (objectId === null) return null;
  const here = mine !== null && mine.object_id === objectId ? Date.parse(mine.since) : Infinity;
  return editing.find((one) => one.object_id === objectId && Date.parse(one.since) < here) ?? null;
}

/** A warning is given once for each page and object. */
export function warningKey({ connection, object_id }: EditingElsewhere): string {
  return `${connection}/${object_id}`;
}
