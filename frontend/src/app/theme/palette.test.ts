// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { contrast, GROUNDS, LEAST_CONTRAST, nextColor, PALETTE, parseHex, visibleOnBothThemes } from "./palette";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** The variables of one theme, as the style sheet has them. */
function tokensOf(theme: "light" | "dark"): Record<string, string> {
  const block = css.split(`[data-mantine-color-scheme="${theme}"] {`)[1]?.split("}")[0] ?? "";
  const found = [...block.matchAll(/--(c-[\w-]+): (#[0-9a-f]{6});/g)];
  return Object.fromEntries(found.map(([, name = "", hex = ""]): [string, string] => [name, hex]));
}

type Vector = [number, number, number];

const toLinear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
const linearOf = (color: string): Vector => (parseHex(color) ?? [0, 0, 0]).map(toLinear) as Vector;

/** Projections on linear RGB after Viénot, Brettel and Mollon (1999). */
const SIGHTS: Record<string, [Vector, Vector, Vector]> = {
  ordinary: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopic: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
  deuteranopic: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
};

const times = (matrix: Vector[], vector: Vector): Vector =>
  matrix.map((row) => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2]) as Vector;

/** CIELAB for D65. */
function labOf(linear: Vector): Vector {
  const xyz = times([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]], linear);
  const f = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const [x, y, z] = [f(xyz[0] / 0.95047), f(xyz[1]), f(xyz[2] / 1.08883)];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe("palette", () => {
  it.each(PALETTE)("$name ($color) has at least 3:1 against both grounds", ({ color }) => {
    expect(contrast(color, GROUNDS.light)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
    expect(contrast(color, GROUNDS.dark)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
  });

  it.each(Object.entries(SIGHTS))("can be told apart in %s sight", (_, sight) => {
    const labs = PALETTE.map(({ color }) => labOf(times(sight, linearOf(color)).map((c) => Math.min(1, Math.max(0, c))) as Vector));
    const distances = labs.flatMap((a, i) => labs.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])));
    expect(distances).toHaveLength(45);
    expect(Math.min(...distances)).toBeGreaterThan(20);
  });

  it("is measured against the grounds that the pages have", () => {
    expect(GROUNDS).toEqual({ light: tokensOf("light")["c-ground"], dark: tokensOf("dark")["c-ground"] });
  });

  it("names each colour once", () => {
    expect(new Set(PALETTE.map((entry) => entry.color)).size).toBe(10);
    expect(new Set(PALETTE.map((entry) => entry.name)).size).toBe(10);
  });
});

describe("the colours that labels get first", () => {
  // Two half planes on linear RGB after Brettel, Viénot and Mollon (1997): one matrix does not do for tritanopia.
  const warm: Vector[] = [[1.01277, 0.13548, -0.14826], [-0.01243, 0.86812, 0.14431], [0.07589, 0.805, 0.11911]];
  const cold: Vector[] = [[0.93678, 0.18979, -0.12657], [0.06154, 0.81526, 0.1232], [-0.37562, 1.12767, 0.24796]];
  const side = ([red, green, blue]: Vector) => 0.03901 * red - 0.02788 * green - 0.01113 * blue;

  it("can be told apart in tritanopic sight too, any two of them", () => {
    const labs = PALETTE.slice(0, 8).map(({ color }) => {
      const linear = linearOf(color);
      return labOf(times(side(linear) >= 0 ? warm : cold, linear).map((c) => Math.min(1, Math.max(0, c))) as Vector);
    });
    const distances = labs.flatMap((a, i) => labs.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])));
    expect(distances).toHaveLength(28);
    expect(Math.min(...distances)).toBeGreaterThan(20);
  });
});

describe("contrast", () => {
  it("is that of WCAG", () => {
    expect(contrast("#000000", "#ffffff")).toBe(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.478, 3);
    expect(contrast("#777777", "#777777")).toBe(1);
    expect(contrast("red", "#ffffff")).toBe(1);
  });

  it("refuses colours that vanish on one ground", () => {
    expect(visibleOnBothThemes("#ffff00")).toBe(false);
    expect(visibleOnBothThemes("#101040")).toBe(false);
    expect(visibleOnBothThemes("#378585")).toBe(true);
  });
});

describe("nextColor", () => {
  it("takes the first that is free, then the one used least", () => {
    const all = PALETTE.map((entry) => entry.color);
    expect(nextColor([])).toBe(all[0]);
    expect(nextColor([all[0] ?? "", (all[1] ?? "").toUpperCase()])).toBe(all[2]);
    expect(nextColor([...all, all[0] ?? ""])).toBe(all[1]);
  });
});

describe.each(["light", "dark"] as const)("tokens of the %s theme", (theme) => {
  const tokens = tokensOf(theme);
  const of = (name: string): string => tokens[name] ?? "";
  const surfaces = ["c-ground", "c-surface", "c-sunken", "c-hover"];
  const states = ["open", "in-progress", "submitted", "changes", "accepted"];

  it.each(["c-text", "c-text-2", "c-text-3", "c-accent-text", "c-danger"])("--%s can be read everywhere", (text) => {
    const ratios = surfaces.map((surface) => contrast(of(text), of(surface)));
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(states)("the badge of %s can be read", (state) => {
    expect(contrast(of(`c-${state}-text`), of(`c-${state}-soft`))).toBeGreaterThanOrEqual(4.5);
  });

  it("buttons, errors, bars and focus rings keep their contrast", () => {
    expect(contrast("#ffffff", of("c-accent-fill"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast("#ffffff", of("c-accent-fill-hover"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of("c-danger"), of("c-danger-soft"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of("c-accent-text"), of("c-accent-soft"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of("c-accent"), of("c-ground"))).toBeGreaterThanOrEqual(3);
    expect(contrast(of("c-accent"), of("c-surface"))).toBeGreaterThanOrEqual(3);
    expect(contrast(of("c-control-line"), of("c-surface"))).toBeGreaterThanOrEqual(3);
  });
});
