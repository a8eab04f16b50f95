/** The guide's text as a tree. No raw HTML: what looks like a tag is text, and addresses are checked here. */

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis" | "deleted"; readonly parts: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly parts: readonly Inline[] }
  | { readonly kind: "picture"; readonly name: string; readonly alt: string }
  | { readonly kind: "break" };

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly parts: readonly Inline[] }
  | { readonly kind: "paragraph"; readonly parts: readonly Inline[] }
  | { readonly kind: "list"; readonly start: number | null; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "table"; readonly head: readonly (readonly Inline[])[]; readonly rows: readonly (readonly (readonly Inline[])[])[] }
  | { readonly kind: "rule" };

const FENCE = /^ {0,3}(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}>\s?/;
const ITEM = /^( *)(?:([-*+])|(\d{1,9})[.)])\s+(?=\S)/;
const TABLE_LINE = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
/** Deeper than anybody writes on purpose. */
const DEEPEST = 8;

export function parseMarkdown(text: string): readonly Block[] {
  return blocksOf(text.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"), 0);
}

function blocksOf(lines: readonly string[], depth: number): readonly Block[] {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at += 1;
      continue;
    }
    const [block, used] = blockAt(lines, at, depth);
    blocks.push(block);
    at += used;
  }
  return blocks;
}

/** The block that begins at a line that is not empty, and how many lines it takes. */
function blockAt(lines: readonly string[], at: number, depth: number): readonly [Block, number] {
  const line = lines[at] ?? "";
  const heading = HEADING.exec(line);
  if (heading !== null) {
    return [{ kind: "heading", level: heading[1]?.length ?? 1, parts: parseInline(heading[2] ?? "") }, 1];
  }
  if (FENCE.test(line)) return fenced(lines, at);
  if (RULE.test(line)) return [{ kind: "rule" }, 1];
  if (depth < DEEPEST && QUOTE.test(line)) return quoted(lines, at, depth);
  if (depth < DEEPEST && ITEM.test(line)) return listed(lines, at, depth);
  if (line.includes("|") && TABLE_LINE.test(lines[at + 1] ?? "") && (lines[at + 1] ?? "").includes("-")) {
    return tabled(lines, at);
  }
  return paragraph(lines, at);
}

function fenced(lines: readonly string[], at: number): readonly [Block, number] {
  const mark = FENCE.exec(lines[at] ?? "")?.[1] ?? "```";
  let end = at + 1;
  while (end < lines.length && !(lines[end] ?? "").trim().startsWith(mark)) end += 1;
  return [{ kind: "code", text: lines.slice(at + 1, end).join("\n") }, end + 1 - at];
}

function quoted(lines: readonly string[], at: number, depth: number): readonly [Block, number] {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end] ?? "")) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return [{ kind: "quote", blocks: blocksOf(inner, depth + 1) }, end - at];
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Items of one kind at one indentation; what is indented further belongs to the item above it. */
function listed(lines: readonly string[], at: number, depth: number): readonly [Block, number] {
  const first = ITEM.exec(lines[at] ?? "");
  const indent = first?.[1]?.length ?? 0;
  const start = first?.[3] === undefined ? null : Number(first[3]);
  const items: string[][] = [];
  let end = at;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? "";
    const item = ITEM.exec(line);
    const sameKind = (item?.[3] !== undefined) === (start !== null);
    if (item !== null && (item[1]?.length ?? 0) <= indent + 1) {
      if (!sameKind || (item[1]?.length ?? 0) < indent) break;
      items.push([line.slice(item[0].length)]);
    } else if (line.trim() === "") {
      if (!continues(lines, end + 1, indent, start !== null)) break;
      items.at(-1)?.push("");
    } else if (indentOf(line) > indent || lines[end - 1]?.trim() !== "") {
      items.at(-1)?.push(line.slice(Math.min(indentOf(line), indent + (first?.[0].length ?? 2) - indent)));
    } else break;
  }
  return [{ kind: "list", start, items: items.map((inner) => blocksOf(inner, depth + 1)) }, end - at];
}

/** Whether a list goes on after an empty line. */
function continues(lines: readonly string[], at: number, indent: number, ordered: boolean): boolean {
  const line = lines[at] ?? "";
  if (line.trim() === "") return false;
  const item = ITEM.exec(line);
  if (item !== null && (item[1]?.length ?? 0) === indent) return (item[3] !== undefined) === ordered;
  return indentOf(line) > indent;
}

function tabled(lines: readonly string[], at: number): readonly [Block, number] {
  const head = cellsOf(lines[at] ?? "");
  const rows: (readonly (readonly Inline[])[])[] = [];
  let end = at + 2;
  for (; end < lines.length && (lines[end] ?? "").includes("|"); end += 1) {
    const cells = cellsOf(lines[end] ?? "");
    rows.push(head.map((_, column) => cells[column] ?? []));
  }
  return [{ kind: "table", head, rows }, end - at];
}

function cellsOf(line: string): readonly (readonly Inline[])[] {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => parseInline(cell.trim().replaceAll("\\|", "|")));
}

function paragraph(lines: readonly string[], at: number): readonly [Block, number] {
  let end = at + 1;
  while (end < lines.length && !startsBlock(lines[end] ?? "")) end += 1;
  const text = lines.slice(at, end).map((line) => line.trim());
  return [{ kind: "paragraph", parts: parseInline(text.join("\n")) }, end - at];
}

function startsBlock(line: string): boolean {
  return line.trim() === "" || [HEADING, FENCE, RULE, QUOTE, ITEM].some((start) => start.test(line));
}

const INLINE =
  /\\([\\`*_~[\]()#!|<>-])|(`+)([^`]|[^`][^\n]*?[^`])\2(?!`)|!\[([^\]\n]*)\]\(([^()\s]+)\)|\[((?:[^[\]\n]|\[[^\]\n]*\])+)\]\(([^()\s]+)\)|\*\*(?=\S)([^\n]*?\S)\*\*(?!\*)|\*(?=[^\s*])([^\n*]*?[^\s*])\*|(?<![\w])_(?=[^\s_])([^\n]*?[^\s_])_(?![\w])|~~(?=\S)([^\n]*?\S)~~|(https?:\/\/[^\s<>()[\]]*[^\s<>()[\].,;:!?'"*_])|(\n)/g;

export function parseInline(text: string, depth = 0): readonly Inline[] {
  const parts: Inline[] = [];
  const say = (words: string): void => {
    const last = parts.at(-1);
    if (words === "") return;
    if (last?.kind === "text") parts[parts.length - 1] = { kind: "text", text: last.text + words };
    else parts.push({ kind: "text", text: words });
  };
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    say(text.slice(from, found.index));
    from = found.index + found[0].length;
    const part = inlineOf(found, depth);
    if (typeof part === "string") say(part);
    else parts.push(part);
  }
  say(text.slice(from));
  return parts;
}

function inlineOf(found: RegExpMatchArray, depth: number): Inline | string {
  const [whole, escaped, , code, alt, name, label, target, strong, star, line, deleted, address, end] = found;
  const inner = (words: string): readonly Inline[] =>
    depth >= DEEPEST ? [{ kind: "text", text: words }] : parseInline(words, depth + 1);
  if (escaped !== undefined) return escaped;
  if (code !== undefined) return { kind: "code", text: code.trim() };
  if (name !== undefined) return { kind: "picture", name, alt: alt ?? "" };
  if (label !== undefined && target !== undefined) {
    const href = safeAddress(target);
    return href === null ? whole : { kind: "link", href, parts: inner(label) };
  }
  if (strong !== undefined) return { kind: "strong", parts: inner(strong) };
  const emphasis = star ?? line;
  if (emphasis !== undefined) return { kind: "emphasis", parts: inner(emphasis) };
  if (deleted !== undefined) return { kind: "deleted", parts: inner(deleted) };
  if (address !== undefined) return { kind: "link", href: address, parts: [{ kind: "text", text: address }] };
  return end === undefined ? whole : { kind: "break" };
}

/** Only pages and mail: an address with any other scheme could run something. */
export function safeAddress(target: string): string | null {
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(target) ? target : null;
}
