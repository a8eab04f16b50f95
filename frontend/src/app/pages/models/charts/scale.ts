/** The arithmetic of a chart: no pixels here, and no document. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The least range with all values; one that is never empty, so that a scale can divide by it. */
export function rangeOf(values: readonly number[]): Range {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { low: 0, high: 1 };
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  return high > low ? { low, high } : { low: low - Math.max(Math.abs(low) * 0.1, 0.01), high: high + Math.max(Math.abs(high) * 0.1, 0.01) };
}

/** Round values inside a range, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticksOf({ low, high }: Range, count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((times) => times * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiples and not sums: adding 0.1 three times does not give 0.3.
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Maps a value of `from` to where it lies between `start` and `end`. */
export function place(value: number, from: Range, start: number, end: number): number {
  return start + ((value - from.low) / (from.high - from.low)) * (end - start);
}

/** Each point's mean with those before it, older ones counting less: the course below the noise. */
export function smoothed(points: readonly ChartPoint[], weight = 0.85): ChartPoint[] {
  let mean = 0;
  let sum = 0;
  return points.map(({ x, y }) => {
    mean = weight * mean + y;
    sum = weight * sum + 1;
    return { x, y: mean / sum };
  });
}

/** At most `count` of the items, evenly chosen, the first and the last among them. */
export function thinned<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  const chosen = Array.from({ length: count }, (_, index) => items[Math.round((index * (items.length - 1)) / (count - 1))]);
  return chosen.filter((item) => item !== undefined);
}
