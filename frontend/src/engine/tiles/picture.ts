/** Opening a large picture: a small preview at once, its tiles as they are needed. */
import type { Picture, Platform } from "../platform";
import type { ImageSource, TileSource } from "../types";
import { TileGrid, type TilePlace } from "./grid";
import { TileStore, type TileReader } from "./store";

export function tileUrl({ url }: TileSource, { level, x, y }: TilePlace): string {
  return url.replace("{level}", String(level)).replace("{x}", String(x)).replace("{y}", String(y));
}

function later(run: () => void, afterMs: number): () => void {
  const timer = setTimeout(run, afterMs);
  return () => clearTimeout(timer);
}

/** The whole picture, or its preview with the store of its tiles. Rejects when the file or preview cannot be read. */
export async function openPicture(
  platform: Platform,
  source: ImageSource,
  arrived: (reader: TileReader) => void,
): Promise<Picture> {
  const { tiles, width, height } = source;
  if (tiles === undefined) return platform.loadPicture(source.url);
  const preview = await platform.loadPicture(tiles.preview);
  const load = (place: TilePlace, signal: AbortSignal): Promise<Picture> =>
    platform.loadTile(tileUrl(tiles, place), signal);
  const store = new TileStore(new TileGrid({ width, height }, tiles.side, tiles.levels), { load, later, arrived });
  return {
    source: preview.source,
    width,
    height,
    tiled: { preview, store },
    release: () => {
      store.release();
      preview.release();
    },
  };
}
