import type { ApiError } from "../api/errors";
import type { Counts, Review, TaskDetail } from "../api/types";
import type { Access } from "./access";
import type { Conflict } from "./conflicts";
import type { Outbox } from "./outbox";
import type { Refusal, SocketState } from "./socket";

/** Where the work stands. `unsent` counts objects whose last edit was not answered yet. */
export type SaveState =
  | { readonly kind: "saved" }
  | { readonly kind: "saving"; readonly unsent: number }
  /** `server`: it can be reached and fails; false when nothing answers. */
  | { readonly kind: "offline"; readonly unsent: number; readonly server: boolean }
  | { readonly kind: "conflict"; readonly unsent: number }
  | { readonly kind: "stopped"; readonly unsent: number; readonly error: ApiError };

export interface RefusedEdit {
  readonly clientId: string;
  readonly error: ApiError;
}

/** All that the interface shows about a task beside its objects; a new object after each change. */
export interface SessionSnapshot {
  readonly connection: SocketState;
  readonly refusal: Refusal | null;
  /** Null until the first fresh state. `annotations` are those of that moment: the engine has the living ones. */
  readonly task: TaskDetail | null;
  readonly review: Review | null;
  readonly counts: Counts | null;
  readonly access: Access;
  readonly save: SaveState;
  readonly conflicts: readonly Conflict[];
  readonly refused: readonly RefusedEdit[];
  readonly unsentIds: ReadonlySet<string>;
  /** True when this browser cannot keep unsent work over a reload. */
  readonly unstored: boolean;
}

/** Says "saved" only when nothing is left to send or to be answered. */
export function saveState(outbox: Outbox, connection: SocketState, conflicts: readonly Conflict[]): SaveState {
  const unsent = outbox.size;
  const refused = outbox.refused()[0];
  const stop = outbox.stop ?? refused?.error;
  if (stop !== undefined && unsent > 0) return { kind: "stopped", unsent, error: stop };
  if (conflicts.length > 0) return { kind: "conflict", unsent };
  if (outbox.failing !== null || connection === "waiting") {
    return { kind: "offline", unsent, server: outbox.failing === "server" };
  }
  return unsent === 0 ? { kind: "saved" } : { kind: "saving", unsent };
}
