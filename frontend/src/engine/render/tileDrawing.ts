/** Drawing a part of a picture, whole or in tiles, onto a canvas in image corner coordinates. */
import type { Box } from "../geometry";
import type { Canvas2D, Picture, TiledPicture } from "../platform";
import type { TilePlace } from "../tiles/grid";
import type { TileReader } from "../tiles/store";

interface Whole {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

/** `from` shows all of the picture, in whatever size. */
export function drawWhole(context: Canvas2D, from: Whole, picture: Picture, part: Box): void {
  const across = from.width / picture.width;
  const down = from.height / picture.height;
  context.drawImage(
    from.source,
    part.x * across,
    part.y * down,
    part.width * across,
    part.height * down,
    part.x,
    part.y,
    part.width,
    part.height,
  );
}

/** Asks for the tiles that a part needs at a scale (device pixels per picture pixel), and draws what there is. */
export function drawTiles(
  context: Canvas2D,
  picture: Picture & { readonly tiled: TiledPicture },
  view: { readonly part: Box; readonly scale: number; readonly reader: TileReader },
): void {
  const { part, scale, reader } = view;
  const { store, preview } = picture.tiled;
  const { grid } = store;
  const level = grid.levelFor(scale);
  const needed = grid.placesIn(part, level);
  store.want(reader, needed, reader === "view" ? grid.placesIn(part, level, 1) : []);

  const draw = (place: TilePlace): boolean => drawTile(context, picture, place);
  const missing = (places: readonly TilePlace[]): boolean => places.some((place) => store.get(place) === null);
  // The base lies below everything: it is what shows through hairlines between tiles, and until finer ones come.
  const base = grid.placesIn(part, Math.max(grid.base, level));
  if (missing(base)) drawWhole(context, preview, picture, part);
  for (const place of base) draw(place);
  if (level >= grid.base) return;
  if (missing(needed)) {
    for (let coarser = grid.base - 1; coarser > level; coarser -= 1) grid.placesIn(part, coarser).forEach(draw);
    // Zoomed out a moment ago: what is too fine is still better than what is too coarse.
    if (level > 0) grid.placesIn(part, level - 1).forEach(draw);
  }
  needed.forEach(draw);
}

function drawTile(
  context: Canvas2D,
  { tiled: { store } }: { readonly tiled: TiledPicture },
  place: TilePlace,
): boolean {
  const tile = store.get(place);
  if (tile === null) return false;
  const box = store.grid.boxOf(place);
  const step = 2 ** place.level;
  // A tile's last pixel may stand for less than a full step at the picture's far edge.
  context.drawImage(tile.source, 0, 0, box.width / step, box.height / step, box.x, box.y, box.width, box.height);
  return true;
}
