import { useSyncExternalStore } from "react";

import type { Sight } from "../../../engine";
import { useWorkplace } from "../desk";

/** What this person has hidden, isolated and locked. */
export function useSight(): Sight {
  const { visibility } = useWorkplace().engine.edits;
  return useSyncExternalStore(
    (listener) => visibility.listen(listener),
    () => visibility.state(),
  );
}

export function isHidden({ hidden, only }: Sight, id: string): boolean {
  return only === null ? hidden.has(id) : !only.has(id);
}
