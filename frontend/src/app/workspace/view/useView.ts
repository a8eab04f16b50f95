import { useEffect, useSyncExternalStore } from "react";

import type { ViewSettings } from "../../../engine";
import { useWorkplace } from "../desk";
import { viewMemory } from "./viewMemory";

export function useViewSettings(): ViewSettings {
  const { engine } = useWorkplace();
  return useSyncExternalStore(
    (listener) => engine.view.onSettings(listener),
    () => engine.view.settings(),
  );
}

/** Begins with what this person chose last, keeps what they choose now, and follows their other tabs. */
export function useRememberedView(): void {
  const { engine } = useWorkplace();
  useEffect(() => {
    const apply = (): void => engine.view.change(viewMemory.load());
    apply();
    const stops = [engine.view.onSettings(viewMemory.save), viewMemory.onChange(apply)];
    return () => stops.forEach((stop) => stop());
  }, [engine]);
}
