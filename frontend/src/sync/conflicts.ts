import type { Annotation } from "../api/types";
import type { ObjectRecord } from "../engine/types";
import { recordOf } from "./records";
import { visitName, type OutboxPlace, type OutboxStore } from "./store";

/** An edit that came after somebody else's. Theirs stands; one's own is kept until the person has chosen. */
export interface Conflict {
  readonly id: string;
  readonly clientId: string;
  /** Null: the person deleted the object. */
  readonly mine: ObjectRecord | null;
  /** Null: the other one deleted it. */
  readonly theirs: ObjectRecord | null;
  readonly by: string;
  /** When theirs was stored, as the server writes times. */
  readonly at: string;
}

export function conflictWith(current: Annotation, mine: ObjectRecord | null): Conflict {
  return {
    id: visitName(),
    clientId: current.client_id,
    mine,
    theirs: current.deleted ? null : recordOf(current),
    by: current.updated_by.username,
    at: current.updated_at,
  };
}

export interface ConflictsOptions {
  readonly key: OutboxPlace;
  readonly store: OutboxStore;
  /** Writes to the store in the order of the calls, whoever else writes. */
  readonly write: (change: () => Promise<void>) => void;
  readonly onChange: () => void;
}

/** The conflicts of one task that wait for a choice; they outlive the page. */
export class Conflicts {
  private waiting: readonly Conflict[] = [];

  constructor(private readonly options: ConflictsOptions) {}

  get all(): readonly Conflict[] {
    return this.waiting;
  }

  async load(): Promise<void> {
    const { store, key } = this.options;
    try {
      this.waiting = await store.conflicts(key);
    } catch {
      // Without the browser's database there are none from before; the outbox says that nothing is kept.
    }
  }

  add(conflict: Conflict): void {
    const { store, key, write, onChange } = this.options;
    this.waiting = [...this.waiting, conflict];
    write(() => store.putConflict(key, conflict));
    onChange();
  }

  /** The person has chosen. */
  settle(id: string): void {
    const { store, key, write, onChange } = this.options;
    this.waiting = this.waiting.filter((conflict) => conflict.id !== id);
    write(() => store.removeConflict(key, id));
    onChange();
  }
}
