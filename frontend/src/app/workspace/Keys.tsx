import type { ReactNode } from "react";

import classes from "./stage.module.css";

export function Key({ children }: { children: ReactNode }) {
  return <kbd className={classes.key}>{children}</kbd>;
}

/** A sentence of the catalogue in which `Name` stands for a key on the keyboard. */
export function TextWithKeys({ text }: { text: string }) {
  return text.split("`").map((part, index) => (index % 2 === 0 ? part : <Key key={index}>{part}</Key>));
}

/** The same sentence for a screen reader. */
export function withoutMarks(text: string): string {
  return text.replaceAll("`", "");
}
