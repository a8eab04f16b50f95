import { useSyncExternalStore } from "react";

import type { OtherPointer, PresenceSnapshot } from "../../../sync";
import { useWorkplace } from "../desk";

/** Who else is on the task and what they edit. */
export function usePresence(): PresenceSnapshot {
  const { presence } = useWorkplace().together;
  return useSyncExternalStore(presence.subscribe, presence.snapshot);
}

export function usePointers(): readonly OtherPointer[] {
  const { presence } = useWorkplace().together;
  return useSyncExternalStore(presence.onPointers, presence.pointers);
}
