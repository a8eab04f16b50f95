import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatAgo, formatBytes, formatCount, formatDateTime, formatDuration, formatShare, initials } from "./format";

describe("format", () => {
  it("groups large numbers", () => {
    expect(formatCount(1234567)).toBe("1,234,567");
  });

  it.each([
    [0, "0%"],
    [0.0001, "1%"],
    [0.1, "10%"],
    [0.125, "13%"],
    [0.9999, "99%"],
    [1, "100%"],
  ])("shows the share %d as %s: whole only when whole", (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [1234, "1.2 kB"],
    [99_949, "99.9 kB"],
    [99_950, "100 kB"],
    [999_400, "999 kB"],
    [999_500, "1 MB"],
    [5_900_000, "5.9 MB"],
    [2_000_000_000_000, "2 TB"],
  ])("shows %d bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("never shows more than three digits below a thousand terabytes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_000_000_000_000 }), (bytes) => {
        expect(formatBytes(bytes)).toMatch(/^(\d{1,3}|\d{1,2}\.\d) (B|kB|MB|GB|TB)$/);
      }),
    );
  });

  const now = Date.parse("2026-11-22T12:00:00Z");
  it.each([
    ["2026-11-22T12:00:20Z", "just now"],
    ["2026-11-22T11:59:01Z", "just now"],
    ["2026-11-22T11:58:59Z", "1 minute ago"],
    ["2026-11-22T10:59:00Z", "1 hour ago"],
    ["2026-11-21T11:00:00Z", "yesterday"],
    ["2026-11-12T12:00:00Z", "last week"],
    ["2026-08-22T12:00:00Z", "3 months ago"],
    ["2024-11-01T12:00:00Z", "2 years ago"],
  ])("shows %s as %s", (iso, text) => {
    expect(formatAgo(iso, now)).toBe(text);
  });

  it("shows a time in the zone asked for", () => {
    expect(formatDateTime("2026-11-22T23:30:00Z", "Asia/Tokyo")).toBe("23 Nov 2026, 08:30");
  });

  it.each([
    [-3, "0:00"],
    [0.2, "0:01"],
    [65, "1:05"],
    [7205, "2:00:05"],
  ])("shows %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    ["anna", "A"],
    ["anna.berg", "AB"],
    ["anna_maria-berg", "AM"],
    ["жанна", "Ж"],
    ["...", "?"],
  ])("stands %s for as %s", (username, text) => {
    expect(initials(username)).toBe(text);
  });
});
