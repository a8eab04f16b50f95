import { useQuery } from "@tanstack/react-query";

import type { LearningCurve } from "../../../api/modelTypes";
import { formatCount } from "../../data/format";
import { curveQuery } from "../../data/modelQueries";
import { t, tn } from "../../i18n";
import { Loaded } from "../../ui/Notes";
import { Panel } from "../../ui/Page";
import { LineChart, type Series } from "./charts/LineChart";
import { percent, points } from "./figures";
import classes from "./models.module.css";

const FEWEST_POINTS = 3;

function forecast({ points: measured, further, expected_gain }: LearningCurve): string {
  if (measured.length < FEWEST_POINTS) return tn("models.learning.few", measured.length);
  if (expected_gain === null) return t("models.learning.flat");
  return t("models.learning.gain", { further, points: points(expected_gain) });
}

function Chart({ curve }: { curve: LearningCurve }) {
  const at = ({ object_count, held_out_iou }: LearningCurve["points"][number]) => ({ x: object_count, y: held_out_iou });
  const series: Series[] = [{ name: t("models.learning.measured"), points: curve.points.map(at), look: "dots" }];
  if (curve.fitted.length > 0) {
    series.unshift({ name: t("models.learning.fitted"), points: curve.fitted.map(at), look: "dashed" });
  }
  const last = curve.points.at(-1);
  return (
    <LineChart
      summary={t("models.learning.summary", {
        count: curve.points.length,
        objects: last?.object_count ?? 0,
        iou: percent(last?.held_out_iou ?? 0),
      })}
      series={series}
      xName={t("models.learning.objects")}
      showX={formatCount}
      showY={(value) => `${(100 * value).toFixed(0)} %`}
    />
  );
}

/** What accepted objects have brought so far, and what further ones would. */
export function LearningPanel({ projectId }: { projectId: number }) {
  const curve = useQuery(curveQuery(projectId));
  return (
    <Panel title={t("models.learning")}>
      <Loaded query={curve}>
        {(data) => (
          <div className={classes.stack}>
            <p>{forecast(data)}</p>
            {data.points.length === 0 ? null : <Chart curve={data} />}
          </div>
        )}
      </Loaded>
    </Panel>
  );
}
