import { isApiError } from "../../api/errors";
import type { SkipInput } from "../../api/taskCalls";
import type { Role, Task, TaskState } from "../../api/types";
import type { EngineStatus } from "../../engine";
import { mayReview, type Access, type Purpose, type SyncApi, type TaskSession } from "../../sync";

/** Longer than a slow network needs for the last edit, and short enough to ask the person instead. */
const FLUSH_MS = 8_000;

export type Decision =
  | { readonly kind: "submit" }
  | { readonly kind: "accept" }
  | { readonly kind: "requestChanges"; readonly comment: string }
  | { readonly kind: "skip"; readonly skip: SkipInput };

/** Those with a button of their own at the end of the bar. */
export type MainDecision = Exclude<Decision["kind"], "skip">;

/** How going on ended. `stuck`: `error` is null when edits could not be sent in time. */
export type FlowResult =
  | { readonly kind: "next"; readonly taskId: number }
  | { readonly kind: "none"; readonly message: string; readonly decided: boolean }
  | { readonly kind: "stuck"; readonly error: unknown };

/** True while an object is half made: going on would throw its clicks away. */
export function isUnfinished(status: Pick<EngineStatus, "points" | "queued" | "drawing">): boolean {
  return status.points.length > 0 || status.queued > 0 || status.drawing;
}

/** What this person can decide about the task now. */
export function decisionsFor(role: Role, state: TaskState, access: Access): readonly MainDecision[] {
  if (state === "accepted") return mayReview(role) ? ["requestChanges"] : [];
  if (access.kind !== "edit") return [];
  return state === "submitted" ? ["accept", "requestChanges"] : ["submit"];
}

/** Work of one kind is followed by work of the same kind: a reviewer goes on to the next submitted task. */
export function purposeOf(role: Role, state: TaskState | null, decision: Decision | null): Purpose {
  if (decision !== null) return decision.kind === "submit" || decision.kind === "skip" ? "annotate" : "review";
  return mayReview(role) && (state === "submitted" || state === "accepted") ? "review" : "annotate";
}

export interface FlowOptions {
  session: Pick<TaskSession, "flush" | "beginLeaving" | "release" | "stay" | "taskChanged">;
  api: SyncApi;
  projectId: number;
  taskId: number;
  purpose: Purpose;
  decision: Decision | null;
}

/** Sends what is unsent, decides about the task if asked to, and takes the next one. */
export async function goOn(options: FlowOptions): Promise<FlowResult> {
  const { session, decision } = options;
  if (!(await session.flush(FLUSH_MS))) return { kind: "stuck", error: null };
  session.beginLeaving();
  let decided = false;
  try {
    if (decision === null) {
      await session.release();
    } else {
      session.taskChanged(await decide(options.api, options.taskId, decision));
      decided = true;
    }
    const next = await options.api.nextTask(options.projectId, options.purpose, options.taskId);
    return { kind: "next", taskId: next.id };
  } catch (error) {
    // A skipped task is for others: it is not taken again, also when there is no other one to go on with.
    if (!decided || decision?.kind !== "skip") session.stay();
    if (isApiError(error, "no_task")) return { kind: "none", message: error.message, decided };
    return { kind: "stuck", error };
  }
}

function decide(api: SyncApi, taskId: number, decision: Decision): Promise<Task> {
  switch (decision.kind) {
    case "submit":
      return api.submit(taskId);
    case "accept":
      return api.accept(taskId);
    case "requestChanges":
      return api.requestChanges(taskId, decision.comment);
    case "skip":
      return api.skip(taskId, decision.skip);
  }
}
