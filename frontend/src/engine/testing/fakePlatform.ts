/** A platform without a browser: canvases that write their calls down, frames that run when a test says so. */
import type { InputListener } from "../input";
import type { Canvas2D, Picture, Platform, Surface } from "../platform";

export interface DrawCall {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Of the drawing state, what tests ask about. */
  readonly alpha: number;
  readonly lineWidth: number;
  readonly strokeStyle: unknown;
  readonly fillStyle: unknown;
  readonly smoothing: boolean;
  readonly transform: readonly number[];
}

export class FakeSurface implements Surface {
  readonly calls: DrawCall[] = [];
  readonly context: Canvas2D;
  readonly source: CanvasImageSource;
  released = false;
  private transform: readonly number[] = [1, 0, 0, 1, 0, 0];

  constructor(
    public width: number,
    public height: number,
  ) {
    this.context = this.recorder();
    this.source = this as unknown as CanvasImageSource;
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
  }

  release(): void {
    this.released = true;
    this.resize(0, 0);
  }

  named(name: string): readonly DrawCall[] {
    return this.calls.filter((call) => call.name === name);
  }

  clear(): void {
    this.calls.length = 0;
  }

  private recorder(): Canvas2D {
    const state: Record<string, unknown> = { globalAlpha: 1, lineWidth: 1, imageSmoothingEnabled: true };
    const proxy = new Proxy(state, {
      get: (target, name: string) => (name in target ? target[name] : this.method(name, target)),
      set: (target, name: string, value) => {
        target[name] = value;
        return true;
      },
    });
    return proxy as unknown as Canvas2D;
  }

  private method(name: string, state: Record<string, unknown>): (...args: unknown[]) => unknown {
    return (...args) => {
      if (name === "setTransform") this.transform = args as number[];
      this.calls.push({
        name,
        args,
        alpha: state["globalAlpha"] as number,
        lineWidth: state["lineWidth"] as number,
        strokeStyle: state["strokeStyle"],
        fillStyle: state["fillStyle"],
        smoothing: state["imageSmoothingEnabled"] as boolean,
        transform: this.transform,
      });
      if (name !== "createImageData") return undefined;
      const [width = 0, height = 0] = args as number[];
      return { width, height, data: new Uint8ClampedArray(width * height * 4) };
    };
  }
}

/** Keeps the corners of a path: [x, y] for each moveTo and lineTo, null for each closePath. */
export class FakePath {
  readonly steps: ([number, number] | null)[] = [];

  moveTo(x: number, y: number): void {
    this.steps.push([x, y]);
  }

  lineTo(x: number, y: number): void {
    this.steps.push([x, y]);
  }

  closePath(): void {
    this.steps.push(null);
  }
}

export class FakePlatform {
  readonly layers: FakeSurface[] = [];
  readonly buffers: FakeSurface[] = [];
  readonly pictures = new Map<string, { width: number; height: number } | Error>();
  readonly releasedPictures: string[] = [];
  /** Tiles that have been asked for, until a test answers them with `sendTile` or they are no longer wanted. */
  readonly askedTiles = new Map<string, (tile: Picture | Error) => void>();
  cursor = "";
  ground = "";
  tones: readonly number[] | null = null;
  time = 0;
  ids = 0;
  destroyed = false;
  listener: InputListener | null = null;
  private frames: (() => void)[] = [];
  private timers: { readonly due: number; readonly then: () => void }[] = [];

  constructor(
    readonly view: { readonly width: number; readonly height: number; readonly ratio: number } = {
      width: 1048,
      height: 848,
      ratio: 1,
    },
  ) {}

  get waitingFrames(): number {
    return this.frames.length;
  }

  /** Runs the frames that are waiting now. */
  frame(): void {
    const due = this.frames;
    this.frames = [];
    for (const callback of due) callback();
  }

  /** Lets time go by, with all that is due in it. */
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = next.due;
      next.then();
    }
    this.time = end;
  }

  platform(): Platform {
    return {
      createLayer: () => this.keep(this.layers, new FakeSurface(300, 150)),
      createBuffer: (width, height) => this.keep(this.buffers, new FakeSurface(width, height)),
      createPath: () => new FakePath() as unknown as Path2D,
      loadPicture: (url) => this.loadPicture(url),
      loadTile: (url, signal) => this.loadTile(url, signal),
      listen: (listener) => this.listen(listener),
      setCursor: (cursor) => void (this.cursor = cursor),
      setGround: (color) => void (this.ground = color),
      showTones: (table) => this.showTones(table),
      raf: (frame) => this.raf(frame),
      after: (ms, then) => this.after(ms, then),
      now: () => this.time,
      newId: () => `id-${(this.ids += 1)}`,
      destroy: () => void (this.destroyed = true),
    };
  }

  private keep(list: FakeSurface[], surface: FakeSurface): FakeSurface {
    list.push(surface);
    return surface;
  }

  private listen(listener: InputListener): () => void {
    this.listener = listener;
    listener.resized(this.view.width, this.view.height, this.view.ratio);
    return () => void (this.listener = null);
  }

  private showTones(table: readonly number[] | null): string {
    this.tones = table;
    return table === null ? "none" : "url(#tones)";
  }

  private after(ms: number, then: () => void): () => void {
    const timer = { due: this.time + ms, then };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((other) => other !== timer));
  }

  private raf(frame: () => void): () => void {
    this.frames.push(frame);
    return () => void (this.frames = this.frames.filter((other) => other !== frame));
  }

  /** Answers what was asked for at this address; without a size it fails. */
  async sendTile(url: string, size?: { width: number; height: number }): Promise<void> {
    const answer = this.askedTiles.get(url);
    if (answer === undefined) throw new Error(`nobody asks for ${url}`);
    this.askedTiles.delete(url);
    answer(size === undefined ? new Error("no tile") : this.picture(url, size));
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  }

  private loadTile(url: string, signal: AbortSignal): Promise<Picture> {
    return new Promise((resolve, reject) => {
      this.askedTiles.set(url, (tile) => (tile instanceof Error ? reject(tile) : resolve(tile)));
      signal.addEventListener("abort", () => {
        this.askedTiles.delete(url);
        reject(new Error("aborted"));
      });
    });
  }

  private picture(url: string, size: { width: number; height: number }): Picture {
    const source = { picture: url } as unknown as CanvasImageSource;
    return { source, ...size, release: () => void this.releasedPictures.push(url) };
  }

  private async loadPicture(url: string): Promise<Picture> {
    await Promise.resolve();
    const size = this.pictures.get(url) ?? new Error(`no picture at ${url}`);
    if (size instanceof Error) throw size;
    return this.picture(url, size);
  }
}
