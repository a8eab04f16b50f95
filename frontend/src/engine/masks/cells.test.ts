import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBox } from "../rle";
import { anyRuns } from "../testing/masks";
import { strokeCells } from "./cells";
import { emptyRuns, subtract, union } from "./runs";
import { StrokeSheet } from "./sheet";

const place = fc.record({ x: fc.nat(13), y: fc.nat(13) });

describe("strokeCells", () => {
  it("shows any part as the finished mask will be, at any stride", () => {
    fc.assert(
      fc.property(
        anyRuns, place, place, place, place, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 3 }),
        (runs, from, to, one, other, erases, isNew, stride) => {
          const sheet = new StrokeSheet(runs);
          sheet.sweep(from, to, 2);
          const base = isNew ? emptyRuns(runs) : runs;
          const finished = erases ? subtract(base, sheet.toRuns()) : union(base, sheet.toRuns());
          const left = Math.min(one.x, other.x, runs.width - 1);
          const top = Math.min(one.y, other.y, runs.height - 1);
          const width = Math.min(Math.max(one.x, other.x) + 1, runs.width) - left;
          const height = Math.min(Math.max(one.y, other.y) + 1, runs.height) - top;
          const part = { x: left, y: top, width, height };
          expect(strokeCells(isNew ? null : runs, sheet, erases, part, stride)).toEqual(
            decodeBox(finished, part, stride),
          );
        },
      ),
    );
  });
});
