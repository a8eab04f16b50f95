import type { User } from "../../../api/types";
import type { ObjectRecord, Rle } from "../../../engine";
import type { Conflict, OtherPointer, PresenceSnapshot } from "../../../sync";

/** An outline over the picture, with a tag at its upper left corner. */
export interface Outline {
  readonly key: string;
  readonly mask: Rle;
  readonly bbox: readonly number[];
  readonly kind: "other" | "changed" | "mine" | "theirs";
  /** Whose it is, for the hue; null for the versions of a conflict. */
  readonly user: User | null;
  /** This person's other tab. */
  readonly own: boolean;
}

export interface OutlineInput {
  readonly me: User;
  readonly presence: Pick<PresenceSnapshot, "editing">;
  readonly pointers: readonly OtherPointer[];
  readonly conflict: Conflict | undefined;
  /** An object that somebody has just changed. */
  readonly changed: { readonly clientId: string; readonly by: User } | null;
  /** By the number of the server, by the name of this side. */
  readonly record: (objectId: number) => ObjectRecord | undefined;
  readonly named: (clientId: string) => ObjectRecord | undefined;
}

/** What others work on, what they have just changed, and both versions of a conflict; each object once. */
export function outlinesOf(input: OutlineInput): readonly Outline[] {
  const { me, presence, pointers, conflict, changed } = input;
  const found = new Map<string, Outline>();
  const add = (record: ObjectRecord | undefined, kind: Outline["kind"], user: User): void => {
    if (record === undefined || found.has(record.id) || record.id === conflict?.clientId) return;
    const own = user.id === me.id;
    found.set(record.id, { key: `${kind} ${record.id}`, mask: record.mask, bbox: record.bbox, kind, user, own });
  };
  for (const { object_id, by } of presence.editing) add(input.record(object_id), "other", by);
  for (const { objectId, user } of pointers) if (objectId !== null) add(input.record(objectId), "other", user);
  if (changed !== null) add(input.named(changed.clientId), "changed", changed.by);
  return [...versions(conflict), ...found.values()];
}

function versions(conflict: Conflict | undefined): readonly Outline[] {
  if (conflict === undefined) return [];
  return (["theirs", "mine"] as const).flatMap((kind) => {
    const record = conflict[kind];
    if (record === null) return [];
    return [{ key: kind, mask: record.mask, bbox: record.bbox, kind, user: null, own: kind === "mine" }];
  });
}
