import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseInline, parseMarkdown, safeAddress, type Block, type Inline } from "./markdown";

const text = (words: string) => ({ kind: "text", text: words }) as const;
const paragraph = (words: string) => ({ kind: "paragraph", parts: [text(words)] }) as const;

describe("parseMarkdown", () => {
  it("reads headings, paragraphs and line breaks as they were typed", () => {
    expect(parseMarkdown("# Cups #\n\nLabel each cup.\nOnce.\r\n\r\n### Small\n---")).toEqual([
      { kind: "heading", level: 1, parts: [text("Cups")] },
      { kind: "paragraph", parts: [text("Label each cup."), { kind: "break" }, text("Once.")] },
      { kind: "heading", level: 3, parts: [text("Small")] },
      { kind: "rule" },
    ]);
  });

  it("nests lists by their indentation and keeps the first number", () => {
    expect(parseMarkdown("3. cup\n4. plate\n   - deep\n   - flat\n\nAfter.")).toEqual([
      {
        kind: "list",
        start: 3,
        items: [
          [paragraph("cup")],
          [paragraph("plate"), { kind: "list", start: null, items: [[paragraph("deep")], [paragraph("flat")]] }],
        ],
      },
      paragraph("After."),
    ]);
  });

  it("reads tables with missing cells, quotes and code that holds marks", () => {
    expect(parseMarkdown("| a | b |\n|---|:-:|\n| 1 |\n\n> wait\n\n```\n# no **heading**\n```")).toEqual([
      { kind: "table", head: [[text("a")], [text("b")]], rows: [[[text("1")], []]] },
      { kind: "quote", blocks: [paragraph("wait")] },
      { kind: "code", text: "# no **heading**" },
    ]);
  });
});

describe("parseInline", () => {
  it("reads marks inside each other, code, links and pictures", () => {
    expect(parseInline("**the *rim*** of `a_b` [see](https://a.org/x) ![a cup](cup.png)")).toEqual([
      { kind: "strong", parts: [text("the "), { kind: "emphasis", parts: [text("rim")] }] },
      text(" of "),
      { kind: "code", text: "a_b" },
      text(" "),
      { kind: "link", href: "https://a.org/x", parts: [text("see")] },
      text(" "),
      { kind: "picture", name: "cup.png", alt: "a cup" },
    ]);
  });

  it("leaves words with underscores, lone stars and escaped marks alone", () => {
    expect(parseInline("file_name_1, 2 * 3 * 4, \\*not\\*")).toEqual([text("file_name_1, 2 * 3 * 4, *not*")]);
  });

  it("makes links of bare addresses, without the full stop", () => {
    expect(parseInline("See https://a.org/b.")).toEqual([
      text("See "),
      { kind: "link", href: "https://a.org/b", parts: [text("https://a.org/b")] },
      text("."),
    ]);
  });

  it.each(["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "vbscript:x", "//evil.org", "/api/auth/logout", "file:///x"])(
    "makes no link to %s",
    (target) => {
      expect(safeAddress(target)).toBeNull();
      expect(parseInline(`[x](${target})`).some(({ kind }) => kind === "link")).toBe(false);
    },
  );

  it("takes tags for text", () => {
    const shown = "<img src=x onerror=alert(1)><script>alert(1)</script>";
    expect(parseInline(shown)).toEqual([text(shown)]);
  });
});

describe("any text", () => {
  const words = (parts: readonly Inline[]): string =>
    parts.map((part) => ("parts" in part ? words(part.parts) : "text" in part ? part.text : "")).join("");
  const links = (blocks: readonly Block[]): string[] => JSON.stringify(blocks).match(/"href":"([^"]*)"/g) ?? [];

  it("is parsed in time, loses no plain words, and leads to no other scheme", () => {
    const marks = fc.array(fc.constantFrom("a", " ", "*", "_", "`", "[", "](", ")", "![", "~~", "\n", "- ", "> ", "1. ", "|", "javascript:", "https://b.c"), { maxLength: 60 });
    fc.assert(
      fc.property(marks, (pieces) => {
        const blocks = parseMarkdown(pieces.join(""));
        for (const link of links(blocks)) expect(link).toMatch(/^"href":"(https?:\/\/|mailto:)/);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z ]{0,40}$/), (plain) => {
        expect(words(parseInline(plain))).toBe(plain);
      }),
    );
  });

  it("that is hostile takes no longer than other text", () => {
    for (const piece of ["*", "**a", "[", "![", "`", "_a", "> ", "- ", "~~a", "|", "[a](", "[[a]"]) {
      expect(parseMarkdown(piece.repeat(3_000)).length).toBeGreaterThan(0);
    }
  });
});
