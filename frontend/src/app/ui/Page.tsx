import type { ReactNode } from "react";

import classes from "./ui.module.css";

interface PageProps {
  title: string;
  intro?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  width?: "text" | "page" | "full";
}

/** Heading, one sentence, buttons at the right, then the content. */
export function Page({ title, intro, actions, children, width = "page" }: PageProps) {
  return (
    <div className={classes.page} data-width={width}>
      <header className={classes.pageHead}>
        <div className={classes.pageTitle}>
          <h1>{title}</h1>
          {intro === undefined ? null : <p>{intro}</p>}
        </div>
        {actions === undefined ? null : <div className={classes.pageActions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface PanelProps {
  title?: string;
  aside?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}

/** A quiet surface with an optional heading. */
export function Panel({ title, aside, children, flush = false }: PanelProps) {
  return (
    <section className={classes.panel} data-flush={flush}>
      {title === undefined ? null : (
        <div className={classes.panelHead}>
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
