import { useEffect } from "react";

import type { DialogName } from "./OpenTask";
import { useWorkplace } from "./desk";
import type { Flow } from "./useFlow";

interface KeysOptions {
  flow: Flow;
  onDialog: (name: DialogName) => void;
  /** True while a dialog has the keyboard. */
  blocked: boolean;
}

const TYPING = new Set(["INPUT", "TEXTAREA", "SELECT"]);

/** Keys for the task as a whole; all others are the engine's. */
export function useKeys({ flow, onDialog, blocked }: KeysOptions): void {
  const { engine } = useWorkplace();
  useEffect(() => {
    if (blocked) return;
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      const action = pageAction(event, flow, onDialog);
      if (action === null) {
        engine.handleKey(event);
        return;
      }
      event.preventDefault();
      if (!event.repeat) action();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [engine, flow, onDialog, blocked]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role='dialog'], [role='menu']") !== null) return true;
  return TYPING.has(target.tagName) || target.isContentEditable;
}

type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** What a key does to the task, or null when it is not one of these keys or not possible now. */
export function pageAction(event: KeyPress, flow: Flow, onDialog: (name: DialogName) => void): (() => void) | null {
  const { decisions } = flow;
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    const submits = event.key === "Enter" && decisions.includes("submit");
    return submits ? () => flow.decide({ kind: "submit" }) : null;
  }
  if (event.key === "?") return () => onDialog("keys");
  if (event.shiftKey) return null;
  switch (letterOf(event)) {
    case "n":
      return () => flow.next();
    case "a":
      return decisions.includes("accept") ? () => flow.decide({ kind: "accept" }) : null;
    case "j":
      return decisions.includes("requestChanges") ? () => onDialog("changes") : null;
    default:
      return null;
  }
}

/** The Latin letter, by its place on the keyboard where the layout has another alphabet. */
function letterOf({ key, code }: KeyPress): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  return place !== undefined && /^[^\u0020-\u007e]$/.test(key) ? place.toLowerCase() : "";
}
