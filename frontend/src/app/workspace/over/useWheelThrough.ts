import { useEffect, useRef, type RefObject } from "react";

import { useWorkplace } from "../desk";

/** A ref for what lies over the picture: the wheel zooms there too, except in what can be scrolled itself. */
export function useWheelThrough(): RefObject<HTMLDivElement | null> {
  const { host } = useWorkplace();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const layer = element.current;
    if (layer === null) return undefined;
    const turned = (event: WheelEvent): void => {
      const scrolls = event.target instanceof Element && event.target.closest("[role='dialog']") !== null;
      if (scrolls && !event.ctrlKey) return;
      event.preventDefault();
      if (!scrolls) host.dispatchEvent(new WheelEvent("wheel", event));
    };
    layer.addEventListener("wheel", turned, { passive: false });
    return () => layer.removeEventListener("wheel", turned);
  }, [host]);
  return element;
}
