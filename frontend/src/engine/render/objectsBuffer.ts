/**
 * All objects, drawn once into a canvas of the view's size. What happens often (a new object, panning, a proposal,
 * another selection) then costs no more than what is new, however many objects there are.
 */
import { boxesMeet, grow, type Box } from "../geometry";
import type { Platform, Surface } from "../platform";
import type { ObjectRecord } from "../types";
import { BITMAP_BUDGET, type MaskCache } from "./maskCache";
import { strokeMask, tintMask } from "./maskDrawing";
import type { Scene } from "./scene";
import { OUTLINE_WIDTH } from "./theme";
import { canvasBoxOf, drawInImageSpace, drawInDeviceSpace, imageBoxOf, strideFor } from "./view";

/** Time for making masks ready within one frame; the rest follows in the next ones. */
const MAKING_MS = 8;
/** With more objects than this, zooming stretches the last drawing until the view has come to rest. */
const MANY = 80;
const REST_MS = 100;

/** With more changed objects than this, drawing all anew is no slower. */
const MOST_PATCHES = 16;

/** What a drawing depends on. */
interface Look {
  readonly objects: readonly ObjectRecord[];
  readonly labels: unknown;
  readonly palette: unknown;
  readonly tint: number;
  readonly turn: number;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly ratio: number;
  readonly width: number;
  readonly height: number;
}

function boxOfRecord(record: ObjectRecord): Box {
  const [x = 0, y = 0, width = 0, height = 0] = record.bbox;
  return { x, y, width, height };
}

function sameStyle(a: Look, b: Look): boolean {
  return (
    a.labels === b.labels &&
    a.palette === b.palette &&
    a.tint === b.tint &&
    a.turn === b.turn &&
    a.ratio === b.ratio &&
    a.width === b.width &&
    a.height === b.height
  );
}

function samePlace(a: Look, b: Look): boolean {
  return a.x === b.x && a.y === b.y && a.scale === b.scale;
}

/** The records that only one of the two lists has; an object that was changed is in both as another record. */
function differing(before: readonly ObjectRecord[], after: readonly ObjectRecord[]): readonly ObjectRecord[] {
  const old = new Set(before);
  const kept = new Set(after);
  return [...before.filter((record) => !kept.has(record)), ...after.filter((record) => !old.has(record))];
}

export class ObjectsBuffer {
  private surface: Surface | null = null;
  private drawn: Look | null = null;
  /** How many of the drawn look's objects are on the canvas already. */
  private count = 0;
  private lastScale = 0;
  private zoomedAt = -Infinity;

  constructor(
    private readonly platform: Platform,
    private readonly scene: Scene,
    private readonly cache: MaskCache,
    /** Called when another frame is needed. */
    private readonly again: () => void,
  ) {}

  /** Puts the objects on a cleared canvas, as far as they are ready. */
  drawOn(target: Surface): void {
    const wanted = this.look(target);
    if (wanted.scale !== this.lastScale) this.zoomedAt = this.platform.now();
    this.lastScale = wanted.scale;
    if (wanted.objects.length === 0) {
      this.drawn = null;
      return;
    }
    const buffer = this.bufferFor(target);
    this.update(buffer, wanted);
    this.copyTo(target, buffer, wanted);
    if (!this.isCurrent(wanted) || this.count < wanted.objects.length) this.again();
  }

  release(): void {
    this.surface?.release();
    this.surface = null;
    this.drawn = null;
  }

  private look(target: Surface): Look {
    const { camera, objects, labels, palette, tint, pixelRatio: ratio } = this.scene;
    const { turn, placement } = camera;
    const { width, height } = target;
    return { objects, labels, palette, tint, turn, ...placement, ratio, width, height };
  }

  private bufferFor(target: Surface): Surface {
    this.surface ??= this.platform.createBuffer(target.width, target.height);
    if (this.surface.width !== target.width || this.surface.height !== target.height) {
      this.surface.resize(target.width, target.height);
      this.drawn = null;
    }
    return this.surface;
  }

  private isCurrent(wanted: Look): boolean {
    const { drawn } = this;
    return drawn !== null && drawn.objects === wanted.objects && sameStyle(drawn, wanted) && samePlace(drawn, wanted);
  }

  /** Brings the buffer as near to the wanted look as one frame's time allows. */
  private update(buffer: Surface, wanted: Look): void {
    const { drawn } = this;
    if (drawn === null || !sameStyle(drawn, wanted)) this.restart(buffer, wanted);
    else if (samePlace(drawn, wanted) && this.beginsWithDrawn(wanted)) this.drawn = wanted;
    else if (this.patch(buffer, drawn, wanted)) this.drawn = wanted;
    else if (!this.shift(buffer, drawn, wanted) && !this.isMoving(wanted) && this.prepare(wanted.objects, wanted)) {
      this.restart(buffer, wanted);
    }
    if (this.isCurrent(wanted)) this.append(buffer, wanted);
  }

  private restart(buffer: Surface, wanted: Look): void {
    drawInDeviceSpace(buffer.context);
    buffer.context.clearRect(0, 0, buffer.width, buffer.height);
    this.drawn = wanted;
    this.count = 0;
  }

  private beginsWithDrawn(wanted: Look): boolean {
    const drawn = this.drawn?.objects.slice(0, this.count) ?? [];
    return drawn.every((record, index) => record === wanted.objects[index]);
  }

  /** Draws anew only where single objects have changed; false where more than that is different. */
  private patch(buffer: Surface, drawn: Look, wanted: Look): boolean {
    if (!samePlace(drawn, wanted) || this.count < drawn.objects.length) return false;
    const changed = differing(drawn.objects, wanted.objects);
    if (changed.length > MOST_PATCHES) return false;
    for (const record of changed) {
      const area = this.onCanvas(buffer, boxOfRecord(record));
      if (area === null) continue;
      drawInDeviceSpace(buffer.context);
      buffer.context.clearRect(area.x, area.y, area.width, area.height);
      this.drawWithin(buffer, area, this.meeting(wanted, area));
    }
    this.count = wanted.objects.length;
    return true;
  }

  /** Whole device pixels on the canvas that an object and its outline may touch; null when it is out of view. */
  private onCanvas(buffer: Surface, box: Box): Box | null {
    const { camera, pixelRatio } = this.scene;
    const placed = grow(canvasBoxOf(camera, pixelRatio, box), 2 * OUTLINE_WIDTH * pixelRatio + 1);
    const left = Math.max(Math.floor(placed.x), 0);
    const top = Math.max(Math.floor(placed.y), 0);
    const right = Math.min(Math.ceil(placed.x + placed.width), buffer.width);
    const bottom = Math.min(Math.ceil(placed.y + placed.height), buffer.height);
    return right <= left || bottom <= top ? null : { x: left, y: top, width: right - left, height: bottom - top };
  }

  private isMoving(wanted: Look): boolean {
    return wanted.objects.length > MANY && this.platform.now() - this.zoomedAt < REST_MS;
  }

  /** Draws the objects that are not on the canvas yet, as many as get ready in time. */
  private append(buffer: Surface, wanted: Look): void {
    const stride = this.strideOf(wanted);
    const deadline = this.platform.now() + MAKING_MS;
    const view = this.part(wanted, { x: 0, y: 0, width: buffer.width, height: buffer.height });
    while (this.count < wanted.objects.length) {
      const record = wanted.objects[this.count];
      if (record !== undefined && boxesMeet(boxOfRecord(record), view)) this.draw(buffer, record, stride);
      this.count += 1;
      if (this.platform.now() > deadline) return;
    }
  }

  /** Moves what is drawn and draws only the edges that come into view; false where that is not all there is to do. */
  private shift(buffer: Surface, drawn: Look, wanted: Look): boolean {
    const dx = Math.round((wanted.x - drawn.x) * wanted.ratio);
    const dy = Math.round((wanted.y - drawn.y) * wanted.ratio);
    const exact =
      Math.abs((wanted.x - drawn.x) * wanted.ratio - dx) < 0.01 &&
      Math.abs((wanted.y - drawn.y) * wanted.ratio - dy) < 0.01;
    const whole = drawn.objects === wanted.objects && this.count === drawn.objects.length;
    const near = Math.abs(dx) < buffer.width && Math.abs(dy) < buffer.height;
    if (!exact || !whole || !near || drawn.scale !== wanted.scale) return false;
    const strips = stripsOf(buffer, dx, dy);
    const entering = strips.map((strip) => this.meeting(wanted, strip));
    if (!this.prepare(entering.flat(), wanted)) return false;
    const { context } = buffer;
    drawInDeviceSpace(context);
    context.globalAlpha = 1;
    context.globalCompositeOperation = "copy";
    context.drawImage(buffer.source, dx, dy);
    context.globalCompositeOperation = "source-over";
    for (const [index, strip] of strips.entries()) this.drawWithin(buffer, strip, entering[index] ?? []);
    this.drawn = wanted;
    return true;
  }

  private drawWithin(buffer: Surface, strip: Box, records: readonly ObjectRecord[]): void {
    const { context } = buffer;
    context.save();
    drawInDeviceSpace(context);
    context.beginPath();
    context.rect(strip.x, strip.y, strip.width, strip.height);
    context.clip();
    const stride = this.strideOf(this.look(buffer));
    for (const record of records) this.draw(buffer, record, stride);
    context.restore();
  }

  private draw(buffer: Surface, record: ObjectRecord, stride: number): void {
    const { camera, pixelRatio } = this.scene;
    const color = this.scene.colorOf(record);
    const art = this.cache.ready(record.mask, color, stride) ?? this.cache.make(record.mask, color, stride);
    if (art === null) return;
    drawInImageSpace(buffer.context, camera, pixelRatio);
    tintMask(buffer.context, art, this.scene.tint);
    strokeMask(buffer.context, art, { color, width: OUTLINE_WIDTH, scale: camera.scale });
  }

  /** Makes masks ready, as many as time allows; true when all of them are that are in view. */
  private prepare(records: readonly ObjectRecord[], wanted: Look): boolean {
    const stride = this.strideOf(wanted);
    const deadline = this.platform.now() + MAKING_MS;
    const view = this.part(wanted, { x: 0, y: 0, width: wanted.width, height: wanted.height });
    for (const record of records) {
      if (!boxesMeet(boxOfRecord(record), view)) continue;
      const color = this.scene.colorOf(record);
      if (this.cache.ready(record.mask, color, stride) !== null) continue;
      if (this.platform.now() > deadline) return false;
      this.cache.make(record.mask, color, stride);
    }
    return true;
  }

  private meeting(wanted: Look, strip: Box): readonly ObjectRecord[] {
    const part = this.part(wanted, strip);
    return wanted.objects.filter((record) => boxesMeet(boxOfRecord(record), part));
  }

  /** What a part of the canvas (device pixels) shows, in image pixels, with room for outlines that reach into it. */
  private part(wanted: Look, area: Box): Box {
    return grow(imageBoxOf(this.scene.camera, wanted.ratio, area), OUTLINE_WIDTH / wanted.scale);
  }

  /** Coarser than the screen only when so many large masks lie on each other that memory would run short. */
  private strideOf(wanted: Look): number {
    const view = this.part(wanted, { x: 0, y: 0, width: wanted.width, height: wanted.height });
    const cells = wanted.objects.reduce((sum, record) => {
      const box = boxOfRecord(record);
      return boxesMeet(box, view) ? sum + box.width * box.height : sum;
    }, 0);
    let stride = strideFor(wanted.scale, wanted.ratio);
    while ((cells * 4) / stride ** 2 > BITMAP_BUDGET / 2) stride *= 2;
    return stride;
  }

  /** As it is, or stretched to where it belongs while a newer drawing is on its way. */
  private copyTo(target: Surface, buffer: Surface, wanted: Look): void {
    const { context } = target;
    const { drawn } = this;
    if (drawn === null) return;
    const zoom = wanted.scale / drawn.scale;
    drawInDeviceSpace(context);
    context.globalAlpha = 1;
    context.imageSmoothingEnabled = true;
    context.drawImage(
      buffer.source,
      (wanted.x - drawn.x * zoom) * wanted.ratio,
      (wanted.y - drawn.y * zoom) * wanted.ratio,
      buffer.width * zoom,
      buffer.height * zoom,
    );
  }
}

/** The edges that a shift brings into view, without overlap: what is half transparent must be drawn once. */
function stripsOf(buffer: Surface, dx: number, dy: number): readonly Box[] {
  const { width, height } = buffer;
  const across = Math.abs(dx);
  const strips = [
    { x: dx > 0 ? 0 : width - across, y: 0, width: across, height },
    { x: dx > 0 ? across : 0, y: dy > 0 ? 0 : height - Math.abs(dy), width: width - across, height: Math.abs(dy) },
  ];
  return strips.filter((strip) => strip.width > 0 && strip.height > 0);
}
