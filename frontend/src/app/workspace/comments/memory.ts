import type { Comment } from "../../../api/types";

/** Where an unsent comment belongs, in image pixels; the object by the client's name for it. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly objectId: string | null;
}

/** Words that have not reached the server. The client id makes a second try the same comment. */
export interface Draft {
  readonly text: string;
  readonly clientId: string;
  /** It was sent at least once: the server may have it. */
  readonly tried: boolean;
  readonly spot: Spot | null;
}

type Stored = Pick<Storage, "getItem" | "setItem" | "removeItem">;

function read<T>(storage: Stored, name: string): Record<string, T> {
  try {
    const found: unknown = JSON.parse(storage.getItem(name) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, T>) : {};
  } catch {
    return {};
  }
}

function write(storage: Stored, name: string, value: Readonly<Record<string, unknown>>): void {
  try {
    if (Object.keys(value).length === 0) storage.removeItem(name);
    else storage.setItem(name, JSON.stringify(value));
  } catch {
    // Without storage the words live as long as the page.
  }
}

/** Unsent comments of one task, by where they belong ("new" or "thread-12"); they outlive the page. */
export class Drafts {
  private readonly known: Record<string, Draft>;

  constructor(
    private readonly storage: Stored,
    private readonly name: string,
    private readonly newId: () => string,
  ) {
    this.known = read(storage, name);
  }

  get(key: string): Draft | null {
    return this.known[key] ?? null;
  }

  /** Other words than those that were sent are another comment. */
  write(key: string, text: string, spot: Spot | null = null): Draft {
    const before = this.get(key);
    const same = before !== null && (!before.tried || before.text === text);
    const draft: Draft = {
      text,
      clientId: same ? before.clientId : this.newId(),
      tried: same && before.tried,
      spot: spot ?? before?.spot ?? null,
    };
    return this.put(key, draft);
  }

  sending(key: string): void {
    const draft = this.get(key);
    if (draft !== null) this.put(key, { ...draft, tried: true });
  }

  drop(key: string): void {
    delete this.known[key];
    write(this.storage, this.name, this.known);
  }

  /** The server has a comment: the draft of it, whose answer was lost, is done. */
  arrived(comment: Pick<Comment, "client_id">): void {
    for (const [key, draft] of Object.entries(this.known)) {
      if (draft.clientId === comment.client_id) this.drop(key);
    }
  }

  private put(key: string, draft: Draft): Draft {
    this.known[key] = draft;
    write(this.storage, this.name, this.known);
    return draft;
  }
}

/** More threads than a person follows at a time. */
const MOST_SEEN = 500;

/** The newest comment that a person has seen of each thread, in this browser. */
export class Seen {
  constructor(
    private readonly storage: Stored,
    private readonly name: string,
  ) {}

  of(threadId: number): number {
    return read<number>(this.storage, this.name)[threadId] ?? 0;
  }

  set(threadId: number, newest: number): void {
    const all = { ...read<number>(this.storage, this.name), [threadId]: newest };
    const kept = Object.entries(all).sort(([a], [b]) => Number(b) - Number(a)).slice(0, MOST_SEEN);
    write(this.storage, this.name, Object.fromEntries(kept));
  }
}
