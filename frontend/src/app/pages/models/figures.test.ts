import { describe, expect, it } from "vitest";

import { FIGURES, percent, points, tone, versionName } from "./figures";

describe("figures", () => {
  it("writes shares as percent and their differences as points", () => {
    expect([percent(0.8714), percent(1), percent(0)]).toEqual(["87.1 %", "100.0 %", "0.0 %"]);
    expect([points(0.0321), points(-0.0049), points(0.0004), points(-0.0004)]).toEqual(["+3.2", "−0.5", "0.0", "0.0"]);
  });

  it("knows which way is better, and what is too small to tell", () => {
    const tones = FIGURES.map((figure) => [tone(figure, 3), tone(figure, -3), tone(figure, 0.0001)]);
    expect(tones).toEqual([
      ["better", "worse", "same"],
      ["better", "worse", "same"],
      ["worse", "better", "same"],
      ["worse", "better", "same"],
    ]);
    expect(FIGURES.map(({ show }) => show(6.24))).toEqual(["624.0 %", "624.0 %", "6.2", "6 ms"]);
    expect(FIGURES.map(({ showDifference }) => showDifference(-1))).toEqual(["−100.0 points", "−100.0 points", "−1.0", "−1 ms"]);
  });

  it("names versions by number and name, and the bundled model by its own words", () => {
    expect([versionName({ number: 1200, name: "Cells" }), versionName(null)]).toEqual(["v1200 Cells", "Bundled model"]);
  });
});
