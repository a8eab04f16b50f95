import { localStorageColorSchemeManager, type MantineColorSchemeManager } from "@mantine/core";

import { preferences } from "../data/preferences";

/** Light or dark: known here before the first paint, and the same wherever this person signs in. */
export function themeMemory(): MantineColorSchemeManager {
  const local = localStorageColorSchemeManager({ key: "cardinal-color-scheme" });
  let stop: (() => void) | null = null;
  return {
    ...local,
    set: (scheme) => {
      local.set(scheme);
      preferences.set("theme", scheme);
    },
    subscribe: (onUpdate) => {
      local.subscribe(onUpdate);
      stop = preferences.subscribe(() => {
        const scheme = preferences.get("theme");
        if (scheme === null || scheme === local.get("auto")) return;
        local.set(scheme);
        onUpdate(scheme);
      });
    },
    unsubscribe: () => {
      local.unsubscribe();
      stop?.();
      stop = null;
    },
  };
}
