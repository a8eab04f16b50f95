/** How one person likes the site. What they change shows at once, here and in their other tabs, and is stored soon. */
import * as api from "../../api/preferenceCalls";
import { PreferenceStore } from "./preferenceStore";

export { NO_KEYS, type Preferences, type ThemeChoice } from "./preferenceParts";

export const preferences = new PreferenceStore({
  read: api.preferences,
  write: api.setPreferences,
  storage: () => globalThis.localStorage,
  target: globalThis.window ?? new EventTarget(),
  online: () => globalThis.navigator?.onLine ?? true,
});
