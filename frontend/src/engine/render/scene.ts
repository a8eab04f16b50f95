/** What there is to draw. The layers read it; nobody draws anything else. */
import type { Camera } from "../camera";
import type { Box } from "../geometry";
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

/** The object that is being painted, as it looks by now. */
export interface LiveMask {
  readonly color: string;
  /** Around all of it, perhaps a little wider; null while there is nothing. */
  readonly box: Box | null;
  /** `part` in whole pixels of the image; row by row, see decodeBox. */
  cells(part: Box, stride: number): Uint8Array;
  /** What has changed since this was last asked. */
  takeChanged(): Box | null;
}

/** The edge of the brush. */
export interface RingView {
  readonly at: ImagePoint;
  /** Image pixels. */
  readonly radius: number;
}

export interface PolygonView {
  readonly rings: readonly (readonly ImagePoint[])[];
  /** False for a ring on its way, whose next edge follows the pointer. */
  readonly closed: boolean;
  /** The vertex that is held or was used last. */
  readonly held: ImagePoint | null;
}

export interface Scene {
  readonly camera: Camera;
  /** Device pixels per CSS pixel. */
  readonly pixelRatio: number;
  readonly palette: Palette;
  /** Opacity within outlines; 0 where only outlines are shown. */
  readonly tint: number;
  /** For a canvas that shows a part of the picture again: the CSS filter that the picture is shown with. */
  readonly pictureFilter: string;
  readonly picture: Picture | null;
  /** Without the object that is being painted. Another array when anything in it changes; so with the labels. */
  readonly objects: readonly ObjectRecord[];
  readonly labels: readonly LabelStyle[];
  readonly selection: string | null;
  /** The object under the pointer of the select tool. */
  readonly hovered: ObjectRecord | null;
  readonly drafts: readonly DraftView[];
  readonly live: LiveMask | null;
  readonly ring: RingView | null;
  readonly polygon: PolygonView | null;
  /** The box that is being dragged, between pixel centres. */
  readonly band: Box | null;
  /** What the model would make of the pointer's place. */
  readonly preview: Rle | null;
  /** Where the guide lines cross; null when there are none. */
  readonly crosshair: ImagePoint | null;
  /** What the loupe shows the surroundings of; null when there is no loupe. */
  readonly magnified: ImagePoint | null;
  colorOf(record: ObjectRecord): string;
}
