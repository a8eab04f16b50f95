import { client, unwrap } from "../../../api/client";
import type { Comment } from "../../../api/types";

/** A thread's first comment, or a reply. */
export interface NewComment {
  readonly text: string;
  readonly client_id: string;
  readonly x?: number;
  readonly y?: number;
  readonly annotation_id?: number;
  readonly parent_id?: number;
}

/** The requests about comments. Each throws an `ApiError`. */
export interface CommentApi {
  create(taskId: number, comment: NewComment): Promise<Comment>;
  change(commentId: number, change: { version: number; text?: string; resolved?: boolean }): Promise<Comment>;
  remove(commentId: number, version: number): Promise<Comment>;
}

const TIMEOUT_MS = 15_000;
const soon = () => AbortSignal.timeout(TIMEOUT_MS);
const at = (commentId: number) => ({ path: { comment_id: commentId } });

export const commentApi: CommentApi = {
  create(taskId, comment) {
    const params = { path: { task_id: taskId } };
    return unwrap(client.POST("/api/tasks/{task_id}/comments", { params, body: comment, signal: soon() }));
  },
  change: (commentId, change) =>
    unwrap(client.PATCH("/api/comments/{comment_id}", { params: at(commentId), body: change, signal: soon() })),
  remove(commentId, version) {
    const params = { ...at(commentId), query: { version } };
    return unwrap(client.DELETE("/api/comments/{comment_id}", { params, signal: soon() }));
  },
};
