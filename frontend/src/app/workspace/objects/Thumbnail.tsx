import { useEffect, useRef } from "react";

import type { ObjectRecord } from "../../../engine";
import { useWorkplace } from "../desk";
import classes from "./objects.module.css";

/** Canvas pixels: sharp on screens with two of them for each of the page's. */
const SIDE = 64;

/** Runs when nothing else has to be done; what it returns takes it back. */
function whenIdle(run: () => void): () => void {
  if (typeof requestIdleCallback === "function") {
    const handle = requestIdleCallback(run, { timeout: 1000 });
    return () => cancelIdleCallback(handle);
  }
  const timer = setTimeout(run, 0);
  return () => clearTimeout(timer);
}

interface ThumbnailProps {
  object: ObjectRecord;
  color: string;
  /** The image is there to be cut from. */
  ready: boolean;
}

/** The object as it looks. Only rows in sight have one, so there are never many. */
export function Thumbnail({ object, color, ready }: ThumbnailProps) {
  const { engine } = useWorkplace();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { id, mask } = object;
  useEffect(() => {
    if (!ready) return;
    return whenIdle(() => {
      const context = canvas.current?.getContext("2d") ?? null;
      if (context !== null) engine.edits.drawThumbnail(id, { context, side: SIDE });
    });
  }, [engine, id, mask, color, ready]);
  return <canvas ref={canvas} width={SIDE} height={SIDE} className={classes.thumbnail} style={{ borderColor: color }} aria-hidden="true" />;
}
