import { describe, expect, it } from "vitest";

import { t, tn } from ".";
import { en } from "./en";
import { workspaceEn } from "./workspace.en";

describe("t", () => {
  it("fills in what it is given", () => {
    expect(t("action.undo")).toBe("Undo");
    expect(t("exports.by", { time: "yesterday", name: "anna" })).toBe("yesterday by anna");
    expect(t("progress.label", { accepted: 1200, total: 3400, parts: "Open 5" })).toBe(
      "1,200 of 3,400 accepted. Open 5",
    );
  });

  it("leaves what a person wrote as it is", () => {
    expect(t("label.deleted", { label: "{name} <b>$&" })).toBe("Label “{name} <b>$&” deleted.");
  });
});

describe("tn", () => {
  it("chooses the form for the count", () => {
    expect([0, 1, 2, 1234].map((count) => tn("projects.photographs", count))).toEqual([
      "0 photographs",
      "1 photograph",
      "2 photographs",
      "1,234 photographs",
    ]);
  });
});

describe("catalogue", () => {
  const texts: Readonly<Record<string, string>> = { ...en, ...workspaceEn };

  it("has no key twice", () => {
    expect(Object.keys(en).filter((key) => key in workspaceEn)).toEqual([]);
  });

  it("has both forms of every counted sentence", () => {
    const stems = Object.keys(texts).flatMap((key) => /^(.*)\.(?:one|other)$/.exec(key)?.[1] ?? []);
    expect(stems.length).toBeGreaterThan(0);
    expect(stems.filter((stem) => !(`${stem}.one` in texts && `${stem}.other` in texts))).toEqual([]);
  });

  it("has no straight quotation marks around names", () => {
    const odd = Object.entries(texts).filter(([, text]) => /"\{\w+\}"/.test(text));
    expect(odd).toEqual([]);
  });
});
