import type { Comment } from "../../../api/types";
import { ana } from "../../../sync/testing/factories";
import type { CommentApi, NewComment } from "./api";

/** A whole, valid comment for tests; a test names only what it is about. */
export function aComment(id: number, changes: Partial<Comment> = {}): Comment {
  const reply = changes.parent_id !== undefined && changes.parent_id !== null;
  return {
    id,
    client_id: `client-${id}`,
    task_id: 7,
    parent_id: null,
    annotation_id: null,
    x: reply ? null : 30,
    y: reply ? null : 40,
    text: `words ${id}`,
    author: ana,
    version: 1,
    deleted: false,
    resolved_by: null,
    resolved_at: null,
    created_at: "2026-01-02T03:04:05Z",
    edited_at: null,
    ...changes,
  };
}

export class MemoryStorage {
  readonly kept = new Map<string, string>();
  getItem = (name: string): string | null => this.kept.get(name) ?? null;
  setItem = (name: string, value: string): void => void this.kept.set(name, value);
  removeItem = (name: string): void => void this.kept.delete(name);
}

/** A server for comments that answers, refuses or breaks as a test tells it to. */
export class FakeCommentApi implements CommentApi {
  readonly asked: [name: string, ...values: unknown[]][] = [];
  /** Answers to come, in order; without one a request is answered as the server would. */
  readonly answers: (() => Promise<Comment>)[] = [];
  private id = 100;

  create = (_taskId: number, comment: NewComment): Promise<Comment> => {
    this.asked.push(["create", comment]);
    const { text, client_id, parent_id = null, annotation_id = null, x = null, y = null } = comment;
    return this.next(() => aComment((this.id += 1), { text, client_id, parent_id, annotation_id, x, y }));
  };

  change = (id: number, change: { version: number; text?: string; resolved?: boolean }): Promise<Comment> => {
    this.asked.push(["change", id, change]);
    const resolved_at = change.resolved === true ? "2026-01-02T03:04:05Z" : null;
    return this.next(() => aComment(id, { version: change.version + 1, resolved_at, ...(change.text === undefined ? {} : { text: change.text }) }));
  };

  remove = (id: number, version: number): Promise<Comment> => {
    this.asked.push(["remove", id, version]);
    return this.next(() => aComment(id, { version: version + 1, deleted: true, text: "" }));
  };

  private next(usual: () => Comment): Promise<Comment> {
    return this.answers.shift()?.() ?? Promise.resolve(usual());
  }
}
