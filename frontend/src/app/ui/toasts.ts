import { useSyncExternalStore } from "react";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "error";
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** Long enough to read twice and reach "Undo" by keyboard. */
const LASTS_MS = 15_000;

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a short message; with an action it is the place for "Undo". */
export function showToast(text: string, options: { tone?: Toast["tone"]; action?: Toast["action"] } = {}): void {
  const toast: Toast = { id: nextId++, text, tone: options.tone ?? "plain", action: options.action ?? null };
  set([...toasts.slice(-2), toast]);
  setTimeout(() => dismissToast(toast.id), LASTS_MS);
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(subscribe, () => toasts);
}
