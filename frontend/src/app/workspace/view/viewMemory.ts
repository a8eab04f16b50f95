import { changedView, USUAL_VIEW, type ViewSettings } from "../../../engine";
import { preferences } from "../../data/preferences";

/** Whatever is stored, from whichever version of the page: what makes sense of it, over the usual settings. */
export function readView(stored: object): ViewSettings {
  return changedView(USUAL_VIEW, stored);
}

/** View settings are a part of a person's preferences: they follow them to every tab and browser. */
export const viewMemory = {
  load: (): ViewSettings => readView(preferences.get("view")),
  /** What a newer page keeps beside these settings stays. */
  save: (settings: ViewSettings): void => preferences.change("view", { ...settings }),
  /** This or another tab has changed something. */
  onChange: (listener: () => void): (() => void) => preferences.subscribe(listener),
};
