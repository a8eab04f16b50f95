/** Where the image is on the screen. The only place that turns image points into screen points and back. */
import { clamp, imagePoint, screenPoint, type Box, type Size } from "./geometry";
import type { ImagePoint, ScreenPoint } from "./types";

const LARGEST_SCALE = 64;
const FIT_MARGIN = 24;
/** CSS pixels of the image that stay in sight however far one pans. */
const KEPT_IN_SIGHT = 48;

/** The upper left corner of the image as it is shown, turned or not, in CSS pixels. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Quarter turns clockwise. */
export type Turn = 0 | 1 | 2 | 3;

/** Across and down of a step or a distance from a corner; the unit is the caller's. */
type Step = readonly [across: number, down: number];

/** The same step after a number of quarter turns clockwise. */
function turnedStep([across, down]: Step, turn: number): Step {
  switch (turn) {
    case 1:
      return [-down, across];
    case 2:
      return [-across, -down];
    case 3:
      return [down, -across];
    default:
      return [across, down];
  }
}

function reverseOf(turn: Turn): number {
  return (4 - turn) % 4;
}

/** The directions of the image's x and y axes on the screen. */
const AXES = [
  [1, 0, 0, 1],
  [0, 1, -1, 0],
  [-1, 0, 0, -1],
  [0, -1, 1, 0],
] as const;

/**
 * CSS pixels per image pixel, quarter turns, and the screen position of the shown image's upper left corner, kept
 * within bounds. "Corner coordinates" are image pixels from the corner of the image: the middle of the first pixel
 * is (0.5, 0.5) in them.
 */
export class Camera {
  private image: Size = { width: 1, height: 1 };
  private turned: Turn = 0;
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

  get turn(): Turn {
    return this.turned;
  }

  /** What a canvas needs to draw in corner coordinates: a, b, c, d, e, f in CSS pixels. */
  get matrix(): readonly [a: number, b: number, c: number, d: number, e: number, f: number] {
    const [a, b, c, d] = AXES[this.turned];
    const [x, y] = this.fromCorner([0, 0]);
    const { zoom } = this;
    return [a * zoom, b * zoom, c * zoom, d * zoom, this.left + x * zoom, this.top + y * zoom];
  }

  /** The image on the screen. */
  get imageArea(): Box {
    const { width, height } = this.shownSize();
    return { x: this.left, y: this.top, width: width * this.zoom, height: height * this.zoom };
  }

  /** The middle of a pixel is half a pixel right of and below its corner, hence the 0.5 here and in `toImage`. */
  toScreen(point: ImagePoint): ScreenPoint {
    const [across, down] = this.fromCorner([point.x + 0.5, point.y + 0.5]);
    return screenPoint(this.left + across * this.zoom, this.top + down * this.zoom);
  }

  toImage(point: ScreenPoint): ImagePoint {
    const [x, y] = this.toCorner([(point.x - this.left) / this.zoom, (point.y - this.top) / this.zoom]);
    return imagePoint(x - 0.5, y - 0.5);
  }

  /** Where a box in corner coordinates lies on the screen. */
  boxOnScreen({ x, y, width, height }: Box): Box {
    const [ax, ay] = this.fromCorner([x, y]);
    const [bx, by] = this.fromCorner([x + width, y + height]);
    const odd = this.turned % 2 === 1;
    return {
      x: this.left + Math.min(ax, bx) * this.zoom,
      y: this.top + Math.min(ay, by) * this.zoom,
      width: (odd ? height : width) * this.zoom,
      height: (odd ? width : height) * this.zoom,
    };
  }

  /** What an area of the screen shows, in corner coordinates. */
  boxInImage({ x, y, width, height }: Box): Box {
    const { zoom } = this;
    const [ax, ay] = this.toCorner([(x - this.left) / zoom, (y - this.top) / zoom]);
    const [bx, by] = this.toCorner([(x + width - this.left) / zoom, (y + height - this.top) / zoom]);
    const odd = this.turned % 2 === 1;
    return {
      x: Math.min(ax, bx),
      y: Math.min(ay, by),
      width: (odd ? height : width) / zoom,
      height: (odd ? width : height) / zoom,
    };
  }

  /** A step on the screen as one in the image, without the scale: what "to the left" means where it is turned. */
  stepInImage(across: number, down: number): Step {
    return turnedStep([across, down], reverseOf(this.turned));
  }

  /** The reverse of `stepInImage`. */
  stepOnScreen(dx: number, dy: number): Step {
    return turnedStep([dx, dy], this.turned);
  }

  setImage(size: Size): void {
    this.image = size;
    this.turned = 0;
    this.fit();
  }

  /** The middle of the view stays where it is in the image, unless the image is still fitted to the view. */
  turnBy(quarters: 1 | -1): void {
    const middle = this.toImage(this.viewMiddle());
    this.turned = ((this.turned + quarters + 4) % 4) as Turn;
    if (this.fitted) this.fit();
    else this.bring(middle, this.viewMiddle());
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
    const { width, height } = this.shownSize();
    this.left = (this.view.width - width * this.zoom) / 2;
    this.top = (this.view.height - height * this.zoom) / 2;
    this.fitted = true;
  }

  /** Shows a box (corner coordinates) as large as it fits with a margin around it, at most at `most`. */
  fitBox(box: Box, margin: number, most: number): void {
    const { width, height } = this.boxOnScreen(box);
    const room = (extent: number): number => Math.max(extent - 2 * margin, extent / 2, 1);
    const fitting = Math.min((room(this.view.width) * this.zoom) / width, (room(this.view.height) * this.zoom) / height);
    this.zoomTo(Math.min(fitting, most));
    this.bring(imagePoint(box.x + box.width / 2 - 0.5, box.y + box.height / 2 - 0.5), this.viewMiddle());
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
    const { width, height } = this.shownSize();
    const scale = Math.min(room(this.view.width) / width, room(this.view.height) / height);
    return Math.min(scale, LARGEST_SCALE);
  }

  private keepInSight(): void {
    const within = (start: number, extent: number, view: number): number => {
      const kept = Math.min(KEPT_IN_SIGHT, extent, view);
      return clamp(start, kept - extent, view - kept);
    };
    const { width, height } = this.imageArea;
    this.left = within(this.left, width, this.view.width);
    this.top = within(this.top, height, this.view.height);
  }

  /** The image's size as it is turned, in image pixels. */
  private shownSize(): Size {
    const { width, height } = this.image;
    return this.turned % 2 === 1 ? { width: height, height: width } : this.image;
  }

  /** Corner coordinates, as distances (in image pixels) from the upper left corner of the shown image. */
  private fromCorner([x, y]: Step): Step {
    const { width, height } = this.image;
    switch (this.turned) {
      case 1:
        return [height - y, x];
      case 2:
        return [width - x, height - y];
      case 3:
        return [y, width - x];
      default:
        return [x, y];
    }
  }

  private toCorner([across, down]: Step): Step {
    const { width, height } = this.image;
    switch (this.turned) {
      case 1:
        return [down, height - across];
      case 2:
        return [width - across, height - down];
      case 3:
        return [width - down, across];
      default:
        return [across, down];
    }
  }
}
