import { useSyncExternalStore } from "react";

import type { Part, Preferences } from "./preferenceParts";
import { preferences } from "./preferences";

/** One part of what this person likes; it changes at once when they change it, in whichever tab. */
export function usePreference<P extends Part>(part: P): Preferences[P] {
  return useSyncExternalStore(preferences.subscribe, () => preferences.get(part));
}
