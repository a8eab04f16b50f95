import { Fragment, useMemo, type ReactNode } from "react";

import { t } from "../i18n";
import { parseMarkdown, type Block, type Inline } from "./markdown";
import classes from "./guide.module.css";

interface Props {
  text: string;
  /** Where the pictures are, by the names that the text uses. */
  pictures: ReadonlyMap<string, { readonly url: string; readonly width: number; readonly height: number }>;
}

type Pictures = Props["pictures"];

/** A guide's text as headings, lists, tables and pictures. Its first heading comes below the page's second. */
export function Markdown({ text, pictures }: Props) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return <div className={classes.markdown}>{blocks.map((block, index) => blockOf(block, index, pictures))}</div>;
}

function blockOf(block: Block, key: number, pictures: Pictures): ReactNode {
  const inline = (parts: readonly Inline[]): ReactNode => parts.map((part, index) => inlineOf(part, index, pictures));
  const blocks = (inner: readonly Block[]): ReactNode => inner.map((each, index) => blockOf(each, index, pictures));
  switch (block.kind) {
    case "heading": {
      const Tag = (["h3", "h4", "h5"] as const)[Math.min(block.level, 3) - 1] ?? "h5";
      return <Tag key={key}>{inline(block.parts)}</Tag>;
    }
    case "paragraph":
      return <p key={key}>{inline(block.parts)}</p>;
    case "list": {
      const items = block.items.map((item, index) => <li key={index}>{tight(item, pictures) ?? blocks(item)}</li>);
      return block.start === null ? <ul key={key}>{items}</ul> : <ol key={key} start={block.start}>{items}</ol>;
    }
    case "quote":
      return <blockquote key={key}>{blocks(block.blocks)}</blockquote>;
    case "code":
      return <pre key={key} tabIndex={0}>{block.text}</pre>;
    case "rule":
      return <hr key={key} />;
    case "table":
      return <GuideTable key={key} table={block} inline={inline} />;
  }
}

/** An item of one paragraph, with perhaps a list in it, needs no space around its words. */
function tight(item: readonly Block[], pictures: Pictures): ReactNode {
  const [first, ...rest] = item;
  if (first?.kind !== "paragraph" || rest.some((block) => block.kind !== "list")) return null;
  return (
    <>
      {first.parts.map((part, index) => inlineOf(part, index, pictures))}
      {rest.map((block, index) => blockOf(block, index, pictures))}
    </>
  );
}

interface TableProps {
  table: Extract<Block, { kind: "table" }>;
  inline: (parts: readonly Inline[]) => ReactNode;
}

function GuideTable({ table, inline }: TableProps) {
  return (
    <div className={classes.table} tabIndex={0} role="group">
      <table>
        <thead>
          <tr>
            {table.head.map((cell, index) => (
              <th key={index} scope="col">
                {inline(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{inline(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inlineOf(part: Inline, key: number, pictures: Pictures): ReactNode {
  const inner = (parts: readonly Inline[]): ReactNode => parts.map((each, index) => inlineOf(each, index, pictures));
  switch (part.kind) {
    case "text":
      return <Fragment key={key}>{part.text}</Fragment>;
    case "code":
      return <code key={key}>{part.text}</code>;
    case "strong":
      return <strong key={key}>{inner(part.parts)}</strong>;
    case "emphasis":
      return <em key={key}>{inner(part.parts)}</em>;
    case "deleted":
      return <del key={key}>{inner(part.parts)}</del>;
    case "link":
      return (
        <a key={key} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
          {inner(part.parts)}
        </a>
      );
    case "picture":
      return <GuidePicture key={key} name={part.name} alt={part.alt} picture={pictures.get(part.name)} />;
    case "break":
      return <br key={key} />;
  }
}

interface PictureProps {
  name: string;
  alt: string;
  picture: { readonly url: string; readonly width: number; readonly height: number } | undefined;
}

/** Only the guide's own pictures are shown: an address from elsewhere would tell others who reads it when. */
function GuidePicture({ name, alt, picture }: PictureProps) {
  if (picture === undefined) return <span className={classes.missing}>{t("guide.missing", { name })}</span>;
  return <img src={picture.url} alt={alt} width={picture.width} height={picture.height} loading="lazy" />;
}
