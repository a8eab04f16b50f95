import { useEffect, useLayoutEffect, useRef, useState } from "react";

import type { User } from "../../../api/types";
import { imagePoint, outlinePath, type EngineApi } from "../../../engine";
import type { OtherPointer } from "../../../sync";
import { t } from "../../i18n";
import { hueOf } from "../../ui/People";
import { useObjects, useSession, useWorkplace } from "../desk";
import { isHidden, useSight } from "../objects/useSight";
import { imageMatrix } from "../over/imageMatrix";
import { usePointers, usePresence } from "./hooks";
import { outlinesOf, type Outline } from "./outlines";
import classes from "./together.module.css";

/** How long an object that somebody has just changed is marked. */
const MARKED_MS = 1_600;

/** What others do, over the picture. It takes no clicks, and a screen reader hears of it elsewhere. */
export function TogetherLayer() {
  const outlines = useOutlines();
  const pointers = usePointers();
  const layer = useFollowing();
  return (
    <div ref={layer} className={classes.layer} aria-hidden="true">
      <svg className={classes.drawing}>
        <g>
          {outlines.map((outline) => (
            <path key={outline.key} d={outlinePath(outline.mask)} data-kind={outline.kind} style={hueStyle(outline.user)} />
          ))}
        </g>
      </svg>
      {outlines.map((outline) => (
        <Tag key={outline.key} outline={outline} />
      ))}
      {pointers.map((pointer) => (
        <Pointer key={pointer.connection} pointer={pointer} />
      ))}
    </div>
  );
}

function Tag({ outline: { bbox, kind, user, own } }: { outline: Outline }) {
  const [x = 0, y = 0] = bbox;
  return (
    <span className={classes.tag} data-x={x - 0.5} data-y={y - 0.5} data-kind={kind} style={hueStyle(user)}>
      {user === null
        ? t(kind === "mine" ? "together.conflict.tagMine" : "together.conflict.tagTheirs")
        : own
          ? t("together.ownTabEdits")
          : t("together.edits", { name: user.username })}
    </span>
  );
}

function Pointer({ pointer: { user, initials, x, y } }: { pointer: OtherPointer }) {
  return (
    <span className={classes.pointer} data-x={x} data-y={y} data-glides="" data-testid="pointer" style={hueStyle(user)}>
      <svg viewBox="0 0 16 16" width="22" height="22">
        <path d="M1.5 1.5 14 7 8.6 8.6 7 14Z" />
      </svg>
      <b>{initials}</b>
    </span>
  );
}

function hueStyle(user: User | null): React.CSSProperties {
  return user === null ? {} : { "--hue": hueOf(user) };
}

function useOutlines(): readonly Outline[] {
  const { me, session } = useWorkplace();
  const { conflicts } = useSession();
  const presence = usePresence();
  const pointers = usePointers();
  const changed = useJustChanged();
  const objects = useObjects();
  const sight = useSight();
  const named = (clientId: string | null) => objects.find(({ id }) => id === clientId && !isHidden(sight, id));
  const record = (objectId: number) => named(session.clientIdOf(objectId));
  return outlinesOf({ me, presence, pointers, conflict: conflicts[0], changed, named, record });
}

/** The object that somebody else has changed a moment ago. */
function useJustChanged(): { clientId: string; by: User } | null {
  const { session, me } = useWorkplace();
  const [changed, setChanged] = useState<{ clientId: string; by: User } | null>(null);
  useEffect(
    () =>
      session.onEvent((event) => {
        if (event.type !== "annotation.changed" || event.annotation.updated_by.id === me.id) return;
        setChanged({ clientId: event.annotation.client_id, by: event.annotation.updated_by });
      }),
    [session, me.id],
  );
  useEffect(() => {
    if (changed === null) return;
    const timer = setTimeout(() => setChanged(null), MARKED_MS);
    return () => clearTimeout(timer);
  }, [changed]);
  return changed;
}

/** Keeps what is drawn at its place in the image while the camera moves. */
function useFollowing(): React.RefObject<HTMLDivElement | null> {
  const { engine } = useWorkplace();
  const layer = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (layer.current !== null) place(layer.current, engine.view);
  });
  useEffect(
    () =>
      engine.view.onFrame(() => {
        if (layer.current !== null) place(layer.current, engine.view);
      }),
    [engine],
  );
  return layer;
}

function place(layer: HTMLElement, view: EngineApi["view"]): void {
  // Mostly nobody is there.
  if (layer.childElementCount === 1) return;
  layer.querySelector("g")?.setAttribute("transform", imageMatrix(view));
  for (const element of layer.querySelectorAll<HTMLElement>("[data-x]")) {
    const { x = "0", y = "0" } = element.dataset;
    const at = view.screenOf(imagePoint(Number(x), Number(y)));
    const transform = `translate(${at.x}px, ${at.y}px)`;
    if (element.style.transform === transform) continue;
    // A pointer glides to where its person went, and is never late when the camera moves.
    const moved = element.dataset["glides"] !== undefined && element.dataset["glides"] !== `${x} ${y}`;
    element.style.transition = moved && element.dataset["glides"] !== "" ? "" : "none";
    if (moved) element.dataset["glides"] = `${x} ${y}`;
    element.style.transform = transform;
  }
}
