import { t } from "../i18n";
import { useStatus } from "./desk";
import { TextWithKeys } from "./Keys";
import { usePart } from "./review/useReview";
import { useLastMask } from "./useLastMask";
import classes from "./stage.module.css";

/** What the next click or key does, and how long the last mask took. */
export function HintLine() {
  const hint = useStatus((status) => status.hint);
  const percent = useStatus((status) => (status.image === "ready" ? Math.round(status.zoom * 100) : null));
  const size = useStatus((status) => (status.tool === "brush" || status.tool === "eraser" ? status.brushSize : null));
  const ms = useLastMask();
  const judges = usePart() === "judge";
  return (
    <>
      <span className={classes.hint} data-hint={hint}>
        <TextWithKeys text={judges && hint === "select.holding" ? t("review.hint") : t(`workspace.hint.${hint}`)} />
      </span>
      {size === null ? null : <span className={classes.fact}>{t("workspace.brushSize", { size })}</span>}
      {ms === null ? null : <span className={classes.fact}>{t("workspace.lastMask", { ms })}</span>}
      <span className={classes.fact} data-kind="zoom">
        {percent === null ? "" : t("workspace.zoom", { percent })}
      </span>
    </>
  );
}
