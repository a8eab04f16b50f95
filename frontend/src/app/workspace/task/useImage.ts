import { useEffect } from "react";

import type { Image } from "../../../api/types";
import type { ImageSource } from "../../../engine";
import { useSession, useWorkplace } from "../desk";

/** What the engine is to show: the file, or for a large image its tiles. */
export function imageSource({ file_url: url, thumbnail_url: preview, width, height, tiles }: Image): ImageSource {
  if (tiles === null) return { url, width, height };
  return { url, width, height, tiles: { side: tiles.side, levels: tiles.levels, url: tiles.url, preview } };
}

/** Loads the image as soon as the task is known. */
export function useImage(): void {
  const { engine, session } = useWorkplace();
  // Its address names its content; events bring the same image as another object.
  const url = useSession().task?.image.file_url;
  useEffect(() => {
    const image = session.snapshot().task?.image;
    // A failure is part of the engine's status, and shown from there.
    if (image !== undefined && image.file_url === url) engine.loadImage(imageSource(image)).catch(() => undefined);
  }, [engine, session, url]);
}
