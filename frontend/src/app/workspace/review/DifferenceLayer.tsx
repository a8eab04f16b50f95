import { useEffect, useLayoutEffect, useRef } from "react";

import { imagePoint, type EngineApi } from "../../../engine";
import { formatCount } from "../../data/format";
import { t } from "../../i18n";
import { useWorkplace } from "../desk";
import { TextWithKeys } from "../Keys";
import over from "../over/over.module.css";
import { tinted, type Difference } from "./difference";
import classes from "./review.module.css";
import { useComparing, useCompared, useProposalInstead, type Compared } from "./useDifference";

/** The selected object compared with what the model proposed, over the picture. */
export function DifferenceLayer() {
  const comparing = useComparing();
  const compared = useCompared(comparing);
  useProposalInstead(compared, comparing === "proposal");
  if (compared === null) return null;
  return (
    <div className={over.over} data-part="difference">
      {comparing === "tint" && compared.difference !== null ? <Tint difference={compared.difference} /> : null}
      <div className={classes.legend} role="status">
        <Legend compared={compared} proposalShown={comparing === "proposal"} />
      </div>
    </div>
  );
}

function Legend({ compared, proposalShown }: { compared: Compared; proposalShown: boolean }) {
  const { proposal, difference, problem } = compared;
  if (problem !== null) return <span>{problem}</span>;
  if (proposal === null || difference === null) return <span>{t("review.comparing")}</span>;
  if (proposalShown) return <span>{t("review.proposalShown")}</span>;
  const { added, removed } = difference;
  if (added === 0 && removed === 0) return <span>{t("review.same")}</span>;
  return (
    <>
      <span className={classes.swatch} data-kind="added" />
      <span>{t("review.added", { count: formatCount(added) })}</span>
      <span className={classes.swatch} data-kind="removed" />
      <span>{t("review.removed", { count: formatCount(removed) })}</span>
      <span className={classes.legendHint}>
        <TextWithKeys text={t("review.compareHint")} />
      </span>
    </>
  );
}

/** A picture of the difference, made once, that follows the camera by its transform alone. */
function Tint({ difference }: { difference: Difference }) {
  const { engine } = useWorkplace();
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const { width, height } = difference;
    canvas.current?.getContext("2d")?.putImageData(new ImageData(tinted(difference), width, height), 0, 0);
  }, [difference]);
  useEffect(() => {
    const place = (): void => {
      if (canvas.current !== null) canvas.current.style.transform = matrixFor(engine.view, difference);
    };
    place();
    return engine.view.onFrame(place);
  }, [engine, difference]);
  return <canvas ref={canvas} aria-hidden="true" className={classes.tint} width={difference.width} height={difference.height} />;
}

/** Puts cells where their pixels are, whatever zoom and turn. */
export function matrixFor(view: Pick<EngineApi["view"], "screenOf">, { box, stride }: Pick<Difference, "box" | "stride">): string {
  // A cell begins at the corner of its pixel, half a pixel before the centre.
  const [x, y] = [box.x - 0.5, box.y - 0.5];
  const origin = view.screenOf(imagePoint(x, y));
  const across = view.screenOf(imagePoint(x + stride, y));
  const down = view.screenOf(imagePoint(x, y + stride));
  const axes = [across.x - origin.x, across.y - origin.y, down.x - origin.x, down.y - origin.y];
  return `matrix(${[...axes, origin.x, origin.y].map((value) => value.toFixed(4)).join(", ")})`;
}
