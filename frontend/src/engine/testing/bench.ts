/** An engine on a fake platform, driven like a person would: presses in image pixels, keys by name. */
import { Engine } from "../engine";
import { imagePoint } from "../geometry";
import type { InputListener } from "../input";
import { encodeCounts } from "../rle";
import type {
  ChangeSource,
  EngineStatus,
  KeyInput,
  MaskAnswer,
  MaskRequest,
  ObjectRecord,
  PreviewRequest,
  RecordsDiff,
  Rle,
} from "../types";
import { FakePlatform, type FakeSurface } from "./fakePlatform";

export const IMAGE = { width: 1000, height: 800 };

/** A mask of the test image that is one rectangle. */
export function boxMask(x: number, y: number, width: number, height: number, image = IMAGE): Rle {
  if (width === 0 || height === 0) return encodeCounts([image.height * image.width], image.height, image.width);
  const counts = [x * image.height + y];
  for (let column = 0; column < width - 1; column += 1) counts.push(height, image.height - height);
  counts.push(height, image.height * image.width - (x + width - 1) * image.height - y - height);
  return encodeCounts(counts, image.height, image.width);
}

const USUAL_MASK = boxMask(10, 20, 30, 40);

export function record(id: string, over: Partial<ObjectRecord> = {}): ObjectRecord {
  return {
    id,
    labelId: 1,
    mask: USUAL_MASK,
    bbox: [10, 20, 30, 40],
    area: 1200,
    score: 0.9,
    proposalId: 5,
    author: null,
    ...over,
  };
}

export function keyInput(key: string, over: Partial<KeyInput> = {}): KeyInput & { prevented: number } {
  return {
    type: "keydown",
    key,
    code: "",
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    repeat: false,
    target: null,
    prevented: 0,
    preventDefault() {
      this.prevented += 1;
    },
    ...over,
  };
}

export class TestBench {
  readonly fake = new FakePlatform();
  readonly requests: MaskRequest[] = [];
  readonly previews: PreviewRequest[] = [];
  readonly diffs: { diff: RecordsDiff; source: ChangeSource }[] = [];
  readonly statuses: EngineStatus[] = [];
  readonly engine: Engine;

  /** The view is 48 pixels larger than the image each way, so that it is shown at 100 % with its corner at (24, 24). */
  private constructor() {
    this.fake.pictures.set("/image", IMAGE);
    this.engine = new Engine({
      host: {} as HTMLElement,
      requestMask: (request) => void this.requests.push(request),
      requestPreview: (request) => void this.previews.push(request),
      platform: this.fake.platform(),
    });
    this.engine.onObjects((diff, source) => void this.diffs.push({ diff, source }));
    this.engine.onStatus((status) => void this.statuses.push(status));
  }

  static async open(): Promise<TestBench> {
    const bench = new TestBench();
    bench.engine.setLabels([
      { id: 1, name: "cat", color: "#ff0000" },
      { id: 2, name: "cup", color: "#00ff00" },
    ]);
    await bench.engine.loadImage({ url: "/image", ...IMAGE });
    bench.fake.frame();
    return bench;
  }

  get status(): EngineStatus {
    return this.engine.status();
  }

  get state(): string {
    return this.engine.status().state;
  }

  get input(): InputListener {
    if (this.fake.listener === null) throw new Error("nobody listens");
    return this.fake.listener;
  }

  get overlay(): FakeSurface {
    return this.layer(3);
  }

  layer(index: number): FakeSurface {
    const surface = this.fake.layers[index];
    if (surface === undefined) throw new Error(`no layer ${index}`);
    return surface;
  }

  down(x: number, y: number): void {
    this.input.pointerDown(this.engine.view.screenOf(imagePoint(x, y)), "primary");
  }

  move(x: number, y: number): void {
    this.input.pointerMove(this.engine.view.screenOf(imagePoint(x, y)));
  }

  up(x: number, y: number): void {
    this.input.pointerUp(this.engine.view.screenOf(imagePoint(x, y)));
  }

  /** A click in image pixels, a second after whatever came before. */
  click(x: number, y: number): void {
    this.fake.time += 1000;
    this.move(x, y);
    this.down(x, y);
    this.up(x, y);
  }

  clicks(...points: readonly (readonly [x: number, y: number])[]): void {
    for (const [x, y] of points) this.click(x, y);
  }

  drag(from: readonly [number, number], to: readonly [number, number]): void {
    this.down(...from);
    this.move(...to);
    this.up(...to);
  }

  key(key: string, over: Partial<KeyInput> = {}): boolean {
    const used = this.engine.handleKey(keyInput(key, over));
    if (key === " ") this.input.keyUp(" ");
    return used;
  }

  /** The four extreme points of an object around (x, y), 100 pixels wide and high. */
  four(x: number, y: number): void {
    this.clicks([x - 50, y], [x, y - 50], [x + 50, y], [x, y + 50]);
  }

  request(index = -1): MaskRequest {
    const request = this.requests.at(index);
    if (request === undefined) throw new Error("no mask was requested");
    return request;
  }

  answer(over: Partial<MaskAnswer> = {}): void {
    this.engine.deliverMask({
      requestId: this.request().requestId,
      proposalId: 70 + this.requests.length,
      mask: boxMask(150, 150, 100, 100),
      bbox: [150, 150, 100, 100],
      score: 0.9,
      elapsedMs: 37,
      ...over,
    });
  }

  fail(requestId = this.request().requestId): void {
    this.engine.failMask({ requestId, code: "segmentation_timeout", message: "The mask took too long." });
  }

  points(): (readonly [number, number, string])[] {
    return this.status.points.map(({ point, role }) => [point.x, point.y, role] as const);
  }
}
