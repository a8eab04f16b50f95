import { useEffect } from "react";

import { isKeyOf, isTyping, useCommandKeys } from "../../commands/dispatch";
import { useWorkplace } from "../desk";
import type { Flow } from "../useFlow";
import { useWork } from "../useKeys";
import { reviewCommands } from "./reviewCommands";
import { wish } from "./useDifference";

const COMPARE = "review.compare";

/** A press shorter than this switches the colours on or off; a longer one shows the proposal as long as it lasts. */
const HELD_MS = 220;

/** Its key: a tap compares by colours, holding it shows the proposal in the object's place. */
function useCompareKey(blocked: boolean): void {
  const { engine } = useWorkplace();
  useEffect(() => {
    if (blocked) return undefined;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let before = wish.get();
    let held = "";
    const down = (event: KeyboardEvent): void => {
      if (!isKeyOf(COMPARE, event) || event.defaultPrevented || isTyping(event)) return;
      if (engine.status().selection === null && wish.get() === "off") return;
      event.preventDefault();
      if (event.repeat) return;
      before = wish.get();
      held = event.key.toLowerCase();
      timer = setTimeout(() => wish.set("proposal"), HELD_MS);
    };
    const up = (event: KeyboardEvent): void => {
      if (timer === null || event.key.toLowerCase() !== held) return;
      clearTimeout(timer);
      timer = null;
      const shown = wish.get() === "proposal";
      wish.set(shown ? before : before === "off" ? "tint" : "off");
    };
    const lost = (): void => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (wish.get() === "proposal") wish.set(before);
    };
    window.addEventListener("keydown", down, { capture: true });
    window.addEventListener("keyup", up, { capture: true });
    window.addEventListener("blur", lost);
    return () => {
      lost();
      window.removeEventListener("keydown", down, { capture: true });
      window.removeEventListener("keyup", up, { capture: true });
      window.removeEventListener("blur", lost);
    };
  }, [engine, blocked]);
}

const nothing = (): void => {};

/** The keys of comments and verdicts, before those of the task and the tools. */
export function useReviewKeys(flow: Flow, blocked: boolean): void {
  useCompareKey(blocked);
  useCommandKeys(reviewCommands, useWork(flow, nothing), { blocked, first: true });
}
