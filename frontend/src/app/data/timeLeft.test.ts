import { describe, expect, it } from "vitest";

import { secondsLeft } from "./timeLeft";

const started_at = "2026-11-22T12:00:00Z";
const after = (seconds: number) => Date.parse(started_at) + seconds * 1000;

describe("secondsLeft", () => {
  it("goes on at the pace so far", () => {
    expect(secondsLeft({ progress: 0.25, started_at }, after(10))).toBe(30);
    expect(secondsLeft({ progress: 0.5, started_at }, after(10))).toBe(10);
  });

  it("says nothing while it would be a guess", () => {
    expect(secondsLeft({ progress: 0.04, started_at }, after(10))).toBeNull();
    expect(secondsLeft({ progress: 1, started_at }, after(10))).toBeNull();
    expect(secondsLeft({ progress: 0.5, started_at: null }, after(10))).toBeNull();
    expect(secondsLeft({ progress: 0.5, started_at }, after(-1))).toBeNull();
  });
});
