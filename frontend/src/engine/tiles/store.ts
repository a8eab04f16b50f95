/** The tiles of one large picture: those that are needed are fetched, as many as fit are kept. */
import type { Picture } from "../platform";
import type { TileGrid, TilePlace } from "./grid";

/** Who looks at tiles; what each of them needs is replaced as a whole. */
export type TileReader = "view" | "loupe";

export interface TileSupply {
  load(place: TilePlace, signal: AbortSignal): Promise<Picture>;
  /** Runs something after a while; returns what takes it back. */
  later(run: () => void, afterMs: number): () => void;
  /** A tile that this reader needs has come. */
  arrived(reader: TileReader): void;
}

interface Want {
  readonly needed: readonly TilePlace[];
  /** What may be needed next; fetched while there is room. */
  readonly ahead: readonly TilePlace[];
}

const MOST_AT_ONCE = 6;
/** A view of 3840 x 2160 device pixels needs 135 MB at worst. */
const LIMIT_BYTES = 192 * 2 ** 20;
/** Fetching ahead leaves room for what will be needed. */
const ROOM_AHEAD = 0.75;
const BYTES_A_PIXEL = 4;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 10_000;

const keyOf = ({ level, x, y }: TilePlace): string => `${level}/${x}/${y}`;
const bytesOf = ({ width, height }: Picture): number => width * height * BYTES_A_PIXEL;

export class TileStore {
  /** The least recently used first. */
  private readonly kept = new Map<string, Picture>();
  private readonly loading = new Map<string, AbortController>();
  /** Tiles that could not be had, perhaps because they are not made yet: how often, and what stops the next try. */
  private readonly pausing = new Map<string, () => void>();
  private readonly failures = new Map<string, number>();
  private readonly wants: Record<TileReader, Want> = {
    view: { needed: [], ahead: [] },
    loupe: { needed: [], ahead: [] },
  };
  private readonly baseKeys: ReadonlySet<string>;
  private bytes = 0;
  private closed = false;

  constructor(
    readonly grid: TileGrid,
    private readonly supply: TileSupply,
    private readonly limitBytes = LIMIT_BYTES,
  ) {
    this.baseKeys = new Set(grid.basePlaces.map(keyOf));
    this.fetch();
  }

  get keptBytes(): number {
    return this.bytes;
  }

  get(place: TilePlace): Picture | null {
    const key = keyOf(place);
    const tile = this.kept.get(key);
    if (tile === undefined) return null;
    this.kept.delete(key);
    this.kept.set(key, tile);
    return tile;
  }

  want(reader: TileReader, needed: readonly TilePlace[], ahead: readonly TilePlace[] = []): void {
    this.wants[reader] = { needed, ahead };
    this.forgetUnwanted();
    this.fetch();
  }

  release(): void {
    this.closed = true;
    for (const request of this.loading.values()) request.abort();
    for (const stop of this.pausing.values()) stop();
    for (const tile of this.kept.values()) tile.release();
    for (const held of [this.loading, this.pausing, this.failures, this.kept]) held.clear();
    this.bytes = 0;
  }

  /** In the order in which they are fetched: all of the picture roughly, then what is looked at, then around it. */
  private *wanted(): Generator<TilePlace> {
    yield* this.grid.basePlaces;
    yield* this.wants.view.needed;
    yield* this.wants.loupe.needed;
    if (this.bytes >= this.limitBytes * ROOM_AHEAD) return;
    yield* this.wants.view.ahead;
    yield* this.wants.loupe.ahead;
  }

  private fetch(): void {
    if (this.closed) return;
    for (const place of this.wanted()) {
      if (this.loading.size >= MOST_AT_ONCE) return;
      const key = keyOf(place);
      if (!this.kept.has(key) && !this.loading.has(key) && !this.pausing.has(key)) void this.load(key, place);
    }
  }

  private async load(key: string, place: TilePlace): Promise<void> {
    const request = new AbortController();
    this.loading.set(key, request);
    try {
      const tile = await this.supply.load(place, request.signal);
      if (this.loading.get(key) === request) this.keep(key, tile);
      else tile.release();
    } catch {
      if (this.loading.get(key) === request) this.tryLater(key);
    }
    this.fetch();
  }

  private keep(key: string, tile: Picture): void {
    this.loading.delete(key);
    this.failures.delete(key);
    this.kept.set(key, tile);
    this.bytes += bytesOf(tile);
    this.makeRoom();
    if (this.baseKeys.has(key) || this.needs("view", key)) this.supply.arrived("view");
    if (this.needs("loupe", key)) this.supply.arrived("loupe");
  }

  private tryLater(key: string): void {
    this.loading.delete(key);
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
    const stop = this.supply.later(() => {
      this.pausing.delete(key);
      this.fetch();
    }, pause);
    this.pausing.set(key, stop);
  }

  private needs(reader: TileReader, key: string): boolean {
    return this.wants[reader].needed.some((place) => keyOf(place) === key);
  }

  private forgetUnwanted(): void {
    const { view, loupe } = this.wants;
    const wanted = new Set([view.needed, view.ahead, loupe.needed, loupe.ahead].flat().map(keyOf));
    const unwanted = (key: string): boolean => !wanted.has(key) && !this.baseKeys.has(key);
    for (const [key, request] of this.loading) {
      if (!unwanted(key)) continue;
      this.loading.delete(key);
      request.abort();
    }
    for (const [key, stop] of this.pausing) {
      if (!unwanted(key)) continue;
      stop();
      this.pausing.delete(key);
      this.failures.delete(key);
    }
  }

  private makeRoom(): void {
    const needed = new Set([...this.wants.view.needed, ...this.wants.loupe.needed].map(keyOf));
    for (const [key, tile] of this.kept) {
      if (this.bytes <= this.limitBytes) return;
      if (needed.has(key) || this.baseKeys.has(key)) continue;
      this.kept.delete(key);
      this.bytes -= bytesOf(tile);
      tile.release();
    }
  }
}
