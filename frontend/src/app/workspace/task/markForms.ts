/** Which of the bar's small forms is unfolded: a press on its button does it, and so does a key. */
import { useSyncExternalStore } from "react";

export type MarkForm = "skip" | "flag";

type Listener = () => void;
const listeners = new Set<Listener>();
let unfolded: MarkForm | null = null;

export const markForms = {
  unfolded: (): MarkForm | null => unfolded,
  unfold(form: MarkForm | null): void {
    if (form === unfolded) return;
    unfolded = form;
    for (const listener of [...listeners]) listener();
  },
};

function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useUnfolded(form: MarkForm): boolean {
  return useSyncExternalStore(subscribe, () => unfolded === form);
}
