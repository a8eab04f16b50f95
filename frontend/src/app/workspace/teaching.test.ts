import { describe, expect, it } from "vitest";

import { nextStep, rememberTaught, wasTaught, type Step } from "./teaching";

const proposal = { proposalId: 70, score: 0.9, area: 9, elapsedMs: 37 };
const points = [{ point: { x: 1, y: 1 } as never, role: "left" as const }];

describe("nextStep", () => {
  it.each<[string, Step | null, Parameters<typeof nextStep>[1], Step | null]>([
    ["stays while points are placed", 1, { proposal: null, points, made: 0 }, 1],
    ["goes on when the mask comes", 1, { proposal, points, made: 0 }, 2],
    ["goes on when it is accepted", 2, { proposal: null, points: [], made: 1 }, 3],
    ["does not fall back when the points are dropped", 2, { proposal: null, points: [], made: 0 }, 2],
    ["catches up with somebody who is faster than the hints", 1, { proposal: null, points: [], made: 1 }, 3],
    ["ends with the next object", 3, { proposal: null, points, made: 1 }, null],
    ["stays at the end", null, { proposal, points, made: 0 }, null],
  ])("%s", (_name, step, seen, next) => {
    expect(nextStep(step, seen)).toBe(next);
  });
});

describe("what is remembered", () => {
  it("belongs to one person", () => {
    localStorage.clear();
    rememberTaught(1);
    expect([wasTaught(1), wasTaught(2)]).toEqual([true, false]);
  });

  it("may be impossible, and harms nobody then", () => {
    const refusing = {
      getItem: () => {
        throw new DOMException("no", "SecurityError");
      },
      setItem: () => {
        throw new DOMException("no", "QuotaExceededError");
      },
    } as unknown as Storage;
    rememberTaught(1, refusing);
    expect(wasTaught(1, refusing)).toBe(false);
  });
});
