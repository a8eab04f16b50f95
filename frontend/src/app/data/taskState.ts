import type { Counts, Task } from "../../api/types";
import type { ListFilter, TaskFilter } from "../../api/calls";

/** The states of progress that a person sees, in the order of the work. */
export const TASK_STATES: readonly TaskFilter[] = [
  "open",
  "in_progress",
  "submitted",
  "changes_requested",
  "accepted",
  "skipped",
];

export function isListFilter(value: unknown): value is ListFilter {
  return value === "flagged" || value === "held_out" || TASK_STATES.some((state) => state === value);
}

/** Nobody misses a state that is rare while no task is in it. */
export function worthShowing(state: TaskFilter, counts: Counts): boolean {
  return state !== "skipped" || counts.skipped > 0;
}

/** `now` in ms since the epoch. A lease that ran out counts for nothing, even before the server says so. */
export function hasLiveLease(task: Pick<Task, "lease">, now: number): boolean {
  return task.lease !== null && Date.parse(task.lease.expires_at) > now;
}

/** The state to show: somebody at work turns open, changes requested or skipped into in progress. */
export function shownState(task: Pick<Task, "state" | "lease">, now: number): TaskFilter {
  const editable = task.state === "open" || task.state === "changes_requested" || task.state === "skipped";
  return editable && hasLiveLease(task, now) ? "in_progress" : task.state;
}

/** Tasks an annotator could be given next. */
export function waitingForAnnotation(counts: Counts): number {
  return counts.open + counts.changes_requested;
}

export function shareAccepted(counts: Counts): number {
  return counts.total === 0 ? 0 : counts.accepted / counts.total;
}
