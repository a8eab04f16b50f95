/** How the picture and what lies over it are shown. Nothing here changes the picture's file or any mask. */
import { clamp } from "./geometry";

export interface ViewSettings {
  /** 1 is as the file has it; twice as bright is 2. */
  readonly brightness: number;
  readonly contrast: number;
  /** Above 1 opens the shadows. */
  readonly gamma: number;
  /** Of the tint within outlines, 0 to 1. */
  readonly maskOpacity: number;
  readonly outlinesOnly: boolean;
  readonly magnifier: boolean;
  /** From the third click on, show what the model would make of the pointer's place. */
  readonly preview: boolean;
}

export const USUAL_VIEW: ViewSettings = {
  brightness: 1,
  contrast: 1,
  gamma: 1,
  maskOpacity: 0.45,
  outlinesOnly: false,
  magnifier: true,
  preview: true,
};

type Amount = "brightness" | "contrast" | "gamma" | "maskOpacity";

export const VIEW_LIMITS: Readonly<Record<Amount, readonly [least: number, most: number]>> = {
  brightness: [0.2, 4],
  contrast: [0.2, 4],
  gamma: [0.2, 5],
  maskOpacity: [0, 0.9],
};

const AMOUNTS = Object.keys(VIEW_LIMITS) as readonly Amount[];
const SWITCHES = ["outlinesOnly", "magnifier", "preview"] as const;

/** The settings with a change, or with what can be used of anything at all, such as an old stored value. */
export function changedView(before: ViewSettings, change: Partial<Record<keyof ViewSettings, unknown>>): ViewSettings {
  const after: { -readonly [Key in keyof ViewSettings]: ViewSettings[Key] } = { ...before };
  for (const name of AMOUNTS) {
    const value = change[name];
    if (typeof value === "number" && Number.isFinite(value)) after[name] = clamp(value, ...VIEW_LIMITS[name]);
  }
  for (const name of SWITCHES) {
    const value = change[name];
    if (typeof value === "boolean") after[name] = value;
  }
  return after;
}

export function sameView(a: ViewSettings, b: ViewSettings): boolean {
  return AMOUNTS.every((name) => a[name] === b[name]) && SWITCHES.every((name) => a[name] === b[name]);
}

const LEVELS = 256;

/** What each level of a colour channel is shown as, 0 to 1; null where all stay as they are. */
export function toneTable({ brightness, contrast, gamma }: ViewSettings): readonly number[] | null {
  if (brightness === 1 && contrast === 1 && gamma === 1) return null;
  return Array.from({ length: LEVELS }, (_, level) => {
    const lit = (level / (LEVELS - 1)) ** (1 / gamma) * brightness;
    return clamp((lit - 0.5) * contrast + 0.5, 0, 1);
  });
}
