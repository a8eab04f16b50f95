import { isApiError } from "../../../api/errors";
import type { Comment, User } from "../../../api/types";
import { newId } from "../../../engine";
import type { TaskSession } from "../../../sync";
import { commentApi, type CommentApi } from "./api";
import { Drafts, Seen, type Spot } from "./memory";
import { newer, newestIn, threadsOf, type Thread } from "./threads";

/** What one is doing with comments: nothing, choosing a spot, writing a new one, reading a thread. */
export type Doing =
  | { readonly kind: "nothing" }
  | { readonly kind: "placing" }
  | { readonly kind: "writing"; readonly spot: Spot }
  | { readonly kind: "reading"; readonly threadId: number };

export interface CommentsState {
  readonly threads: readonly Thread[];
  readonly doing: Doing;
  /** Also resolved threads have their pins on the image. */
  readonly showsResolved: boolean;
  /** A comment of somebody else that has just come; for who cannot see it appear. */
  readonly latest: Comment | null;
}

/** The draft of a comment at a new spot; replies are drafted under their thread. */
export const NEW = "new";
export const replyTo = (threadId: number): string => `thread-${threadId}`;

interface StoreOptions {
  session: Pick<TaskSession, "onEvent" | "snapshot" | "annotation">;
  taskId: number;
  user: User;
  api?: CommentApi;
  storage?: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

/** The comments of an open task, as events and answers tell of them, and what the person does with them. */
export class CommentStore {
  readonly drafts: Drafts;
  readonly seen: Seen;
  private readonly api: CommentApi;
  private readonly known = new Map<number, Comment>();
  private readonly listeners = new Set<() => void>();
  private state: CommentsState = { threads: [], doing: { kind: "nothing" }, showsResolved: false, latest: null };

  constructor(private readonly options: StoreOptions) {
    const { session, taskId, user } = options;
    this.api = options.api ?? commentApi;
    const storage = options.storage ?? localStorage;
    this.drafts = new Drafts(storage, `cardinal.comment-drafts.${user.id}.${taskId}`, newId);
    this.seen = new Seen(storage, `cardinal.comments-seen.${user.id}`);
    this.takeAll(session.snapshot().task?.comments ?? []);
    session.onEvent((event) => {
      if (event.type === "task.opened") this.takeAll(event.task.comments);
      if (event.type === "comment.changed") this.told(event.comment);
    });
  }

  readonly snapshot = (): CommentsState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  place(): void {
    this.set({ doing: { kind: "placing" } });
  }

  writeAt(spot: Spot): void {
    const draft = this.drafts.get(NEW);
    this.drafts.write(NEW, draft?.text ?? "", spot);
    this.set({ doing: { kind: "writing", spot } });
  }

  read(threadId: number): void {
    this.set({ doing: { kind: "reading", threadId } });
    this.markSeen();
  }

  /** Closes what is open; unsent words stay in their draft. False when there was nothing to close. */
  close(): boolean {
    const { doing } = this.state;
    if (doing.kind === "nothing") return false;
    if (doing.kind === "writing" && (this.drafts.get(NEW)?.text ?? "").trim() === "") this.drafts.drop(NEW);
    this.set({ doing: { kind: "nothing" } });
    return true;
  }

  showResolved(flag: boolean): void {
    this.set({ showsResolved: flag });
  }

  /** Sends a draft. What cannot be sent throws, and stays drafted. */
  async send(key: string): Promise<void> {
    const draft = this.drafts.get(key);
    const text = draft?.text.trim() ?? "";
    if (draft === null || text === "") return;
    const { taskId } = this.options;
    const where = key === NEW ? this.whereOf(draft.spot) : { parent_id: Number(key.slice("thread-".length)) };
    this.drafts.sending(key);
    const comment = await this.api.create(taskId, { text, client_id: draft.clientId, ...where });
    this.drafts.drop(key);
    this.take(comment);
    if (key === NEW && this.state.doing.kind === "writing") this.read(comment.id);
    else this.markSeen();
  }

  async changeText(comment: Comment, text: string): Promise<void> {
    await this.write(comment, (latest) => this.api.change(latest.id, { version: latest.version, text }));
  }

  /** Somebody else's change in between does not stand in the way of this one. */
  async resolve(thread: Thread, resolved: boolean): Promise<void> {
    const write = (): Promise<void> =>
      this.write(thread.first, (latest) => this.api.change(latest.id, { version: latest.version, resolved }));
    try {
      await write();
    } catch (error) {
      if (!isApiError(error, "stale_version")) throw error;
      const now = this.known.get(thread.id);
      if (now !== undefined && (now.resolved_at !== null) !== resolved) await write();
    }
    if (resolved && !this.state.showsResolved) this.set({ doing: { kind: "nothing" } });
  }

  async remove(comment: Comment): Promise<void> {
    await this.write(comment, (latest) => this.api.remove(latest.id, latest.version));
  }

  private async write(comment: Comment, request: (latest: Comment) => Promise<Comment>): Promise<void> {
    try {
      this.take(await request(this.known.get(comment.id) ?? comment));
    } catch (error) {
      const current = isApiError(error, "stale_version") ? error.details["current"] : null;
      if (isComment(current)) this.take(current);
      throw error;
    }
  }

  private whereOf(spot: Spot | null): { x?: number; y?: number; annotation_id?: number } {
    if (spot === null) return {};
    const about = spot.objectId === null ? null : this.options.session.annotation(spot.objectId);
    return { x: spot.x, y: spot.y, ...(about === null ? {} : { annotation_id: about.id }) };
  }

  private takeAll(comments: readonly Comment[]): void {
    for (const comment of comments) this.known.set(comment.id, newer(this.known.get(comment.id), comment));
    this.set({ threads: threadsOf(this.known.values()) });
  }

  private take(comment: Comment): void {
    this.drafts.arrived(comment);
    this.takeAll([comment]);
  }

  private told(comment: Comment): void {
    const isNew = !this.known.has(comment.id) && comment.author.id !== this.options.user.id;
    this.take(comment);
    if (isNew) this.set({ latest: comment });
    this.markSeen();
  }

  /** What comes into the thread that one reads has been seen. */
  private markSeen(): void {
    const { doing, threads } = this.state;
    if (doing.kind !== "reading") return;
    const thread = threads.find((each) => each.id === doing.threadId);
    if (thread === undefined) {
      this.set({ doing: { kind: "nothing" } });
      return;
    }
    if (this.seen.of(thread.id) >= newestIn(thread)) return;
    this.seen.set(thread.id, newestIn(thread));
    this.set({});
  }

  private set(change: Partial<CommentsState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of [...this.listeners]) listener();
  }
}

function isComment(value: unknown): value is Comment {
  return typeof value === "object" && value !== null && "parent_id" in value && "version" in value;
}

const stores = new WeakMap<object, CommentStore>();

/** The one store of an open task; the first call, on opening it, makes it. */
export function commentsOf(options: StoreOptions): CommentStore {
  const known = stores.get(options.session);
  if (known !== undefined) return known;
  const made = new CommentStore(options);
  stores.set(options.session, made);
  return made;
}
