/** Whether the guide lies open beside the image, and which text of it was read last; kept in this browser. */
import { useSyncExternalStore } from "react";

const OPEN = "cardinal.guide.open";
const READ = "cardinal.guide.read.";

type Listener = () => void;
const listeners = new Set<Listener>();

/** Without a place to keep it (a browser may forbid one) it is remembered until the page is left. */
const memory = new Map<string, string>();

function read(key: string): string | null {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(key: string, value: string): void {
  memory.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // Remembered above.
  }
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A short name of a text, by which a changed one is noticed. */
export function textMark(text: string): string {
  let sum = 5381;
  for (let index = 0; index < text.length; index += 1) sum = (Math.imul(sum, 33) ^ text.charCodeAt(index)) >>> 0;
  return `${text.length}-${sum.toString(36)}`;
}

export const guidePanel = {
  isOpen: (): boolean => read(OPEN) === "yes",
  set: (open: boolean): void => write(OPEN, open ? "yes" : "no"),
  toggle: (): void => guidePanel.set(!guidePanel.isOpen()),
  /** True for a text that another one was read before. */
  hasChanged: (projectId: number, text: string): boolean => {
    const last = read(READ + projectId);
    return last !== null && last !== textMark(text);
  },
  wasRead: (projectId: number, text: string): void => {
    if (read(READ + projectId) !== textMark(text)) write(READ + projectId, textMark(text));
  },
};

export function useGuideOpen(): boolean {
  return useSyncExternalStore(subscribe, guidePanel.isOpen);
}

export function useGuideChanged(projectId: number, text: string): boolean {
  return useSyncExternalStore(subscribe, () => guidePanel.hasChanged(projectId, text));
}
