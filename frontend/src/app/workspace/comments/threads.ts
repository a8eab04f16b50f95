import type { Comment, User } from "../../../api/types";

/** For so long its author may change a comment; the server holds to the same. */
export const CHANGEABLE_MS = 15 * 60_000;

/** A comment with its replies, the oldest first. */
export interface Thread {
  readonly id: number;
  readonly first: Comment;
  readonly replies: readonly Comment[];
  readonly resolved: boolean;
}

/** All threads in which anything is left to read, the oldest first. */
export function threadsOf(comments: Iterable<Comment>): readonly Thread[] {
  const sorted = [...comments].sort((a, b) => a.id - b.id);
  const replies = new Map<number, Comment[]>();
  for (const comment of sorted) {
    if (comment.parent_id === null) continue;
    replies.set(comment.parent_id, [...(replies.get(comment.parent_id) ?? []), comment]);
  }
  return sorted
    .filter((comment) => comment.parent_id === null)
    .map((first) => ({
      id: first.id,
      first,
      replies: replies.get(first.id) ?? [],
      resolved: first.resolved_at !== null,
    }))
    .filter((thread) => shownIn(thread).length > 0);
}

/** What can be read in a thread. */
export function shownIn({ first, replies }: Pick<Thread, "first" | "replies">): readonly Comment[] {
  return [first, ...replies].filter((comment) => !comment.deleted);
}

export function newestIn({ first, replies }: Pick<Thread, "first" | "replies">): number {
  return replies.at(-1)?.id ?? first.id;
}

/** Comments of others that this person has not seen; `seen` is the newest they have. */
export function unreadIn(thread: Thread, seen: number, me: Pick<User, "id">): number {
  return shownIn(thread).filter((comment) => comment.id > seen && comment.author.id !== me.id).length;
}

export function canChange(comment: Comment, me: Pick<User, "id">, now: number): boolean {
  return comment.author.id === me.id && !comment.deleted && now - Date.parse(comment.created_at) < CHANGEABLE_MS;
}

/** The newer of two states of one comment. */
export function newer(known: Comment | undefined, told: Comment): Comment {
  return known === undefined || told.version > known.version ? told : known;
}
