import { useEffect, useState } from "react";

import type { ScreenPoint } from "../../../engine";
import { sortedLabels, useObjects, useWorkplace } from "../desk";
import { ObjectMenu } from "./ObjectMenu";
import classes from "./objects.module.css";

/** The menu of the object under a right click or a long press. */
export function CanvasMenu() {
  const { engine, host, project } = useWorkplace();
  const objects = useObjects();
  const [asked, setAsked] = useState<{ at: ScreenPoint; id: string } | null>(null);
  useEffect(() => engine.view.onSecondary((at, id) => setAsked(id === null ? null : { at, id })), [engine]);
  const index = objects.findIndex(({ id }) => id === asked?.id);
  const object = objects[index];
  if (asked === null || object === undefined) return null;
  const close = (): void => {
    setAsked(null);
    host.focus({ preventScroll: true });
  };
  return (
    <ObjectMenu
      key={`${asked.id} ${asked.at.x} ${asked.at.y}`}
      object={object}
      number={index + 1}
      labels={sortedLabels(project)}
      target={<span className={classes.spot} style={{ left: asked.at.x, top: asked.at.y }} />}
      onClose={close}
    />
  );
}
