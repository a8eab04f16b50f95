/** What the engine needs from a browser, behind one interface, so that everything else runs without one. */
import type { Size } from "./geometry";
import { listenToInput, type InputListener } from "./input";

/** The drawing calls that the engine makes. */
export type Canvas2D = Pick<
  CanvasRenderingContext2D,
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "lineJoin"
  | "lineCap"
  | "globalAlpha"
  | "globalCompositeOperation"
  | "imageSmoothingEnabled"
  | "imageSmoothingQuality"
  | "setTransform"
  | "setLineDash"
  | "clearRect"
  | "fillRect"
  | "strokeRect"
  | "drawImage"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "closePath"
  | "arc"
  | "rect"
  | "clip"
  | "save"
  | "restore"
  | "createImageData"
  | "putImageData"
> & {
  fill(path?: Path2D): void;
  stroke(path?: Path2D): void;
};

/** A canvas: `context` draws on it, `source` is drawn from it. Sizes are device pixels. */
export interface Surface {
  readonly context: Canvas2D;
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
  resize(width: number, height: number): void;
  /** Gives its memory back at once. */
  release(): void;
}

export interface Picture extends Size {
  readonly source: CanvasImageSource;
  release(): void;
}

export interface Platform {
  /** A canvas that fills the host; later ones lie above earlier ones. */
  createLayer(): Surface;
  createBuffer(width: number, height: number): Surface;
  createPath(): Path2D;
  /** Rejects when the file cannot be read. */
  loadPicture(url: string): Promise<Picture>;
  /** Starts telling about input and about the host's size (at once for the first time); returns what stops it. */
  listen(listener: InputListener): () => void;
  setCursor(cursor: string): void;
  /** Schedules one frame; returns what takes it back. */
  raf(frame: () => void): () => void;
  now(): number;
  newId(): string;
  /** Takes the layers out of the host. */
  destroy(): void;
}

/** Above this many pixels an image stays in the browser's own cache instead of being pinned in memory. */
const LARGEST_PINNED = 40_000_000;

function surfaceOf(canvas: HTMLCanvasElement, opaque: boolean): Surface {
  const context = canvas.getContext("2d", { alpha: !opaque });
  if (context === null) throw new Error("This browser cannot draw on a canvas. Update it or try another one.");
  const drawing: Canvas2D = context;
  return {
    context: drawing,
    source: canvas,
    get width() {
      return canvas.width;
    },
    get height() {
      return canvas.height;
    },
    resize(width, height) {
      canvas.width = width;
      canvas.height = height;
    },
    release() {
      canvas.width = 0;
      canvas.height = 0;
    },
  };
}

async function loadPicture(document: Document, url: string): Promise<Picture> {
  const element = document.createElement("img");
  element.decoding = "async";
  element.src = url;
  await element.decode();
  const size = { width: element.naturalWidth, height: element.naturalHeight };
  if (size.width * size.height > LARGEST_PINNED) {
    return { source: element, ...size, release: () => element.removeAttribute("src") };
  }
  const bitmap = await createImageBitmap(element);
  return { source: bitmap, ...size, release: () => bitmap.close() };
}

/** A version 4 uuid; unlike crypto.randomUUID it also exists where the page is served without TLS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function browserPlatform(host: HTMLElement): Platform {
  const document = host.ownerDocument;
  const layers: HTMLCanvasElement[] = [];
  if (getComputedStyle(host).position === "static") host.style.position = "relative";
  host.style.overflow = "hidden";
  host.style.touchAction = "none";
  if (!host.hasAttribute("tabindex")) host.tabIndex = 0;
  return {
    createLayer() {
      const canvas = document.createElement("canvas");
      canvas.setAttribute("aria-hidden", "true");
      canvas.style.cssText = "position:absolute;inset:0;width:100%;height:100%;pointer-events:none";
      host.append(canvas);
      layers.push(canvas);
      return surfaceOf(canvas, layers.length === 1);
    },
    createBuffer(width, height) {
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      return surfaceOf(canvas, false);
    },
    createPath: () => new Path2D(),
    loadPicture: (url) => loadPicture(document, url),
    listen: (listener) => listenToInput(host, listener),
    setCursor(cursor) {
      host.style.cursor = cursor;
    },
    raf(frame) {
      const handle = requestAnimationFrame(() => frame());
      return () => cancelAnimationFrame(handle);
    },
    now: () => performance.now(),
    newId,
    destroy() {
      for (const canvas of layers) canvas.remove();
    },
  };
}
