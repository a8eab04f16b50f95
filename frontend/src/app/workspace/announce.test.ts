import { describe, expect, it } from "vitest";

import { ApiError } from "../../api/errors";
import type { EngineStatus } from "../../engine";
import type { SaveState } from "../../sync";
import { aRecord } from "../../sync/testing/factories";
import { sayObjects, saySave, sayStatus } from "./announce";

type Seen = Parameters<typeof sayStatus>[0];
const nothing: Seen = { points: [], proposal: null, failure: null, awaiting: false, currentLabelId: 1, tool: "extreme" };
const points = (count: number): EngineStatus["points"] =>
  Array.from({ length: count }, () => ({ point: { x: 1, y: 1 } as never, role: "unknown" as const }));
const proposal = (proposalId: number, score: number) => ({ proposalId, score, area: 9, elapsedMs: 37 });
const labelName = (id: number | null): string => ({ 1: "cat", 2: "cup" })[id ?? 0] ?? "no label";
const say = (before: Partial<Seen>, now: Partial<Seen>): string | null =>
  sayStatus({ ...nothing, ...before }, { ...nothing, ...now }, labelName);

describe("sayStatus", () => {
  it("counts points, and calls those after the fourth corrections", () => {
    expect(say({}, { points: points(1) })).toBe("Point 1 of 4 placed");
    expect(say({ points: points(3) }, { points: points(4) })).toBe("Point 4 of 4 placed");
    expect(say({ points: points(4) }, { points: points(5) })).toBe("Correction point placed");
    expect(say({ points: points(3) }, { points: points(2) })).toBe("Point taken back, 2 left");
    expect(say({ points: points(4) }, {})).toBeNull();
  });

  it("names the tool that is taken up", () => {
    expect(say({}, { tool: "brush" })).toBe("Tool: Brush");
    expect(say({ tool: "brush" }, { tool: "brush" })).toBeNull();
  });

  it("tells each mask once, with its quality", () => {
    const first = proposal(70, 0.93);
    expect(say({}, { proposal: first })).toBe("Mask ready, predicted quality 93 percent. Space accepts.");
    expect(say({ proposal: first }, { proposal: first })).toBeNull();
    expect(say({ proposal: first }, { proposal: proposal(71, 0.61) })).toBe(
      "Mask ready, low predicted quality 61 percent. Check the edge.",
    );
  });

  it("reads a failure out in the server's words, once", () => {
    const failure = { code: "segmentation_timeout", message: "The mask did not arrive in time. Try again." };
    expect(say({}, { failure })).toBe("The mask did not arrive in time. Try again.");
    expect(say({ failure }, { failure: { ...failure } })).toBeNull();
  });

  it("says which label was chosen, but not the one it starts with", () => {
    expect(say({}, { currentLabelId: 2 })).toBe("Label cup");
    expect(say({ currentLabelId: null }, { currentLabelId: 1 })).toBeNull();
  });
});

describe("sayObjects", () => {
  const empty = { added: {}, updated: {}, removed: {} };
  it("names what was added, deleted or relabelled", () => {
    const cat = aRecord("a");
    expect(sayObjects({ ...empty, added: { a: cat } }, 3, labelName)).toBe("cat added, 3 objects");
    expect(sayObjects({ ...empty, removed: { a: cat } }, 1, labelName)).toBe("cat deleted, 1 object");
    const relabelled = { ...empty, updated: { a: [cat, aRecord("a", { labelId: 2 })] as const } };
    expect(sayObjects(relabelled, 1, labelName)).toBe("Label changed to cup");
    const reshaped = { ...cat, mask: { size: [4, 6], counts: "drawn" } };
    expect(sayObjects({ ...empty, updated: { a: [cat, reshaped] } }, 1, labelName)).toBe("Mask of cat changed");
    expect(sayObjects({ ...empty, updated: { a: [cat, { ...cat, score: 0.1 }] } }, 1, labelName)).toBeNull();
    expect(sayObjects(empty, 1, labelName)).toBeNull();
  });
});

describe("saySave", () => {
  const saved: SaveState = { kind: "saved" };
  const saving: SaveState = { kind: "saving", unsent: 1 };
  const stopped: SaveState = { kind: "stopped", unsent: 2, error: new ApiError(403, "not_allowed", "") };

  it.each<[SaveState, SaveState, string | null]>([
    [saved, saving, null],
    [saving, saved, "Saved"],
    [saved, saved, null],
    [saving, { kind: "offline", unsent: 2, server: false }, "Offline, 2 unsent"],
    [saving, { kind: "offline", unsent: 2, server: true }, "2 unsent, trying again"],
    [saved, { kind: "offline", unsent: 0, server: false }, "Offline, all saved"],
    [saving, { kind: "conflict", unsent: 0 }, "Changed by others"],
    [saving, stopped, "2 not saved"],
    [stopped, stopped, null],
    [stopped, { ...stopped, unsent: 3 }, "3 not saved"],
  ])("%o to %o", (before, now, words) => {
    expect(saySave(before, now)).toBe(words);
  });
});
