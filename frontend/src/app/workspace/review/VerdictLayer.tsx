import { useMemo } from "react";

import { t } from "../../i18n";
import { nameOf } from "../comments/useComments";
import { useObjects, useWorkplace } from "../desk";
import { isHidden, useSight } from "../objects/useSight";
import over from "../over/over.module.css";
import { useGround } from "../over/useGround";
import { RejectCard } from "./RejectCard";
import classes from "./review.module.css";
import { useReview } from "./useReview";
import { Mark, verdictName } from "./VerdictMark";

/** More marks than anybody reads at a time would slow the picture down; rejections come first. */
const MOST_MARKS = 400;

/** Verdicts over the picture, at the upper edge of their objects, and the choice of reasons. */
export function VerdictLayer() {
  const { state } = useReview();
  const objects = useObjects();
  const ground = useGround();
  const sight = useSight();
  const { said, rejecting } = state;
  const marked = useMemo(() => {
    const all = objects.filter(({ id }) => said.has(id) && !isHidden(sight, id));
    const rejected = all.filter(({ id }) => said.get(id)?.verdict === "rejected");
    const rest = all.filter(({ id }) => said.get(id)?.verdict !== "rejected");
    return [...rejected, ...rest].slice(0, MOST_MARKS);
  }, [objects, said, sight]);
  const object = objects.find(({ id }) => id === rejecting);
  return (
    <div className={over.over} data-part="verdicts">
      <div ref={ground} className={over.ground}>
        {marked.map(({ id, bbox: [x = 0, y = 0, width = 0] }) => {
          const heard = said.get(id);
          return heard === undefined ? null : (
            <div key={id} className={classes.place} data-x={x + (width - 1) / 2} data-y={y - 0.5}>
              <Mark heard={heard} />
            </div>
          );
        })}
      </div>
      <Said />
      {object === undefined ? null : <RejectCard key={object.id} object={object} />}
    </div>
  );
}

/** Says the newest verdict aloud. */
function Said() {
  const { state } = useReview();
  const { project } = useWorkplace();
  const objects = useObjects();
  const { latest } = state;
  const index = objects.findIndex(({ id }) => id === latest?.id);
  const object = objects[index];
  const text =
    latest === null || object === undefined
      ? ""
      : t("review.say", { name: nameOf(object, index, project.labels), verdict: verdictName(latest.said) });
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
