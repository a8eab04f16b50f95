import type { Lease, Role, TaskState } from "../api/types";

/** What a person can do with the task that is open, and if nothing, why. */
export type Access =
  | { readonly kind: "opening" }
  | { readonly kind: "edit" }
  | { readonly kind: "view"; readonly reason: "held"; readonly holder: string }
  /** `stopped`: the server refused a write or the lease; the save state says why. */
  | { readonly kind: "view"; readonly reason: "role" | "submitted" | "accepted" | "stopped" };

const ANNOTATORS: ReadonlySet<Role> = new Set(["admin", "reviewer", "annotator"]);
const REVIEWERS: ReadonlySet<Role> = new Set(["admin", "reviewer"]);

export const mayReview = (role: Role): boolean => REVIEWERS.has(role);

/** Why objects of a task in this state are not this role's to change; null when they are. */
export function closedFor(role: Role, state: TaskState): "role" | "submitted" | "accepted" | null {
  if (!ANNOTATORS.has(role)) return "role";
  if (state === "accepted") return "accepted";
  if (state === "submitted" && !mayReview(role)) return "submitted";
  return null;
}

/** `needsLease` is true when the task is free and this person may work on it. */
export function accessTo(
  role: Role,
  state: TaskState,
  lease: Lease | null,
  userId: number,
): { access: Access; needsLease: boolean } {
  const reason = closedFor(role, state);
  if (reason !== null) return { access: { kind: "view", reason }, needsLease: false };
  if (lease === null) return { access: { kind: "opening" }, needsLease: true };
  if (lease.holder.id === userId) return { access: { kind: "edit" }, needsLease: false };
  return { access: { kind: "view", reason: "held", holder: lease.holder.username }, needsLease: false };
}
