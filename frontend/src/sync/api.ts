import { client, unwrap } from "../api/client";
import { skipTask, type SkipInput } from "../api/taskCalls";
import type { Annotation, Lease, Task, TaskDetail } from "../api/types";
import type { Operation } from "./operations";

export type Purpose = "annotate" | "review";

/** The requests that the workspace makes beside its socket. Each throws an `ApiError`. */
export interface SyncApi {
  send(taskId: number, operation: Operation): Promise<Annotation>;
  takeLease(taskId: number): Promise<Lease>;
  releaseLease(taskId: number): Promise<void>;
  task(taskId: number): Promise<TaskDetail>;
  submit(taskId: number): Promise<Task>;
  accept(taskId: number): Promise<Task>;
  requestChanges(taskId: number, comment: string): Promise<Task>;
  skip(taskId: number, input: SkipInput): Promise<Task>;
  nextTask(projectId: number, purpose: Purpose, after: number): Promise<TaskDetail>;
}

/** A request that hangs longer than this counts as unanswered and is tried again. */
const TIMEOUT_MS = 15_000;

const soon = () => AbortSignal.timeout(TIMEOUT_MS);
const at = (taskId: number) => ({ params: { path: { task_id: taskId } }, signal: soon() });

export const syncApi: SyncApi = {
  send(taskId, operation) {
    if (operation.kind === "create") {
      return unwrap(client.POST("/api/tasks/{task_id}/annotations", { ...at(taskId), body: operation.body }));
    }
    const params = { path: { annotation_id: operation.annotationId } };
    return unwrap(client.PATCH("/api/annotations/{annotation_id}", { params, signal: soon(), body: operation.body }));
  },
  takeLease: (taskId) => unwrap(client.POST("/api/tasks/{task_id}/lease", at(taskId))),
  async releaseLease(taskId) {
    await unwrap(client.DELETE("/api/tasks/{task_id}/lease", at(taskId)));
  },
  task: (taskId) => unwrap(client.GET("/api/tasks/{task_id}", at(taskId))),
  submit: (taskId) => unwrap(client.POST("/api/tasks/{task_id}/submit", at(taskId))),
  accept: (taskId) => unwrap(client.POST("/api/tasks/{task_id}/accept", at(taskId))),
  requestChanges: (taskId, comment) =>
    unwrap(client.POST("/api/tasks/{task_id}/request-changes", { ...at(taskId), body: { comment } })),
  skip: skipTask,
  nextTask(projectId, purpose, after) {
    const params = { path: { project_id: projectId }, query: { purpose, after } };
    return unwrap(client.GET("/api/projects/{project_id}/tasks/next", { params, signal: soon() }));
  },
};
