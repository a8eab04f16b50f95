/** Who may do what about skips and flags. The server decides; the bar only hides what it would refuse. */
import type { Role, Task } from "../../../api/types";
import { can } from "../../data/permissions";

export type Mark = NonNullable<Task["skip"]>;

/** One's own mark can be taken back, and an admin takes everybody's. */
export function mayTakeBack(mark: Mark, role: Role, userId: number): boolean {
  return can(role, "manage") || (can(role, "annotate") && mark.by.id === userId);
}

/** States in which a task can be left to others. */
export function maySkip(state: Task["state"]): boolean {
  return state === "open" || state === "changes_requested" || state === "skipped";
}
