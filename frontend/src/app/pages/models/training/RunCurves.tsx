import { useQuery } from "@tanstack/react-query";

import type { CurvePoint } from "../../../../api/modelTypes";
import { formatCount } from "../../../data/format";
import { runQuery } from "../../../data/modelQueries";
import { t } from "../../../i18n";
import { Loaded } from "../../../ui/Notes";
import { LineChart, type Series } from "../charts/LineChart";
import { smoothed, thinned, type ChartPoint } from "../charts/scale";
import { percent } from "../figures";
import classes from "../models.module.css";

const POINTS_DRAWN = 400;
const ROWS = 12;

const showLoss = (value: number): string => value.toFixed(3).replace(/0$/, "");
const showIou = (value: number): string => `${(100 * value).toFixed(0)} %`;

function summaryOf(key: "models.curve.lossSummary" | "models.curve.iouSummary", points: readonly ChartPoint[], show: (value: number) => string): string {
  const [first, last] = [points[0], points.at(-1)];
  return t(key, { steps: last?.x ?? 0, first: show(first?.y ?? 0), last: show(last?.y ?? 0) });
}

/** The noise of single steps stays visible below their course. */
function course(name: string, points: readonly ChartPoint[]): Series[] {
  return [
    { name, points, look: "noise", unnamed: true },
    { name, points: smoothed(points), look: "line" },
  ];
}

function Table({ curves }: { curves: readonly CurvePoint[] }) {
  const held = curves.filter((point) => point.tune_iou !== null);
  const rows = [...new Set([...thinned(curves, ROWS), ...thinned(held, ROWS)])].sort((a, b) => a.step - b.step);
  return (
    <details className={classes.fold}>
      <summary>{t("models.curve.table")}</summary>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t("models.curve.steps")}</th>
            <th scope="col">{t("models.curve.loss")}</th>
            <th scope="col">{t("models.curve.batch")}</th>
            <th scope="col">{t("models.curve.heldOut")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ step, loss, iou, tune_iou }) => (
            <tr key={step}>
              <th scope="row">{formatCount(step)}</th>
              <td>{loss.toFixed(4)}</td>
              <td>{percent(iou)}</td>
              <td>{tune_iou === null ? "" : percent(tune_iou)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** Loss and IoU of a run, step by step; while it goes on they grow with each event. */
export function Curves({ curves }: { curves: readonly CurvePoint[] }) {
  if (curves.length === 0) return <p className={classes.quiet}>{t("models.curve.none")}</p>;
  const drawn = thinned(curves, POINTS_DRAWN);
  const loss = drawn.map(({ step, loss: y }) => ({ x: step, y }));
  const iou = drawn.map(({ step, iou: y }) => ({ x: step, y }));
  const held = curves.flatMap(({ step, tune_iou }) => (tune_iou === null ? [] : [{ x: step, y: tune_iou }]));
  const common = { xName: t("models.curve.steps"), showX: formatCount };
  return (
    <div>
      <div className={classes.charts}>
        <LineChart
          {...common}
          summary={summaryOf("models.curve.lossSummary", loss, (value) => value.toFixed(3))}
          series={course(t("models.curve.loss"), loss)}
          showY={showLoss}
        />
        <LineChart
          {...common}
          summary={summaryOf("models.curve.iouSummary", iou, percent)}
          series={[
            ...course(`${t("models.curve.iou")}: ${t("models.curve.batch").toLocaleLowerCase("en")}`, iou),
            ...(held.length === 0 ? [] : [{ name: t("models.curve.heldOut").toLocaleLowerCase("en"), points: held, look: "dots" as const }]),
          ]}
          showY={showIou}
        />
      </div>
      <Table curves={curves} />
    </div>
  );
}

export function RunCurves({ projectId, runId }: { projectId: number; runId: number }) {
  const run = useQuery(runQuery(projectId, runId));
  return <Loaded query={run}>{({ curves }) => <Curves curves={curves} />}</Loaded>;
}
