/** The view as the app steers it, and the moment to lay things over it. */
import type { Core } from "./core";
import type { ImagePoint, ScreenPoint, ViewApi } from "./types";

export class Viewing implements ViewApi {
  private readonly listeners = new Set<() => void>();

  /** `changed` is called after each change of the camera. */
  constructor(
    private readonly core: Core,
    private readonly changed: () => void,
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

  /** A frame is about to be painted. */
  frame(): void {
    for (const listener of [...this.listeners]) listener();
  }

  close(): void {
    this.listeners.clear();
  }
}
