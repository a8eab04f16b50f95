/** One's own preferences, as a whole and with a version. */
import { client, unwrap } from "./client";
import type { components } from "./openapi";

export type StoredPreferences = components["schemas"]["Preferences"];
export type PreferencesDocument = components["schemas"]["PreferencesDocument"];

export const preferences = (): Promise<StoredPreferences> => unwrap(client.GET("/api/me/preferences"));

export const setPreferences = (version: number, document: PreferencesDocument): Promise<StoredPreferences> =>
  unwrap(client.PUT("/api/me/preferences", { body: { version, preferences: document } }));
