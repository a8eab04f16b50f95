import { useEffect, useLayoutEffect, useRef } from "react";

import { outlinePath } from "../../../engine";
import { useWorkplace } from "../desk";
import { imageMatrix } from "../over/imageMatrix";
import { usePointed } from "./pointed";
import { useDrafts } from "./useDrafts";
import classes from "./drafts.module.css";

/** Drafts over the picture: dashed, because they are nobody's yet. The list says the same in words. */
export function DraftLayer() {
  const { engine, project } = useWorkplace();
  const drafts = useDrafts();
  const pointed = usePointed();
  const group = useRef<SVGGElement>(null);
  useLayoutEffect(() => group.current?.setAttribute("transform", imageMatrix(engine.view)));
  useEffect(
    () => engine.view.onFrame(() => group.current?.setAttribute("transform", imageMatrix(engine.view))),
    [engine],
  );
  if (drafts.length === 0) return null;
  const colorOf = (labelId: number): string | undefined => project.labels.find(({ id }) => id === labelId)?.color;
  return (
    <svg className={classes.layer} aria-hidden="true">
      <g ref={group}>
        {drafts.map((draft) => (
          <path
            key={draft.id}
            d={outlinePath({ size: [draft.mask.size[0] ?? 0, draft.mask.size[1] ?? 0], counts: draft.mask.counts })}
            data-pointed={draft.id === pointed}
            style={{ "--ink": colorOf(draft.label_id) }}
          />
        ))}
      </g>
    </svg>
  );
}
