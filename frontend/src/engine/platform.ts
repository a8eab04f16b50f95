/** What the engine needs from a browser, behind one interface, so that everything else runs without one. */
import type { Size } from "./geometry";
import { listenToInput, type InputListener } from "./input";
import type { TileStore } from "./tiles/store";
import { Tones } from "./tones";
import type { EngineOptions } from "./types";

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
  | "filter"
  | "imageSmoothingEnabled"
  | "imageSmoothingQuality"
  | "setTransform"
  | "transform"
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

/** What shows a large picture: a small whole of it, and its tiles as they come. */
export interface TiledPicture {
  readonly preview: Picture;
  readonly store: TileStore;
}

export interface Picture extends Size {
  readonly source: CanvasImageSource;
  /** For a large picture: `source` is then the preview's. */
  readonly tiled?: TiledPicture;
  release(): void;
}

export interface Platform {
  /** A canvas that fills the host; later ones lie above earlier ones. */
  createLayer(): Surface;
  createBuffer(width: number, height: number): Surface;
  createPath(): Path2D;
  /** Rejects when the file cannot be read. */
  loadPicture(url: string): Promise<Picture>;
  /** One tile of a large picture. Rejects when it cannot be had or is no longer wanted. */
  loadTile(url: string, signal: AbortSignal): Promise<Picture>;
  /** Starts telling about input and about the host's size (at once for the first time); returns what stops it. */
  listen(listener: InputListener): () => void;
  setCursor(cursor: string): void;
  /** The colour around the picture. */
  setGround(color: string): void;
  /**
   * Shows the lowest layer with other tones (what each level of a channel becomes, 0 to 1), or with null as it is;
   * returns the CSS filter that does the same.
   */
  showTones(table: readonly number[] | null): string;
  /** Schedules one frame; returns what takes it back. */
  raf(frame: () => void): () => void;
  /** Runs something later; returns what takes it back. */
  after(ms: number, then: () => void): () => void;
  now(): number;
  newId(): string;
  /** Takes the layers out of the host. */
  destroy(): void;
}

/** Above this many pixels an image stays in the browser's own cache instead of being pinned in memory. */
const LARGEST_PINNED = 40_000_000;

function surfaceOf(canvas: HTMLCanvasElement): Surface {
  const context = canvas.getContext("2d");
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

async function loadTile(url: string, signal: AbortSignal): Promise<Picture> {
  const answer = await fetch(url, { signal, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`The tile ${url} is not there: ${answer.status}.`);
  const bitmap = await createImageBitmap(await answer.blob());
  return { source: bitmap, width: bitmap.width, height: bitmap.height, release: () => bitmap.close() };
}

/** A version 4 uuid; unlike crypto.randomUUID it also exists where the page is served without TLS. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function layerIn(host: HTMLElement): HTMLCanvasElement {
  const canvas = host.ownerDocument.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  canvas.style.cssText = "position:absolute;inset:0;width:100%;height:100%;pointer-events:none";
  host.append(canvas);
  return canvas;
}

function bufferOf(document: Document, width: number, height: number): Surface {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return surfaceOf(canvas);
}

const CLOCK: Pick<Platform, "raf" | "after" | "now"> = {
  raf(frame) {
    const handle = requestAnimationFrame(() => frame());
    return () => cancelAnimationFrame(handle);
  },
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
};

export function browserPlatform(host: HTMLElement): Platform {
  const document = host.ownerDocument;
  const layers: HTMLCanvasElement[] = [];
  const tones = new Tones(host);
  if (getComputedStyle(host).position === "static") host.style.position = "relative";
  host.style.overflow = "hidden";
  host.style.touchAction = "none";
  if (!host.hasAttribute("tabindex")) host.tabIndex = 0;
  return {
    ...CLOCK,
    createLayer() {
      const canvas = layerIn(host);
      layers.push(canvas);
      return surfaceOf(canvas);
    },
    createBuffer: (width, height) => bufferOf(document, width, height),
    createPath: () => new Path2D(),
    loadPicture: (url) => loadPicture(document, url),
    loadTile,
    listen: (listener) => listenToInput(host, listener),
    setCursor(cursor) {
      host.style.cursor = cursor;
    },
    setGround(color) {
      host.style.backgroundColor = color;
    },
    showTones(table) {
      const filter = tones.filterFor(table);
      if (layers[0] !== undefined) layers[0].style.filter = filter === "none" ? "" : filter;
      return filter;
    },
    newId,
    destroy() {
      for (const canvas of layers) canvas.remove();
      tones.remove();
    },
  };
}

/** The browser, or what the options put in place of it or of parts of it. */
export function platformFor(options: EngineOptions): Platform {
  const platform = options.platform ?? browserPlatform(options.host);
  return {
    ...platform,
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.raf === undefined ? {} : { raf: options.raf }),
    ...(options.newId === undefined ? {} : { newId: options.newId }),
  };
}
