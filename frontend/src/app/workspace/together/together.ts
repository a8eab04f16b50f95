import type { User } from "../../../api/types";
import type { EngineApi, EngineStatus } from "../../../engine";
import { Presence, UndoKeeper, type HistoryStore, type Tabs, type TaskSession, type WorkClock } from "../../../sync";

/** After this long without a sign of life at this page, what is selected here is not being edited. */
const AWAY_MS = 60_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

export interface TogetherOptions {
  readonly engine: EngineApi;
  readonly session: TaskSession;
  readonly store: HistoryStore;
  readonly me: User;
  readonly taskId: number;
  readonly tabs: Pick<Tabs, "name" | "others">;
  readonly clock: WorkClock;
  /** Where signs of life come from. */
  readonly target: Pick<EventTarget, "addEventListener" | "removeEventListener">;
  readonly now?: () => number;
}

/** What an open task shares with other people and tabs, and keeps for the next visit. */
export class Together {
  readonly presence: Presence;
  readonly undo: UndoKeeper;
  private readonly stops: readonly (() => void)[];
  private lastSign: number;

  constructor(private readonly options: TogetherOptions) {
    const { engine, session, store, me, taskId, tabs, clock } = options;
    const now = options.now ?? ((): number => performance.now());
    this.lastSign = now();
    const isActive = (): boolean => now() - this.lastSign < AWAY_MS;
    this.presence = new Presence({ me, send: session.send, onEvent: session.onEvent, isActive });
    this.undo = new UndoKeeper({
      key: { userId: me.id, taskId, tab: tabs.name },
      history: engine.history,
      session,
      store,
      openTabs: () => tabs.others(),
    });
    this.stops = [
      this.watchSigns(() => {
        this.lastSign = now();
        clock.sign();
      }),
      engine.onStatus((status) => {
        clock.follow(status);
        this.point(status);
        this.sayEditing();
      }),
      session.subscribe(() => this.sayEditing()),
    ];
    clock.follow(engine.status());
    void this.undo.start();
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.undo.close();
    this.presence.close();
  }

  private watchSigns(sign: () => void): () => void {
    const { target } = this.options;
    for (const name of SIGNS) target.addEventListener(name, sign, { capture: true, passive: true });
    return () => {
      for (const name of SIGNS) target.removeEventListener(name, sign, { capture: true });
    };
  }

  private point({ pointer, tool, selection }: EngineStatus): void {
    const objectId = this.numberOf(selection);
    this.presence.pointAt(pointer === null ? null : { x: pointer.x, y: pointer.y, tool, objectId });
  }

  /** Who may change the task and has an object selected is about to change it. */
  private sayEditing(): void {
    const { engine, session } = this.options;
    const mayEdit = session.snapshot().access.kind === "edit";
    this.presence.edit(mayEdit ? this.numberOf(engine.status().selection) : null);
  }

  private numberOf(clientId: string | null): number | null {
    return clientId === null ? null : (this.options.session.annotation(clientId)?.id ?? null);
  }
}
