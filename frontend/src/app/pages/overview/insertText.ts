/** Putting words into a text where the cursor is. */

export interface Written {
  readonly text: string;
  /** Where the cursor is afterwards. */
  readonly cursor: number;
}

/** Pictures get lines of their own: an empty one before and after, unless there is one or the text ends. */
export function insertBlock(text: string, from: number, to: number, block: string): Written {
  const before = text.slice(0, from).replace(/[ \t]+$/, "");
  const after = text.slice(to).replace(/^[ \t]+/, "");
  const open = before === "" ? "" : before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const close = after === "" || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const head = `${before}${open}${block}`;
  return { text: `${head}${close}${after}`, cursor: head.length };
}

/** How a guide's text shows a picture; the words for those who cannot see it come from its name. */
export function pictureText(name: string): string {
  return `![${name.replace(/\.[a-z]+$/, "").replaceAll("-", " ")}](${name})`;
}

/** Whether a text shows a picture. */
export function shows(text: string, name: string): boolean {
  return text.includes(`](${name})`);
}
