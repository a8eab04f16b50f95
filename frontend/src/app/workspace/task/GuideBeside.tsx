import { useEffect, type KeyboardEvent, type ReactNode } from "react";

import { Markdown } from "../../guide/Markdown";
import { usePictures } from "../../guide/usePictures";
import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useWorkplace } from "../desk";
import { WorkIcon } from "../icons";
import { guidePanel, useGuideChanged, useGuideOpen } from "./guidePanel";
import classes from "./task.module.css";

const PANEL_ID = "guide-panel";
/** While the text has the keyboard these scroll it; everywhere else they are the canvas's. */
const SCROLLS = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);

/** Folds the guide in and out. A dot says that it has changed since it was read. */
export function GuideButton() {
  const { project, host } = useWorkplace();
  const open = useGuideOpen();
  const changed = useGuideChanged(project.id, project.guide) && !open;
  if (project.guide.trim() === "") return null;
  const toggle = (): void => {
    // Folding takes the text away, and perhaps the keyboard with it.
    if (open && document.activeElement?.closest(`#${PANEL_ID}`) !== null) host.focus({ preventScroll: true });
    guidePanel.toggle();
  };
  return (
    <button
      type="button"
      className={classes.button}
      aria-expanded={open}
      aria-controls={open ? PANEL_ID : undefined}
      aria-label={changed ? t("guide.changed") : t("workspace.guide")}
      onClick={toggle}
    >
      <WorkIcon name="guide" />
      <span className={classes.wide}>{t("workspace.guide")}</span>
      {changed ? <span className={classes.dot} /> : null}
    </button>
  );
}

/** The canvas, and the guide at its side while it is unfolded: one reads and works at once. */
export function GuideBeside({ children }: { children: ReactNode }) {
  const { project } = useWorkplace();
  const open = useGuideOpen() && project.guide.trim() !== "";
  return (
    <div className={classes.beside}>
      <div className={classes.canvas}>{children}</div>
      {open ? <GuidePanel /> : null}
    </div>
  );
}

function GuidePanel() {
  const { project, host } = useWorkplace();
  const { id, guide } = project;
  const pictures = usePictures(id, guide);
  useEffect(() => guidePanel.wasRead(id, guide), [id, guide]);
  const fold = (): void => {
    guidePanel.set(false);
    host.focus({ preventScroll: true });
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Escape") fold();
    if (event.key === "Escape" || SCROLLS.has(event.key)) event.stopPropagation();
  };
  return (
    <section id={PANEL_ID} className={classes.guide} aria-label={t("workspace.guide")} onKeyDown={pressed}>
      <header className={classes.guideHead}>
        <h2>{t("workspace.guide")}</h2>
        <button type="button" className={classes.icon} aria-label={t("guide.close")} onClick={fold}>
          <Icon name="close" size={1} />
        </button>
      </header>
      <div className={classes.guideText} tabIndex={0} role="region" aria-label={project.name}>
        <Markdown text={guide} pictures={pictures} />
      </div>
    </section>
  );
}
