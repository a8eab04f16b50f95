/** Work time on its way to the server: what an edit took, and how it adds up while edits wait. */
import type { RecordsDiff } from "../engine/types";

/** Seconds that one edit took, whole and by tool; idle time is left out. */
export interface WorkTime {
  readonly seconds: number;
  readonly tools: Readonly<Record<string, number>>;
}

/** Which of the changed objects the work was for, and how long it took; null when nobody worked on one. */
export type WorkTimeOf = (diff: RecordsDiff) => { readonly clientId: string; readonly time: WorkTime } | null;

/** What the server adds up. */
export interface TimeBody {
  seconds?: number;
  tool_seconds?: Record<string, number>;
}

const exact = (seconds: number): number => Math.round(seconds * 1000) / 1000;

export function addedTime(a: WorkTime | null | undefined, b: WorkTime | null | undefined): WorkTime | null {
  if (a === null || a === undefined) return b ?? null;
  if (b === null || b === undefined) return a;
  const tools: Record<string, number> = { ...a.tools };
  for (const [tool, seconds] of Object.entries(b.tools)) tools[tool] = exact((tools[tool] ?? 0) + seconds);
  return { seconds: exact(a.seconds + b.seconds), tools };
}

/** The field of an entry or a request under way: absent when there is nothing to tell. */
export function timed(time: WorkTime | null | undefined): { time?: WorkTime } {
  return time === null || time === undefined || time.seconds === 0 ? {} : { time };
}

export function withoutTime<Timed extends { readonly time?: WorkTime }>(timed: Timed): Omit<Timed, "time"> {
  const { time, ...rest } = timed;
  return time === undefined ? timed : rest;
}

export function timeBody(time: WorkTime | undefined): TimeBody {
  return time === undefined ? {} : { seconds: time.seconds, tool_seconds: { ...time.tools } };
}
