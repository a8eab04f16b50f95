/** Where the image is on the screen. The only place that turns image points into screen points and back. */
import { clamp, imagePoint, screenPoint, type Size } from "./geometry";
import type { ImagePoint, ScreenPoint } from "./types";

const LARGEST_SCALE = 64;
const FIT_MARGIN = 24;
/** CSS pixels of the image that stay in sight however far one pans. */
const KEPT_IN_SIGHT = 48;

/** Image corners (0, 0) to (width, height) in CSS pixels. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** CSS pixels per image pixel and the screen position of the image's top left corner, kept within bounds. */
export class Camera {
  private image: Size = { width: 1, height: 1 };
  private view: Size = { width: 0, height: 0 };
  private left = 0;
  private top = 0;
  private zoom = 1;
  /** True until somebody pans or zooms: the image then follows the size of the view. */
  private fitted = true;

  get scale(): number {
    return this.zoom;
  }

  get placement(): Placement {
    return { x: this.left, y: this.top, scale: this.zoom };
  }

  get viewSize(): Size {
    return this.view;
  }

  get imageSize(): Size {
    return this.image;
  }

  /** The middle of a pixel is half a pixel right of and below its corner, hence the 0.5 here and in `toImage`. */
  toScreen(point: ImagePoint): ScreenPoint {
    return screenPoint(this.left + (point.x + 0.5) * this.zoom, this.top + (point.y + 0.5) * this.zoom);
  }

  toImage(point: ScreenPoint): ImagePoint {
    return imagePoint((point.x - this.left) / this.zoom - 0.5, (point.y - this.top) / this.zoom - 0.5);
  }

  setImage(size: Size): void {
    this.image = size;
    this.fit();
  }

  /** The middle of the view stays where it is in the image, unless the image is still fitted to the view. */
  setView(size: Size): void {
    const middle = this.toImage(this.viewMiddle());
    this.view = size;
    if (this.fitted) this.fit();
    else this.bring(middle, this.viewMiddle());
  }

  fit(): void {
    this.zoom = this.fittingScale();
    this.left = (this.view.width - this.image.width * this.zoom) / 2;
    this.top = (this.view.height - this.image.height * this.zoom) / 2;
    this.fitted = true;
  }

  /** Zooms so that the image point under `at` stays under it. */
  zoomTo(scale: number, at: ScreenPoint = this.viewMiddle()): void {
    const fixed = this.toImage(at);
    this.zoom = clamp(scale, Math.min(this.fittingScale() / 4, 1), LARGEST_SCALE);
    this.bring(fixed, at);
  }

  panBy(dx: number, dy: number): void {
    this.left += dx;
    this.top += dy;
    this.fitted = false;
    this.keepInSight();
  }

  /** Pans no farther than needed to show a point at least `margin` CSS pixels from the edge; true if it moved. */
  reveal(point: ImagePoint, margin: number): boolean {
    const at = this.toScreen(point);
    const room = (extent: number): number => Math.min(margin, extent / 2);
    const dx = clamp(at.x, room(this.view.width), this.view.width - room(this.view.width)) - at.x;
    const dy = clamp(at.y, room(this.view.height), this.view.height - room(this.view.height)) - at.y;
    if (dx === 0 && dy === 0) return false;
    this.panBy(dx, dy);
    return true;
  }

  viewMiddle(): ScreenPoint {
    return screenPoint(this.view.width / 2, this.view.height / 2);
  }

  private bring(point: ImagePoint, to: ScreenPoint): void {
    const now = this.toScreen(point);
    this.panBy(to.x - now.x, to.y - now.y);
  }

  private fittingScale(): number {
    const room = (extent: number): number => Math.max(extent - 2 * FIT_MARGIN, extent / 2, 1);
    const scale = Math.min(room(this.view.width) / this.image.width, room(this.view.height) / this.image.height);
    return Math.min(scale, LARGEST_SCALE);
  }

  private keepInSight(): void {
    const within = (start: number, extent: number, view: number): number => {
      const kept = Math.min(KEPT_IN_SIGHT, extent, view);
      return clamp(start, kept - extent, view - kept);
    };
    this.left = within(this.left, this.image.width * this.zoom, this.view.width);
    this.top = within(this.top, this.image.height * this.zoom, this.view.height);
  }
}
