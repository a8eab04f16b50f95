/** The engine's own colours; those of objects come from their labels. */
import type { Theme } from "../types";

export interface Palette {
  /** Around the image. */
  readonly ground: string;
  readonly border: string;
  /** The object that is being clicked: a cyan that no label of the default palette comes near. */
  readonly accent: string;
  /** A mask of low predicted quality. */
  readonly doubtful: string;
  readonly failed: string;
  /** An object whose label is not known (any more). */
  readonly unlabelled: string;
}

export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    ground: "#e9e9ee",
    border: "#cdcdd5",
    accent: "#00b4d8",
    doubtful: "#ffb000",
    failed: "#e5383b",
    unlabelled: "#8f8f9b",
  },
  dark: {
    ground: "#0b0b0d",
    border: "#3b3b44",
    accent: "#00b4d8",
    doubtful: "#ffb000",
    failed: "#ff5d5f",
    unlabelled: "#9a9aa6",
  },
};

/** Marks on a photograph of any brightness: a light line within a dark one. */
export const MARK_LIGHT = "#ffffff";
export const MARK_DARK = "rgba(0, 0, 0, 0.65)";

export const TINT_ALPHA = 0.45;
export const OUTLINE_WIDTH = 1.5;
export const SELECTED_WIDTH = 2.5;
