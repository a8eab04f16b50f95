/**
 * The public vocabulary of the canvas engine.
 *
 * Geometry: an `ImagePoint` is measured in image pixels, x to the right, y down, in the upright image. Integers are
 * the CENTRES of pixels, so pixel i covers [i - 0.5, i + 0.5) and the outermost centres are 0 and width - 1. That is
 * what the server means by a click, so a point is sent as it is held. A `ScreenPoint` is measured in CSS pixels from
 * the top left corner of the engine's host. Only the camera turns one into the other.
 */

import type { Asking, ObjectDetails } from "./details";
import type { HistoryApi } from "./historyData";
import type { KeyboardApi } from "./keyboard";
import type { ObjectsApi } from "./objectDoor";
import type { Platform } from "./platform";
import type { ViewSettings } from "./viewSettings";

declare const spaceOf: unique symbol;

/** A tag that exists for the type checker alone: it keeps two kinds of coordinates apart. */
export interface Brand<Space extends string> {
  readonly [spaceOf]: Space;
}

export type ImagePoint = { readonly x: number; readonly y: number } & Brand<"image">;
export type ScreenPoint = { readonly x: number; readonly y: number } & Brand<"screen">;

/** COCO compressed run lengths of a whole image, column by column; `size` is [height, width]. */
export interface Rle {
  readonly size: readonly number[];
  readonly counts: string;
}

/** One click as it is sent: image pixels, and milliseconds since the first click of the same object. */
export interface Click {
  readonly x: number;
  readonly y: number;
  readonly t: number;
}

/** One annotation. */
export interface ObjectRecord extends ObjectDetails {
  /** The client's uuid; the same through undo and redo. */
  readonly id: string;
  readonly labelId: number | null;
  readonly mask: Rle;
  /** [x, y, width, height] in image pixels. */
  readonly bbox: readonly number[];
  readonly area: number;
  readonly score: number | null;
  readonly proposalId: number | null;
  readonly author: string | null;
}

export interface LabelStyle extends Asking {
  readonly id: number;
  readonly name: string;
  /** "#rrggbb" */
  readonly color: string;
}

/** What changed in the objects, complete enough to be turned round. */
export interface RecordsDiff {
  readonly added: Readonly<Record<string, ObjectRecord>>;
  readonly updated: Readonly<Record<string, readonly [from: ObjectRecord, to: ObjectRecord]>>;
  readonly removed: Readonly<Record<string, ObjectRecord>>;
}

/** Who caused a change of the objects; undo and redo are the user's. */
export type ChangeSource = "user" | "remote";

export interface MaskRequest {
  readonly requestId: string;
  readonly points: readonly Click[];
  readonly parentProposalId: number | null;
}

/** What mask would these clicks give? The last of them is where the pointer rests. */
export interface PreviewRequest {
  readonly requestId: string;
  readonly points: readonly Click[];
}

export interface MaskAnswer {
  readonly requestId: string;
  readonly proposalId: number;
  readonly mask: Rle;
  readonly bbox: readonly number[];
  readonly score: number;
  readonly elapsedMs: number;
}

export interface MaskFailure {
  readonly requestId: string;
  readonly code: string;
  readonly message: string;
}

export interface RemoteChange {
  readonly upsert?: readonly ObjectRecord[];
  readonly remove?: readonly string[];
}

export type ToolName = "extreme" | "box" | "brush" | "eraser" | "polygon" | "select" | "pan";
/** Where a held key keeps what is drawn: inside or outside of the selected object. */
export type Keeping = "inside" | "outside";
/** What can be done to the selected object's mask as a whole. */
export type MaskOperation =
  | { readonly name: "fillHoles" | "removeSpecks" | "keepLargest" | "grow" | "shrink" | "split" }
  | { readonly name: "smooth"; readonly radius: number }
  /** `other` is an object's id; it becomes part of the selected one (union), or stays as it is. */
  | { readonly name: "union" | "subtract" | "intersect"; readonly other: string };

export type Theme = "light" | "dark";
export type PointRole = "left" | "top" | "right" | "bottom" | "correction" | "unknown";

/** Every hint that the engine can ask for; the app's catalogue has a sentence for each. */
export type HintKey =
  | "image.none"
  | "image.loading"
  | "image.failed"
  | "readOnly"
  | "object.locked"
  | "object.hidden"
  | "extreme.first" // nothing placed yet: click the left, top, right and bottom edge, in any order
  | "extreme.next" // one to three points are placed
  | "extreme.awaiting" // the mask is being computed; the next object can be clicked meanwhile
  | "extreme.reviewing" // Space accepts, a click on the edge mends it
  | "extreme.doubtful" // the same, but the predicted quality is low
  | "extreme.failed" // T or Enter asks again
  | "extreme.dragging"
  | "extreme.nudging" // arrows move the point, Enter drops it, Escape puts it back
  | "extreme.outside" // the click was too far outside the image
  | "extreme.queueFull" // two objects wait for their masks
  | "extreme.tooManyPoints"
  | "extreme.chooseLabel" // nothing can be accepted without a label
  | "brush.new" // a stroke makes an object
  | "brush.selected" // a stroke adds to the selected object; Space ends the object
  | "brush.inside" // a key is held: what is painted is another object, within the selected one
  | "brush.outside" // the same beside it
  | "brush.painting"
  | "brush.steering" // arrows paint, Enter ends the stroke
  | "eraser.none" // nothing is selected: press on an object
  | "eraser.selected"
  | "polygon.first"
  | "polygon.next" // one or two vertices are placed
  | "polygon.closing" // Enter, a double click or a click on the first vertex closes
  | "polygon.hole" // the ring is a hole of the selected object
  | "polygon.editing" // vertices of the selected object can be dragged, added and removed
  | "polygon.dragging"
  | "polygon.nudging"
  | "polygon.tooFew"
  | "polygon.empty" // there would be no pixel in it
  | "mask.empty" // nothing would be left of the object
  | "box.idle"
  | "box.dragging"
  | "box.small"
  | "select.idle"
  | "select.holding" // one object is selected
  | "pan.idle"
  | "pan.panning";

export interface StatusPoint {
  readonly point: ImagePoint;
  readonly role: PointRole;
}

export interface StatusProposal {
  readonly proposalId: number;
  readonly score: number;
  /** Image pixels. */
  readonly area: number;
  readonly elapsedMs: number;
}

/** An immutable snapshot for the user interface; `status()` returns the same object until something changes. */
export interface EngineStatus {
  readonly tool: ToolName;
  /** The path of the state, such as "extreme.placing". */
  readonly state: string;
  readonly hint: HintKey;
  /** The points of the object being worked on. */
  readonly points: readonly StatusPoint[];
  /** The index in `points` of the one that the arrow keys move, if any. */
  readonly activePoint: number | null;
  /** The mask that Space would accept, or that is being mended. */
  readonly proposal: StatusProposal | null;
  readonly awaiting: boolean;
  /** How many objects were clicked ahead while an earlier one waits for its mask or its acceptance. */
  readonly queued: number;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly selection: string | null;
  readonly currentLabelId: number | null;
  /** CSS pixels per image pixel; 1 is 100 %. */
  readonly zoom: number;
  /** Where the pointer (or keyboard cursor) is; null outside the image. */
  readonly pointer: ImagePoint | null;
  readonly image: "none" | "loading" | "ready" | "failed";
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly objectCount: number;
  readonly readOnly: boolean;
  /** The brush's diameter in image pixels. */
  readonly brushSize: number;
  readonly keeping: Keeping | null;
  /** Drawing leaves to other objects what they have. */
  readonly protectsOthers: boolean;
  /** A stroke or a polygon is half made. */
  readonly drawing: boolean;
}

/** The parts of a large image; `url` has a place for `{level}`, `{x}` and `{y}`. Level 0 has the image's own pixels. */
export interface TileSource {
  readonly side: number;
  readonly levels: number;
  readonly url: string;
  /** A small picture of the whole. */
  readonly preview: string;
}

export interface ImageSource {
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** For a large image, which is then shown by its tiles; `url` is only its name. */
  readonly tiles?: TileSource;
}

/** How often each layer was painted since the engine was made. */
export interface PaintStats {
  readonly imagePaints: number;
  readonly maskPaints: number;
  /** Of the object that is being painted. */
  readonly strokePaints: number;
  readonly overlayPaints: number;
}

/** The part of a KeyboardEvent that the engine reads; a DOM event fits. */
export interface KeyInput {
  readonly type: string;
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly target: unknown;
  preventDefault(): void;
}

/** Where the image lies on the screen. */
export interface ViewApi {
  fit(): void;
  zoomTo(scale: number): void;
  zoomBy(factor: number, at?: ScreenPoint): void;
  /** Where an image point is on the screen now, in CSS pixels from the host's corner. */
  screenOf(point: ImagePoint): ScreenPoint;
  imageOf(point: ScreenPoint): ImagePoint;
  /** Called before each painted frame: what lies over the canvas moves with it. */
  onFrame(listener: () => void): () => void;
  /** Pans no farther than needed to show a point well inside of the view. */
  reveal(point: ImagePoint): void;
  /** Draws another mask in an object's place, without changing the object; null shows its own again. */
  showInstead(id: string, mask: Rle | null): void;
  /** Shows image pixels as screen pixels. */
  actualSize(): void;
  /** Shows the selected object, or else the points of the object being clicked, as large as fits; false without. */
  zoomToSelected(): boolean;
  /** A quarter turn clockwise or, with -1, back. */
  turnBy(quarters: 1 | -1): void;
  settings(): ViewSettings;
  /** Amounts are kept within their limits. */
  change(settings: Partial<ViewSettings>): void;
  onSettings(listener: (settings: ViewSettings) => void): () => void;
  /** The right button or a long press, with the object under it, which is then selected. */
  onSecondary(listener: (at: ScreenPoint, id: string | null) => void): () => void;
}

export interface EngineApi {
  readonly view: ViewApi;
  readonly edits: ObjectsApi;
  readonly history: HistoryApi;
  readonly keyboard: KeyboardApi;
  /**
   * Shows an image and fits it to the view. The first call keeps objects that are already there; a call with another
   * url forgets the objects, clicks and history of the image before, at once. Rejects when the file cannot be read
   * or its size is not the one promised.
   */
  loadImage(source: ImageSource): Promise<void>;
  /** The first label becomes the current one when the current one is not among them. */
  setLabels(labels: readonly LabelStyle[]): void;
  setReadOnly(flag: boolean): void;
  setTheme(theme: Theme): void;
  setTool(name: ToolName): void;
  setCurrentLabel(id: number | null): void;
  /** Image pixels; rounded and kept within bounds. */
  setBrushSize(diameter: number): void;
  setProtectsOthers(flag: boolean): void;
  select(id: string | null): void;
  accept(): void;
  /** Throws the proposal and its points away; the same object is started again. */
  redoClicks(): void;
  /** Asks again after a failure. */
  retry(): void;
  removePoint(): void;
  cancel(): void;
  deleteSelected(): void;
  relabelSelected(id: number): void;
  /** False, perhaps with a hint, when nothing has changed. */
  reshapeSelected(operation: MaskOperation): boolean;
  /** Moves the active point, or else the keyboard cursor, by image pixels. */
  nudgePoint(dx: number, dy: number): void;
  placePointAtCursor(): void;
  undo(): void;
  redo(): void;
  deliverMask(answer: MaskAnswer): void;
  failMask(failure: MaskFailure): void;
  /** `mask` is null where the model finds none. */
  deliverPreview(requestId: string, mask: Rle | null): void;
  /**
   * Takes over what others (or the server) changed; never enters the undo history. Do not forward the echo of a
   * change of one's own while a later own change of the same object is still on its way.
   */
  applyRemote(change: RemoteChange): void;
  objects(): readonly ObjectRecord[];
  onObjects(listener: (diff: RecordsDiff, source: ChangeSource) => void): () => void;
  onStatus(listener: (status: EngineStatus) => void): () => void;
  status(): EngineStatus;
  /** The object under an image point; the smallest where several overlap. */
  maskAt(point: ImagePoint): string | null;
  stats(): PaintStats;
  /** True when the engine used the key; it has then prevented the browser's own action. */
  handleKey(event: KeyInput): boolean;
  destroy(): void;
}

export interface EngineOptions {
  readonly host: HTMLElement;
  readonly requestMask: (request: MaskRequest) => void;
  /** Without it there are no previews. It may leave a question unanswered. */
  readonly requestPreview?: (request: PreviewRequest) => void;
  /** Milliseconds; performance.now by default. */
  readonly now?: () => number;
  /** Schedules one frame and returns what takes it back; requestAnimationFrame by default. */
  readonly raf?: (frame: () => void) => () => void;
  readonly newId?: () => string;
  /** What stands in for the browser; for tests. */
  readonly platform?: Platform;
}
