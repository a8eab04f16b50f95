import { useEffect, useState } from "react";

import type { ScreenPoint } from "../../../engine";
import { t } from "../../i18n";
import { sortedLabels, useObjects, useWorkplace } from "../desk";
import { namedOf } from "./names";
import { ObjectMenu } from "./ObjectMenu";
import classes from "./objects.module.css";

/** The menu of the object under a right click or a long press. */
export function CanvasMenu() {
  const { host, project } = useWorkplace();
  const objects = useObjects();
  const [asked, setAsked] = useAsked();
  const index = objects.findIndex(({ id }) => id === asked?.id);
  const object = objects[index];
  if (asked === null || object === undefined) return null;
  const labels = sortedLabels(project);
  const close = (): void => {
    setAsked(null);
    host.focus({ preventScroll: true });
  };
  return (
    <ObjectMenu
      key={`${asked.id} ${asked.at.x} ${asked.at.y}`}
      object={object}
      number={index + 1}
      labels={labels}
      target={
        <span
          role="button"
          aria-label={t("objects.menu", namedOf(object, index + 1, labels))}
          className={classes.spot}
          style={{ left: asked.at.x, top: asked.at.y }}
        />
      }
      inPlace
      onClose={close}
    />
  );
}

interface Asked {
  readonly at: ScreenPoint;
  readonly id: string;
}

/** Which object's menu was asked for, and where. */
function useAsked(): [Asked | null, (asked: Asked | null) => void] {
  const { engine } = useWorkplace();
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => {
    let opening: ReturnType<typeof setTimeout> | undefined;
    const stop = engine.view.onSecondary((at, id) => {
      clearTimeout(opening);
      // The press that asks arrives once more, as a mousedown: an open menu would take it for one beside it and close.
      opening = setTimeout(() => setAsked(id === null ? null : { at, id }));
    });
    return () => {
      clearTimeout(opening);
      stop();
    };
  }, [engine]);
  return [asked, setAsked];
}
