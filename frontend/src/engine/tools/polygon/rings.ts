/** Rings of vertices, and what can be done to one of them. Nothing here changes a ring: each step makes a new list. */
import { imagePoint } from "../../geometry";
import { forEachEdge, type Ring } from "../../masks/polygon";
import type { ImagePoint } from "../../types";

export interface VertexAt {
  readonly ring: number;
  readonly index: number;
}

/** The fewest vertices that have an inside. */
export const LEAST_VERTICES = 3;

export function vertexOf(rings: readonly Ring[], { ring, index }: VertexAt): ImagePoint | undefined {
  return rings[ring]?.[index];
}

function withRing(rings: readonly Ring[], at: number, change: (ring: Ring) => Ring): readonly Ring[] {
  return rings.map((ring, index) => (index === at ? change(ring) : ring));
}

export function moveVertex(rings: readonly Ring[], at: VertexAt, to: ImagePoint): readonly Ring[] {
  return withRing(rings, at.ring, (ring) => ring.map((point, index) => (index === at.index ? to : point)));
}

/** The new vertex comes after `at`, on the edge that begins there. */
export function insertVertex(rings: readonly Ring[], at: VertexAt, point: ImagePoint): readonly Ring[] {
  return withRing(rings, at.ring, (ring) => [...ring.slice(0, at.index + 1), point, ...ring.slice(at.index + 1)]);
}

/** A ring with too few vertices left goes as a whole. */
export function removeVertex(rings: readonly Ring[], at: VertexAt): readonly Ring[] {
  const left = withRing(rings, at.ring, (ring) => ring.filter((_, index) => index !== at.index));
  return left.filter((ring) => ring.length >= LEAST_VERTICES);
}

/** The vertex after (or before) another one, through all rings, round and round. */
export function stepVertex(rings: readonly Ring[], from: VertexAt | null, by: 1 | -1): VertexAt | null {
  const all = rings.flatMap((ring, at) => ring.map((_, index) => ({ ring: at, index })));
  const now = from === null ? -1 : all.findIndex(({ ring, index }) => ring === from.ring && index === from.index);
  const next = now < 0 ? (by === 1 ? 0 : all.length - 1) : (now + by + all.length) % all.length;
  return all[next] ?? null;
}

/** The nearest vertex no farther than `reach` image pixels. */
export function vertexNear(rings: readonly Ring[], point: ImagePoint, reach: number): VertexAt | null {
  let nearest: VertexAt | null = null;
  let least = reach;
  for (const [at, ring] of rings.entries()) {
    for (const [index, vertex] of ring.entries()) {
      const away = Math.hypot(vertex.x - point.x, vertex.y - point.y);
      if (away > least) continue;
      least = away;
      nearest = { ring: at, index };
    }
  }
  return nearest;
}

export interface EdgePoint {
  /** The vertex that the edge begins at. */
  readonly after: VertexAt;
  readonly point: ImagePoint;
}

/** The nearest point of an edge no farther than `reach` image pixels. */
export function edgeNear(rings: readonly Ring[], point: ImagePoint, reach: number): EdgePoint | null {
  let nearest: EdgePoint | null = null;
  let least = reach;
  for (const [at, ring] of rings.entries()) {
    forEachEdge(ring, (a, b, index) => {
      const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
      const along = length === 0 ? 0 : ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / length;
      const part = Math.min(Math.max(along, 0), 1);
      const foot = imagePoint(a.x + part * (b.x - a.x), a.y + part * (b.y - a.y));
      const away = Math.hypot(foot.x - point.x, foot.y - point.y);
      if (away > least) return;
      least = away;
      nearest = { after: { ring: at, index }, point: foot };
    });
  }
  return nearest;
}
