/**
 * Polygons: click vertices, close the ring, then drag, add and remove vertices of the selected object. A ring drawn
 * inside the selected object while a key keeps it inside is a hole. The states decide what an event means; the verbs
 * they choose from are here.
 */
import { clampToImage, distance, imagePoint, insideImage } from "../../geometry";
import type { Ring } from "../../masks/polygon";
import type { PolygonView } from "../../render/scene";
import { isSet } from "../../rle";
import type { ImagePoint, ScreenPoint } from "../../types";
import { Tool, type StateNode, type PointerInput } from "../node";
import { PolygonDragging } from "./dragging";
import { PolygonEditing } from "./editing";
import { PolygonIdle } from "./idle";
import { PolygonNudging } from "./nudging";
import { PolygonPlacing } from "./placing";
import {
  edgeNear,
  insertVertex,
  LEAST_VERTICES,
  moveVertex,
  removeVertex,
  stepVertex,
  vertexNear,
  vertexOf,
  type VertexAt,
} from "./rings";
import { Shaping, type RingShape } from "./shaping";

/** CSS pixels. */
const GRAB_RADIUS = 8;
const FINGER_RADIUS = 18;
const EDGE_REACH = 6;
const DOUBLE_CLICK_MS = 350;

/** A vertex that is being moved; `rings` has it where it is now. */
interface HeldVertex {
  readonly id: string;
  readonly at: VertexAt;
  readonly before: readonly Ring[];
  readonly rings: readonly Ring[];
}

export class PolygonTool extends Tool {
  readonly name = "polygon";
  readonly cursor = "crosshair";
  private readonly idle = new PolygonIdle(this);
  private readonly placing = new PolygonPlacing(this);
  private readonly editing = new PolygonEditing(this);
  private readonly dragging = new PolygonDragging(this);
  private readonly nudging = new PolygonNudging(this);
  private readonly shaping = new Shaping(this.context);
  private placed: Ring = [];
  private taken: Ring = [];
  /** The object that the ring on its way is a hole of. */
  private holeOf: string | null = null;
  private held: HeldVertex | null = null;
  private lastVertex: VertexAt | null = null;
  private lastClickAt = -Infinity;

  /** The ring on its way. */
  get ring(): Ring {
    return this.placed;
  }

  get canClose(): boolean {
    return this.placed.length >= LEAST_VERTICES;
  }

  get makesHole(): boolean {
    return this.holeOf !== null;
  }

  get canPutBack(): boolean {
    return this.taken.length > 0;
  }

  get view(): PolygonView | null {
    if (!this.active && this.placed.length === 0) return null;
    const active = this.held?.at ?? this.lastVertex;
    if (this.placed.length > 0) return { rings: [this.placed], closed: false, held: null };
    const rings = this.held?.rings ?? this.shape()?.rings ?? [];
    return { rings, closed: true, held: active === null ? null : (vertexOf(rings, active) ?? null) };
  }

  /** Where the next vertex would be, or the held one is; null while vertices are only looked at. */
  get aim(): ImagePoint | null {
    if (this.held !== null) return vertexOf(this.held.rings, this.held.at) ?? null;
    const { pointer, imageSize } = this.context;
    if (this.placed.length === 0 && this.shape() !== null) return null;
    return pointer !== null && imageSize !== null && insideImage(pointer, imageSize) ? pointer : null;
  }

  protected startState(): StateNode {
    if (this.placed.length > 0) return this.placing;
    return this.shape() === null ? this.idle : this.editing;
  }

  /** Follows the selection and whatever happened to the object. */
  settle(): void {
    if (this.held !== null && this.context.records.get(this.held.id) === undefined) this.held = null;
    if (this.holeOf !== null && this.context.records.get(this.holeOf) === undefined) this.forgetRing();
    if (this.active && this.held === null) this.transition(this.startState());
  }

  reset(): void {
    this.held = null;
    this.lastVertex = null;
    this.shaping.clear();
    this.forgetRing();
    this.settle();
  }

  // --- a ring on its way ---

  /** A press that begins a ring: a hole where a key keeps it inside the selected object, else a new object. */
  begin(point: ImagePoint): void {
    const { context } = this;
    if (this.refuse()) return;
    const selected = this.shape();
    const inside = selected !== null && isSet(selected.runs, Math.round(point.x), Math.round(point.y));
    this.holeOf = context.keeping === "inside" && selected !== null && inside ? selected.record.id : null;
    if (this.holeOf === null) context.select(null);
    this.lastVertex = null;
    this.addVertex(point);
  }

  addVertex(point: ImagePoint): void {
    if (this.refuse()) return;
    this.lastClickAt = this.context.now();
    this.placed = [...this.placed, point];
    this.taken = [];
    this.settle();
    this.context.repaint("overlay");
  }

  /** True for the second half of a double click, and for a click on the first vertex. */
  closesAt({ at, coarse = false }: PointerInput): boolean {
    const [first] = this.placed;
    const last = this.placed.at(-1);
    if (first === undefined || last === undefined) return false;
    const { camera } = this.context;
    const isDouble = this.context.now() - this.lastClickAt < DOUBLE_CLICK_MS;
    if (isDouble && distance(camera.toScreen(last), at) <= GRAB_RADIUS) return true;
    return this.canClose && distance(camera.toScreen(first), at) <= (coarse ? FINGER_RADIUS : GRAB_RADIUS);
  }

  takeBack(): boolean {
    const last = this.placed.at(-1);
    if (last === undefined || this.refuse()) return false;
    this.placed = this.placed.slice(0, -1);
    this.taken = [...this.taken, last];
    if (this.placed.length === 0) this.holeOf = null;
    this.settle();
    this.context.repaint("overlay");
    return true;
  }

  putBack(): boolean {
    const last = this.taken.at(-1);
    if (last === undefined || this.refuse()) return false;
    this.placed = [...this.placed, last];
    this.taken = this.taken.slice(0, -1);
    this.settle();
    this.context.repaint("overlay");
    return true;
  }

  dropRing(): void {
    this.forgetRing();
    this.settle();
    this.context.repaint("overlay");
  }

  close(): void {
    const { context } = this;
    if (this.refuse()) return;
    if (!this.canClose) {
      context.notice("polygon.tooFew");
      return;
    }
    const done = this.holeOf === null ? this.shaping.add(this.placed) : this.shaping.cut(this.holeOf, this.placed);
    if (done) this.dropRing();
  }

  // --- vertices of the selected object ---

  /** Takes hold of the vertex under a press, or of a new one on the edge under it. */
  grab({ at, coarse = false }: PointerInput): boolean {
    const shape = this.shape();
    if (shape === null || this.context.readOnly) return false;
    const { camera } = this.context;
    const point = camera.toImage(at);
    const vertex = vertexNear(shape.rings, point, (coarse ? FINGER_RADIUS : GRAB_RADIUS) / camera.scale);
    if (vertex !== null) {
      this.hold(shape.record.id, vertex, shape.rings, shape.rings);
    } else {
      const edge = edgeNear(shape.rings, point, EDGE_REACH / camera.scale);
      if (edge === null) return false;
      const added = { ring: edge.after.ring, index: edge.after.index + 1 };
      this.hold(shape.record.id, added, shape.rings, insertVertex(shape.rings, edge.after, edge.point));
    }
    this.transition(this.dragging);
    return true;
  }

  /** Takes hold, by keyboard, of the first vertex or of the one after the last used one. */
  holdVertex(by: 1 | -1): boolean {
    this.dropHeld();
    const shape = this.shape();
    if (shape === null || this.refuse()) return false;
    const vertex = stepVertex(shape.rings, this.lastVertex, by);
    const point = vertex === null ? undefined : vertexOf(shape.rings, vertex);
    if (vertex === null || point === undefined) return false;
    this.hold(shape.record.id, vertex, shape.rings, shape.rings);
    if (this.context.camera.reveal(point, GRAB_RADIUS)) this.context.repaint("image", "masks");
    this.transition(this.nudging);
    return true;
  }

  moveHeld(to: ImagePoint): void {
    const { held } = this;
    if (held === null) return;
    this.held = { ...held, rings: moveVertex(held.rings, held.at, to) };
    this.context.repaint("overlay");
  }

  nudgeHeld(dx: number, dy: number): void {
    const { held } = this;
    const point = held === null ? undefined : vertexOf(held.rings, held.at);
    if (point === undefined) return;
    const to = this.clamped(imagePoint(point.x + dx, point.y + dy));
    this.moveHeld(to);
    if (this.context.camera.reveal(to, GRAB_RADIUS)) this.context.repaint("image", "masks");
  }

  /** Leaves the held vertex where it is: one change of the object. */
  dropHeld(): void {
    const { held } = this;
    this.held = null;
    if (held !== null && held.rings !== held.before) this.shaping.apply(held.id, held.rings);
    this.settle();
  }

  releaseHeld(): void {
    this.held = null;
    this.lastVertex = null;
    this.settle();
    this.context.repaint("overlay");
  }

  /** Removes the vertex that was used last. */
  removeVertex(): boolean {
    const shape = this.shape();
    const vertex = this.lastVertex;
    if (shape === null || vertex === null || this.refuse()) return false;
    this.lastVertex = null;
    this.shaping.apply(shape.record.id, removeVertex(shape.rings, vertex));
    this.settle();
    return true;
  }

  clamped(point: ImagePoint): ImagePoint {
    return clampToImage(point, this.context.camera.imageSize);
  }

  pointUnder(at: ScreenPoint): ImagePoint {
    return this.clamped(this.context.camera.toImage(at));
  }

  private hold(id: string, at: VertexAt, before: readonly Ring[], rings: readonly Ring[]): void {
    this.held = { id, at, before, rings };
    this.lastVertex = at;
    this.context.repaint("overlay");
  }

  private shape(): RingShape | null {
    return this.shaping.selected();
  }

  private forgetRing(): void {
    this.placed = [];
    this.taken = [];
    this.holeOf = null;
  }

  /** True, with a hint, when nothing may be changed. */
  private refuse(): boolean {
    const { context } = this;
    if (context.readOnly) context.notice("readOnly");
    return context.readOnly || context.imageSize === null;
  }
}
