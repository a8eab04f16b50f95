/** The view as the app steers it, and the moment to lay things over it. */
import type { Core } from "./core";
import { boundsOf, grow, type Box } from "./geometry";
import type { ImagePoint, Rle, ScreenPoint, StatusPoint, ViewApi } from "./types";
import { changedView, sameView, type ViewSettings } from "./viewSettings";

/** CSS pixels around an object that fills the view. */
const ROOM_AROUND = 64;
/** CSS pixels between a revealed point and the edge of the view. */
const REVEALED_INSIDE = 96;
/** No closer than this to a small object: its surroundings are needed too. */
const CLOSEST = 8;

export class Viewing implements ViewApi {
  private readonly listeners = new Set<() => void>();
  private readonly asked = new Set<(at: ScreenPoint, id: string | null) => void>();
  private readonly watchers = new Set<(settings: ViewSettings) => void>();

  /** `changed` is called after each change of the camera. */
  constructor(
    private readonly core: Core,
    private readonly changed: () => void,
    /** The points of the object that is being clicked. */
    private readonly points: () => readonly StatusPoint[],
  ) {}

  fit(): void {
    this.core.camera.fit();
    this.changed();
  }

  zoomTo(scale: number): void {
    this.core.camera.zoomTo(scale);
    this.changed();
  }

  zoomBy(factor: number, at?: ScreenPoint): void {
    const { camera } = this.core;
    camera.zoomTo(camera.scale * factor, at);
    this.changed();
  }

  reveal(point: ImagePoint): void {
    if (this.core.camera.reveal(point, REVEALED_INSIDE)) this.changed();
  }

  showInstead(id: string, mask: Rle | null): void {
    this.core.showInstead(mask === null ? null : { id, mask });
  }

  actualSize(): void {
    this.zoomTo(1);
  }

  zoomToSelected(): boolean {
    const box = this.focus();
    if (box === null) return false;
    this.core.camera.fitBox(box, ROOM_AROUND, CLOSEST);
    this.changed();
    return true;
  }

  turnBy(quarters: 1 | -1): void {
    this.core.camera.turnBy(quarters);
    this.changed();
  }

  settings(): ViewSettings {
    return this.core.settings;
  }

  change(settings: Partial<ViewSettings>): void {
    const after = changedView(this.core.settings, settings);
    if (sameView(after, this.core.settings)) return;
    this.core.setView(after);
    for (const watcher of [...this.watchers]) watcher(after);
  }

  onSettings(listener: (settings: ViewSettings) => void): () => void {
    this.watchers.add(listener);
    return () => void this.watchers.delete(listener);
  }

  screenOf(point: ImagePoint): ScreenPoint {
    return this.core.camera.toScreen(point);
  }

  imageOf(point: ScreenPoint): ImagePoint {
    return this.core.camera.toImage(point);
  }

  onFrame(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  onSecondary(listener: (at: ScreenPoint, id: string | null) => void): () => void {
    this.asked.add(listener);
    return () => void this.asked.delete(listener);
  }

  /** A secondary click takes the object under it; who listens may offer what can be done with it. */
  pickSecondary(at: ScreenPoint, select: (id: string) => void): void {
    const id = this.core.maskAt(this.core.camera.toImage(at));
    if (id !== null) select(id);
    for (const listener of [...this.asked]) listener(at, id);
  }

  /** A frame is about to be painted. */
  frame(): void {
    for (const listener of [...this.listeners]) listener();
  }

  close(): void {
    this.listeners.clear();
    this.watchers.clear();
    this.asked.clear();
  }

  /** What one is working on, in corner coordinates. */
  private focus(): Box | null {
    const { core } = this;
    const [x = 0, y = 0, width = 0, height = 0] = core.records.get(core.selection ?? "")?.bbox ?? [];
    if (width > 0 && height > 0) return { x, y, width, height };
    const around = boundsOf(this.points().map(({ point }) => point));
    return around === null ? null : grow({ ...around, x: around.x + 0.5, y: around.y + 0.5 }, 1);
  }
}
