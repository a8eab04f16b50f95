/** The engine's own colours; those of objects come from their labels. */
import type { Theme } from "../types";

export interface Palette {
  /** Around the image. */
  readonly ground: string;
  readonly border: string;
  /** The object that is being clicked. */
  readonly accent: string;
  /** A mask of low predicted quality. */
  readonly doubtful: string;
  readonly failed: string;
  /** An object whose label is not known (any more). */
  readonly unlabelled: string;
}

export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    ground: "#e8eaed",
    border: "#c3c8cf",
    accent: "#1c7ed6",
    doubtful: "#f59f00",
    failed: "#e03131",
    unlabelled: "#868e96",
  },
  dark: {
    ground: "#17191c",
    border: "#34383d",
    accent: "#4dabf7",
    doubtful: "#fcc419",
    failed: "#ff6b6b",
    unlabelled: "#adb5bd",
  },
};

/** Marks on a photograph of any brightness: a light line within a dark one. */
export const MARK_LIGHT = "#ffffff";
export const MARK_DARK = "rgba(0, 0, 0, 0.65)";

export const TINT_ALPHA = 0.45;
export const OUTLINE_WIDTH = 1.5;
export const SELECTED_WIDTH = 2.5;
