/** Colours for labels, and the arithmetic that shows that they can be seen. */

export interface PaletteColor {
  readonly name: "blue" | "red" | "olive" | "magenta" | "teal" | "khaki" | "raspberry" | "brown" | "purple" | "pink";
  readonly color: string;
}

/**
 * Ten colours whose least pairwise difference (CIE76) stays above 20 in ordinary, protanopic and deuteranopic sight,
 * that of the first eight also in tritanopic sight; each with at least 3:1 against the ground of both themes.
 */
export const PALETTE: readonly PaletteColor[] = [
  { name: "blue", color: "#008eff" },
  { name: "red", color: "#fc0023" },
  { name: "olive", color: "#517100" },
  { name: "magenta", color: "#ea2df0" },
  { name: "teal", color: "#01707a" },
  { name: "khaki", color: "#989254" },
  { name: "raspberry", color: "#d60f7d" },
  { name: "brown", color: "#954c47" },
  { name: "purple", color: "#bc14ae" },
  { name: "pink", color: "#fc3ebd" },
];

/** Grounds of the two themes, `--c-ground` in tokens.css. */
export const GROUNDS = { light: "#f8f8f9", dark: "#101013" } as const;

/** Least contrast of something that is not text (WCAG 2.2, 1.4.11). */
export const LEAST_CONTRAST = 3;

type Rgb = readonly [red: number, green: number, blue: number];

/** `#rrggbb` to three numbers in 0..1, or null when it is something else. */
export function parseHex(color: string): Rgb | null {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (found === null) return null;
  const channel = (part: string | undefined): number => Number.parseInt(part ?? "0", 16) / 255;
  return [channel(found[1]), channel(found[2]), channel(found[3])];
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance as WCAG defines it. */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Contrast ratio of two `#rrggbb` colours, 1..21. */
export function contrast(a: string, b: string): number {
  const first = parseHex(a);
  const second = parseHex(b);
  if (first === null || second === null) return 1;
  const one = luminance(first) + 0.05;
  const two = luminance(second) + 0.05;
  return Math.max(one, two) / Math.min(one, two);
}

/** True when a label of this colour can be told from the ground in both themes. */
export function visibleOnBothThemes(color: string): boolean {
  return Object.values(GROUNDS).every((ground) => contrast(color, ground) >= LEAST_CONTRAST);
}

/** The first palette colour not used yet; when all are used, the one used least. */
export function nextColor(used: readonly string[]): string {
  const times = (color: string): number => used.filter((other) => other.toLowerCase() === color).length;
  const [first, ...rest] = PALETTE.map((entry) => entry.color);
  return rest.reduce((best, color) => (times(color) < times(best) ? color : best), first ?? "#008eff");
}
