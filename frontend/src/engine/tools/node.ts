/** The two halves of every tool: states, one file each, and the tool that holds them and says which one is current. */
import type { Camera } from "../camera";
import type { Box, Size } from "../geometry";
import type { Runs } from "../rle";
import type { RecordsChange, Store } from "../store";
import type { HintKey, ImagePoint, Keeping, MaskRequest, ObjectRecord, PreviewRequest, Rle, ScreenPoint, ToolName } from "../types";

export interface PointerInput {
  readonly at: ScreenPoint;
  /** A finger, which hits no closer than some pixels. */
  readonly coarse?: boolean;
}

/** What a key or a button means to a tool. */
export type ToolCommand =
  | { readonly name: "accept" }
  | { readonly name: "place" }
  | { readonly name: "removePoint" }
  | { readonly name: "redoClicks" }
  /** T: ask again after a failure, else start the object again. */
  | { readonly name: "again" }
  | { readonly name: "retry" }
  | { readonly name: "undo" }
  | { readonly name: "redo" }
  | { readonly name: "stepPoint"; readonly by: 1 | -1 }
  | { readonly name: "brushSize"; readonly by: 1 | -1 }
  | { readonly name: "nudge"; readonly dx: number; readonly dy: number };

/** "stroke" is the object that is being painted, which "masks" leaves out meanwhile. */
export type Layer = "image" | "masks" | "stroke" | "overlay";

/** What the engine lends to its tools. */
export interface ToolContext {
  readonly camera: Camera;
  readonly records: Store;
  /** The size of the shown image; null as long as there is none. */
  readonly imageSize: Size | null;
  readonly readOnly: boolean;
  readonly currentLabelId: number | null;
  readonly selection: string | null;
  /** Where the pointer or the keyboard cursor is, also outside the image; null when it has left the view. */
  readonly pointer: ImagePoint | null;
  /** The pointer stands where the arrow keys have led it. */
  readonly keyboardCursor: boolean;
  readonly keeping: Keeping | null;
  readonly protectsOthers: boolean;
  now(): number;
  newId(): string;
  requestMask(request: MaskRequest): void;
  /** Previews are wanted, and there is somebody to ask. */
  readonly previews: boolean;
  requestPreview(request: PreviewRequest): void;
  /** Later, unless what is returned takes it back. */
  after(ms: number, then: () => void): () => void;
  /** One's own change of the objects, one undo step. */
  edit(name: string, change: RecordsChange): void;
  select(id: string | null): void;
  hover(id: string | null): void;
  maskAt(point: ImagePoint): string | null;
  /** What is drawn and hit, from back to front. */
  readonly visible: readonly ObjectRecord[];
  /** Why an object's mask may not be changed now. */
  stuck(id: string | null): HintKey | null;
  /** Object pixels of a mask of the shown image; null when it cannot be read or has another size. */
  areaOf(mask: Rle): number | null;
  /** The same mask as runs; null likewise. */
  runsOf(mask: Rle): Runs | null;
  /** The objects whose boxes meet this one. */
  recordsIn(box: Box): readonly ObjectRecord[];
  /** The colour of an object, or (with null) of one that the current label would make. */
  colorFor(id: string | null): string;
  /** Moves the keyboard cursor by image pixels. */
  moveCursor(dx: number, dy: number): void;
  /** A hint that stays until the next press or key. */
  notice(hint: HintKey): void;
  setCursor(cursor: string): void;
  repaint(...layers: readonly Layer[]): void;
}

/**
 * One state of a tool. Each must say what cancel (Escape; true when it was used) and interrupt (tool switch, leaving
 * the task, loss of the pointer) do; the rest is optional.
 */
export abstract class StateNode {
  abstract readonly name: string;
  abstract readonly hint: HintKey;
  /** True where exactness matters so much that a loupe helps. */
  readonly magnifies: boolean = false;

  onEnter?(): void;
  onExit?(): void;
  /** True where a press places a point; a finger may then aim first, and places it where it is lifted. */
  aimsAt?(input: PointerInput): boolean;
  /** The right button or a long press; true when it was used. */
  onSecondary?(input: PointerInput): boolean;
  onPointerDown?(input: PointerInput): void;
  onPointerMove?(input: PointerInput): void;
  onPointerUp?(input: PointerInput): void;
  /** The pointer or the keyboard cursor is there now; null when it is nowhere on the image. */
  onAim?(point: ImagePoint | null): void;
  /** True when the command was used. */
  onKey?(command: ToolCommand): boolean;
  /** A mask (or its failure) has arrived and is already noted in the drafts. */
  onAnswer?(): void;
  onFailure?(): void;
  abstract onCancel(): boolean;
  abstract onInterrupt(): void;
}

export abstract class Tool {
  abstract readonly name: ToolName;
  /** CSS cursor over the canvas. */
  abstract readonly cursor: string;
  private state: StateNode | null = null;

  constructor(readonly context: ToolContext) {}

  /** The state to begin with when the tool is picked up. */
  protected abstract startState(): StateNode;

  /** True while the tool is in hand. */
  get active(): boolean {
    return this.state !== null;
  }

  /** The state; of a tool that is not in hand, the one it would begin with. */
  get current(): StateNode {
    return this.state ?? this.startState();
  }

  enter(): void {
    this.context.setCursor(this.cursor);
    this.transition(this.startState());
  }

  leave(): void {
    this.current.onInterrupt();
    this.current.onExit?.();
    this.state = null;
  }

  transition(to: StateNode): void {
    if (this.state === to) return;
    this.state?.onExit?.();
    this.state = to;
    to.onEnter?.();
    this.context.repaint("overlay");
  }
}
