import { isApiError } from "../../../api/errors";
import type { Annotation } from "../../../api/types";
import type { EngineApi } from "../../../engine";
import type { TaskSession } from "../../../sync";
import { describeError } from "../../data/describeError";
import { t } from "../../i18n";
import { reviewApi, type ReviewApi } from "./api";
import { NOTHING_SAID, sameSaid, saidOf, type Heard, type Said } from "./verdicts";

/** Longer than a slow network needs for the last edit. */
const FLUSH_MS = 8_000;

export interface ReviewState {
  /** What is said of each object that anything is said of, by the client's name for it. */
  readonly said: ReadonlyMap<string, Heard>;
  /** The object for whose rejection reasons are being chosen. */
  readonly rejecting: string | null;
  /** Why the last verdict did not hold, in one sentence. */
  readonly problem: string | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** What this person said last, for who cannot see the mark appear. */
  readonly latest: { readonly id: string; readonly said: Said } | null;
}

const QUIET: ReviewState = {
  said: new Map(),
  rejecting: null,
  problem: null,
  canUndo: false,
  canRedo: false,
  latest: null,
};

/** One verdict, complete enough to be turned round. */
interface Step {
  readonly id: string;
  readonly before: Said;
  readonly after: Said;
  /** How many edits of objects came before it: Undo takes back whatever was done last. */
  readonly edits: number;
}

interface DeskOptions {
  session: Pick<TaskSession, "annotation" | "heard" | "flush" | "onEvent" | "retry" | "snapshot" | "subscribe">;
  engine: Pick<EngineApi, "objects" | "onObjects">;
  user: { readonly id: number };
  api?: ReviewApi;
}

/** Verdicts on the objects of an open task: shown at once, sent in order, taken back like any other step. */
export class ReviewDesk {
  readonly api: ReviewApi;
  private readonly pending = new Map<string, Said>();
  private readonly listeners = new Set<() => void>();
  private undone: Step[] = [];
  private done: Step[] = [];
  private edits = 0;
  private chain: Promise<void> = Promise.resolve();
  private state = QUIET;

  constructor(private readonly options: DeskOptions) {
    this.api = options.api ?? reviewApi;
    const { session, engine } = options;
    engine.onObjects((_diff, source) => {
      if (source === "user") this.edits += 1;
      this.refresh();
    });
    session.onEvent((event) => {
      if (event.type === "task.opened" || event.type === "annotation.changed") this.refresh();
      // Decided by somebody: what was judged before is no longer this person's to take back.
      if (event.type === "task.changed" && event.task.state !== "submitted") this.forget();
    });
    this.refresh();
  }

  readonly snapshot = (): ReviewState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  of(id: string): Said {
    return this.state.said.get(id) ?? NOTHING_SAID;
  }

  /** Chooses reasons for an object, or (with null) stops it. */
  choose(id: string | null): void {
    this.set({ rejecting: id, problem: null });
  }

  dismiss(): void {
    this.set({ problem: null });
  }

  /** Says a sentence where verdicts are given. */
  tell(problem: string): void {
    this.set({ problem });
  }

  judge(id: string, said: Said): Promise<void> {
    const before = this.of(id);
    this.set({ rejecting: null, problem: null });
    if (sameSaid(before, said)) return Promise.resolve();
    const step: Step = { id, before, after: said, edits: this.edits };
    this.done.push(step);
    this.undone = [];
    return this.send(id, said, () => {
      this.done = this.done.filter((each) => each !== step);
    });
  }

  /** Takes the newest verdict back, unless something else was done since; the object it was about, or null. */
  undo(): string | null {
    const step = this.done.at(-1);
    if (step === undefined || step.edits !== this.edits) return null;
    this.done.pop();
    this.undone.push(step);
    void this.send(step.id, step.before, () => this.forget());
    return step.id;
  }

  redo(): string | null {
    const step = this.undone.at(-1);
    if (step === undefined || step.edits !== this.edits) return null;
    this.undone.pop();
    this.done.push(step);
    void this.send(step.id, step.after, () => this.forget());
    return step.id;
  }

  /** Shows it at once and sends it after what was said before it. */
  private send(id: string, said: Said, failed: () => void): Promise<void> {
    this.pending.set(id, said);
    this.refresh();
    this.set({ latest: { id, said } });
    this.chain = this.chain.then(async () => {
      try {
        await this.deliver(id, said);
      } catch (error) {
        failed();
        this.set({ problem: this.explain(error) });
      } finally {
        if (this.pending.get(id) === said) this.pending.delete(id);
        this.refresh();
      }
    });
    return this.chain;
  }

  private async deliver(id: string, said: Said): Promise<void> {
    const { session } = this.options;
    // A verdict is about the object as it is stored; what was just drawn goes first.
    if (!(await session.flush(FLUSH_MS))) throw new Unsent();
    const annotation = session.annotation(id);
    if (annotation === null) throw new Unsent();
    session.heard(await this.api.judge(annotation.id, annotation.version, said));
  }

  /** One sentence, in which a colleague who was faster is no error. */
  private explain(error: unknown): string {
    const { session, user } = this.options;
    if (error instanceof Unsent) return t("review.unsent");
    if (isApiError(error, "stale_version")) {
      const current = error.details["current"];
      if (!isAnnotation(current)) return describeError(error);
      session.heard(current);
      return overtaken(current, user.id);
    }
    if (isApiError(error, "task_not_submitted")) {
      void session.retry();
      return t("review.decided");
    }
    if (isApiError(error, "lease_held")) void session.retry();
    return describeError(error);
  }

  private forget(): void {
    this.done = [];
    this.undone = [];
    this.refresh();
  }

  private refresh(): void {
    const said = new Map<string, Heard>();
    for (const { id } of this.options.engine.objects()) {
      const waiting = this.pending.get(id);
      const annotation = waiting === undefined ? this.options.session.annotation(id) : null;
      const heard: Heard | null = waiting !== undefined ? { ...waiting, by: null } : annotation && saidOf(annotation);
      if (heard !== null && heard.verdict !== "none") said.set(id, this.known(id, heard));
    }
    this.set({ said });
  }

  /** The same object while nothing in it changes, so that rows of a long list stay as they are. */
  private known(id: string, heard: Heard): Heard {
    const before = this.state.said.get(id);
    return before !== undefined && sameSaid(before, heard) && before.by === heard.by ? before : heard;
  }

  private set(change: Partial<ReviewState>): void {
    const canUndo = this.done.at(-1)?.edits === this.edits;
    const canRedo = this.undone.at(-1)?.edits === this.edits;
    this.state = { ...this.state, ...change, canUndo, canRedo };
    for (const listener of [...this.listeners]) listener();
  }
}

/** The object is not stored yet. */
class Unsent extends Error {}

function overtaken(current: Annotation, me: number): string {
  const by = current.verdict_by;
  if (current.verdict !== "none" && by !== null && by.id !== me) {
    return t(`review.overtaken.${current.verdict}`, { name: by.username });
  }
  return t("review.overtaken.changed", { name: current.updated_by.username });
}

function isAnnotation(value: unknown): value is Annotation {
  return typeof value === "object" && value !== null && "client_id" in value && "verdict" in value;
}

const desks = new WeakMap<object, ReviewDesk>();

/** The one desk of an open task; the first call, on opening it, makes it. */
export function reviewOf(options: DeskOptions): ReviewDesk {
  const known = desks.get(options.session);
  if (known !== undefined) return known;
  const made = new ReviewDesk(options);
  desks.set(options.session, made);
  return made;
}
