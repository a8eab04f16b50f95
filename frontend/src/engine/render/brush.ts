/** Draws on the overlay in CSS pixels and remembers where, so that the next frame wipes no more than that. */
import type { Box } from "../geometry";
import type { Canvas2D } from "../platform";

export class Brush {
  private painted: Box[] = [];

  constructor(readonly context: Canvas2D) {}

  /** Wipes all that was drawn since the last wipe; drawing must be in screen space. */
  wipe(): void {
    for (const { x, y, width, height } of this.painted) this.context.clearRect(x, y, width, height);
    this.painted = [];
  }

  /** Notes a drawn area; two pixels more on each side for line ends and smoothing. */
  touched(x: number, y: number, width: number, height: number): void {
    const left = Math.floor(x) - 2;
    const top = Math.floor(y) - 2;
    this.painted.push({
      x: left,
      y: top,
      width: Math.ceil(x + width) + 2 - left,
      height: Math.ceil(y + height) + 2 - top,
    });
  }

  line(fromX: number, fromY: number, toX: number, toY: number, color: string, width: number): void {
    const { context } = this;
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
    context.stroke();
    const half = width / 2;
    const x = Math.min(fromX, toX) - half;
    const y = Math.min(fromY, toY) - half;
    this.touched(x, y, Math.abs(toX - fromX) + width, Math.abs(toY - fromY) + width);
  }

  box({ x, y, width, height }: Box, color: string, lineWidth: number): void {
    this.line(x, y, x + width, y, color, lineWidth);
    this.line(x, y + height, x + width, y + height, color, lineWidth);
    this.line(x, y, x, y + height, color, lineWidth);
    this.line(x + width, y, x + width, y + height, color, lineWidth);
  }

  /** A closed shape, filled, with a light border within a dark one. */
  badge(corners: readonly (readonly [x: number, y: number])[], fill: string, light: string, dark: string): void {
    const { context } = this;
    context.beginPath();
    for (const [index, [x, y]] of corners.entries()) {
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.closePath();
    context.strokeStyle = dark;
    context.lineWidth = 4.5;
    context.stroke();
    context.strokeStyle = light;
    context.lineWidth = 2.5;
    context.stroke();
    context.fillStyle = fill;
    context.fill();
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    const left = Math.min(...xs) - 3;
    const top = Math.min(...ys) - 3;
    this.touched(left, top, Math.max(...xs) + 3 - left, Math.max(...ys) + 3 - top);
  }

  ring(x: number, y: number, radius: number, color: string, width: number): void {
    const { context } = this;
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
    const reach = radius + width / 2;
    this.touched(x - reach, y - reach, 2 * reach, 2 * reach);
  }
}
