import { useEffect } from "react";

import { useWorkplace } from "../desk";
import { stepObject } from "./doing";

/**
 * Tab goes through the objects while the canvas has the keyboard. At the end of the row, or after Escape, it leads to
 * the next control as everywhere else, so that nobody is caught.
 */
export function useCycle(): void {
  const place = useWorkplace();
  const { host, engine } = place;
  useEffect(() => {
    let leaving = false;
    const stay = (): void => {
      leaving = false;
    };
    const pressed = (event: KeyboardEvent): void => {
      if (event.target !== host || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") leaving = engine.status().points.length === 0;
      if (event.key !== "Tab" || leaving || engine.status().points.length > 0) return;
      if (stepObject(place, event.shiftKey ? -1 : 1)) event.preventDefault();
    };
    // Before the engine: it would have let the selection go when Escape is looked at.
    host.addEventListener("keydown", pressed, true);
    host.addEventListener("focus", stay);
    host.addEventListener("pointerdown", stay);
    return () => {
      host.removeEventListener("keydown", pressed, true);
      host.removeEventListener("focus", stay);
      host.removeEventListener("pointerdown", stay);
    };
  }, [place, host, engine]);
}
