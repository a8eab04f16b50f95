import type { MouseEvent, ReactNode } from "react";

import { t } from "../i18n";
import stage from "./stage.module.css";
import classes from "./workspace.module.css";

interface FrameProps {
  bar?: ReactNode;
  rail?: ReactNode;
  canvas?: ReactNode;
  panel?: ReactNode;
  hint?: ReactNode;
}

const TYPING = "input, textarea, select, [contenteditable='true'], [role='dialog']";

/** A press on a control must not take the keyboard away from the picture: the next Space accepts a mask. */
function keepKeyboard(event: MouseEvent<HTMLElement>): void {
  if (event.target instanceof Element && event.target.closest(TYPING) === null) event.preventDefault();
}

/** Where everything lies; the parts have fixed sizes, so that nothing moves while one works. */
export function WorkspaceFrame({ bar, rail, canvas, panel, hint }: FrameProps) {
  return (
    <div className={classes.frame} data-workspace="" aria-busy={bar === undefined}>
      <header className={classes.bar} onMouseDown={keepKeyboard}>
        {bar}
      </header>
      <nav className={classes.rail} aria-label={t("workspace.tools")} onMouseDown={keepKeyboard}>
        {rail}
      </nav>
      <main className={stage.stage}>{canvas}</main>
      <aside className={classes.panel} onMouseDown={keepKeyboard}>
        {panel}
      </aside>
      <footer className={stage.hints}>{hint}</footer>
    </div>
  );
}
