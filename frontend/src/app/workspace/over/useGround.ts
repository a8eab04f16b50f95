import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";

import { imagePoint } from "../../../engine";
import { useWorkplace } from "../desk";
import { besideSpot, Ground } from "./ground";

/** A ref for the element whose children lie at spots of the image. */
export function useGround(): RefObject<HTMLDivElement | null> {
  const { engine } = useWorkplace();
  const element = useRef<HTMLDivElement>(null);
  const ground = useRef<Ground | null>(null);
  useLayoutEffect(() => {
    if (element.current === null) return;
    ground.current ??= new Ground(engine.view, element.current);
    ground.current.place(true);
  });
  useEffect(() => engine.view.onFrame(() => ground.current?.place()), [engine]);
  return element;
}

/** A ref for a card that stays beside a spot of the image, and in sight. */
export function useBeside(x: number, y: number): RefObject<HTMLDivElement | null> {
  const { engine } = useWorkplace();
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = (): void => {
      const element = card.current;
      const around = element?.parentElement;
      if (element === null || around === null || around === undefined) return;
      const size = { width: element.offsetWidth, height: element.offsetHeight };
      const room = { width: around.clientWidth, height: around.clientHeight };
      const at = besideSpot(engine.view.screenOf(imagePoint(x, y)), size, room);
      element.style.transform = `translate(${Math.round(at.x)}px, ${Math.round(at.y)}px)`;
    };
    place();
    const grown = new ResizeObserver(place);
    if (card.current !== null) grown.observe(card.current);
    const stop = engine.view.onFrame(place);
    return () => {
      stop();
      grown.disconnect();
    };
  }, [engine, x, y]);
  return card;
}
