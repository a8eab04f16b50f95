import { useSyncExternalStore } from "react";

/** The draft that the pointer or the keyboard is on in the list; the picture shows which one it is. */
let pointedAt: number | null = null;
const listeners = new Set<() => void>();

export function pointAt(draftId: number | null): void {
  if (pointedAt === draftId) return;
  pointedAt = draftId;
  for (const listener of listeners) listener();
}

export function usePointed(): number | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => pointedAt,
  );
}
