import type { EngineStatus, RecordsDiff } from "../engine/types";
import type { WorkTime } from "./workTime";

/** A pause longer than this was no work, whatever it was. */
export const IDLE_MS = 30_000;

type Seen = Pick<EngineStatus, "tool" | "points" | "queued" | "drawing" | "selection">;

/** What one works on: an object that is half made, or the one that is selected; null when neither. */
type Subject = { readonly kind: "draft" } | { readonly kind: "object"; readonly id: string } | null;

const EXTREME_POINTS = 4;

function subjectOf({ points, queued, drawing, selection }: Seen): Subject {
  if (points.length > 0 || queued > 0 || (drawing && selection === null)) return { kind: "draft" };
  return selection === null ? null : { kind: "object", id: selection };
}

function sameSubject(a: Subject, b: Subject): boolean {
  if (a?.kind === "object" && b?.kind === "object") return a.id === b.id;
  return a?.kind === b?.kind;
}

/** Milliseconds by tool. */
type Account = Map<string, number>;
const newAccount = (): Account => new Map<string, number>();

/**
 * Measures what an object takes from its first click to its acceptance, or a change from the selection of the object
 * on: the time between signs of work, as long as none of these pauses is too long.
 */
export class WorkClock {
  private subject: Subject = null;
  private tool = "";
  private last = 0;
  /** Of the object that is accepted next, and of the one that is clicked ahead meanwhile. */
  private accounts: [Account, Account] = [newAccount(), newAccount()];
  private ahead = false;
  private queued = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The person moved, pressed or typed something. */
  sign(): void {
    const now = this.now();
    const gap = now - this.last;
    this.last = now;
    if (this.subject === null || gap <= 0 || gap > IDLE_MS) return;
    const account = this.accounts[this.ahead ? 1 : 0];
    account.set(this.tool, (account.get(this.tool) ?? 0) + gap);
  }

  /** The engine's newest status. */
  follow(status: Seen): void {
    const subject = subjectOf(status);
    if (!sameSubject(subject, this.subject)) {
      this.accounts = [newAccount(), newAccount()];
      this.last = this.now();
    } else if (status.queued < this.queued) {
      // The one that was clicked ahead is dropped, or is the only one now; `take` has moved its account already.
      this.accounts[1] = newAccount();
    }
    this.subject = subject;
    this.tool = status.tool;
    this.queued = status.queued;
    this.ahead = status.queued > 0 && status.points.length < EXTREME_POINTS;
  }

  /** The person's edit: which object the work was for, and how long it took; null when it came without work. */
  take(diff: RecordsDiff): { readonly clientId: string; readonly time: WorkTime } | null {
    this.sign();
    const clientId = this.workedOn(diff);
    if (clientId === null) return null;
    const [account, next] = this.accounts;
    this.accounts = [next, newAccount()];
    if (this.queued > 0) this.queued -= 1;
    const time = timeOf(account);
    return time.seconds === 0 ? null : { clientId, time };
  }

  private workedOn({ added, updated, removed }: RecordsDiff): string | null {
    if (this.subject?.kind === "draft") return Object.keys(added)[0] ?? null;
    const id = this.subject?.id;
    return id !== undefined && (id in added || id in updated || id in removed) ? id : null;
  }
}

function timeOf(account: Account): WorkTime {
  const exact = (ms: number): number => Math.round(ms) / 1000;
  const tools = Object.fromEntries([...account].map(([tool, ms]) => [tool, exact(ms)]));
  return { seconds: exact([...account.values()].reduce((sum, ms) => sum + ms, 0)), tools };
}
