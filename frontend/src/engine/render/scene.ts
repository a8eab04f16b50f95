/** What there is to draw. The layers read it; nobody draws anything else. */
import type { Camera } from "../camera";
import type { Picture } from "../platform";
import type { ImagePoint, LabelStyle, ObjectRecord, Rle, StatusPoint } from "../types";
import type { Palette } from "./theme";

export interface ProposalView {
  readonly mask: Rle;
  readonly doubtful: boolean;
  /** The mask belongs to earlier points: a newer one is awaited, or has failed. */
  readonly outdated: boolean;
}

/** An object that is being clicked. */
export interface DraftView {
  readonly points: readonly StatusPoint[];
  /** Index of the point that is being moved. */
  readonly held: number | null;
  /** False for the one that waits behind the one in focus, and while another tool is in hand. */
  readonly focused: boolean;
  readonly failed: boolean;
  readonly proposal: ProposalView | null;
}

export interface Scene {
  readonly camera: Camera;
  /** Device pixels per CSS pixel. */
  readonly pixelRatio: number;
  readonly palette: Palette;
  readonly picture: Picture | null;
  /** Another array when anything in it changes; the same holds for the labels. */
  readonly objects: readonly ObjectRecord[];
  readonly labels: readonly LabelStyle[];
  readonly selection: string | null;
  /** The object under the pointer of the select tool. */
  readonly hovered: ObjectRecord | null;
  readonly drafts: readonly DraftView[];
  /** Where the guide lines cross; null when there are none. */
  readonly crosshair: ImagePoint | null;
  /** What the loupe shows the surroundings of; null when there is no loupe. */
  readonly magnified: ImagePoint | null;
  colorOf(record: ObjectRecord): string;
}
