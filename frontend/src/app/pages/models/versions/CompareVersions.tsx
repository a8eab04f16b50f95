import { NativeSelect } from "@mantine/core";
import { useState } from "react";

import type { Figures, ModelVersion, TrainingRun } from "../../../../api/modelTypes";
import { formatBytes } from "../../../data/format";
import { t } from "../../../i18n";
import { Panel } from "../../../ui/Page";
import { FIGURES, tone, versionName } from "../figures";
import { useModels } from "../modelsContext";
import { Interval } from "../runs/ComparisonTable";
import classes from "../models.module.css";

interface Measured extends ModelVersion {
  held_out: Figures;
}

const isMeasured = (version: ModelVersion): version is Measured => version.held_out !== null;

/** The run that measured both on the same objects, which says more than two figures apart. */
export function runBetween(runs: readonly TrainingRun[], first: number, second: number): TrainingRun | undefined {
  return runs.find((run) => run.start_id === first && run.version_id === second && run.held_out !== null);
}

function FigureRows({ first, second }: { first: Figures; second: Figures }) {
  return FIGURES.map((figure) => {
    const difference = second[figure.key] - first[figure.key];
    return (
      <tr key={figure.key}>
        <th scope="row">{figure.name}</th>
        <td>{figure.show(first[figure.key])}</td>
        <td>{figure.show(second[figure.key])}</td>
        <td data-tone={tone(figure, difference)}>{figure.showDifference(difference)}</td>
      </tr>
    );
  });
}

function SideBySide({ first, second }: { first: Measured; second: Measured }) {
  const { runs } = useModels();
  const comparison = runBetween(runs, first.id, second.id)?.held_out ?? null;
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t("models.figure")}</th>
            <th scope="col">{versionName(first)}</th>
            <th scope="col">{versionName(second)}</th>
            <th scope="col">{t("models.difference")}</th>
          </tr>
        </thead>
        <tbody>
          <FigureRows first={comparison?.before ?? first.held_out} second={comparison?.after ?? second.held_out} />
          <tr>
            <th scope="row">{t("models.size")}</th>
            <td>{formatBytes(first.byte_size)}</td>
            <td>{formatBytes(second.byte_size)}</td>
            <td />
          </tr>
        </tbody>
      </table>
      {comparison === null ? null : <Interval comparison={comparison} />}
      <p className={classes.quiet}>
        {comparison === null ? t("models.compareOwn") : t("models.compareRun", { count: comparison.n })}
      </p>
    </>
  );
}

interface PickProps {
  label: string;
  options: readonly Measured[];
  value: Measured;
  onPick: (id: number) => void;
}

function Pick({ label, options, value, onPick }: PickProps) {
  return (
    <NativeSelect
      label={label}
      value={String(value.id)}
      data={options.map((version) => ({ value: String(version.id), label: versionName(version) }))}
      onChange={(event) => onPick(Number(event.currentTarget.value))}
    />
  );
}

/** Two versions side by side; at first the newest and the one before it. */
export function CompareVersions() {
  const { versions } = useModels();
  const [chosen, choose] = useState<{ first?: number; second?: number }>({});
  const measured = versions.filter(isMeasured);
  const find = (id: number | undefined, otherwise: number): Measured | undefined =>
    measured.find((version) => version.id === id) ?? measured[otherwise];
  const first = find(chosen.first, 1);
  const second = find(chosen.second, 0);
  return (
    <Panel title={t("models.compare")}>
      {first === undefined || second === undefined ? (
        <p className={classes.quiet}>{t("models.compareEmpty")}</p>
      ) : (
        <div className={classes.stack}>
          <div className={classes.picks}>
            <Pick
              label={t("models.compareFirst")}
              options={measured}
              value={first}
              onPick={(id) => choose({ ...chosen, first: id })}
            />
            <Pick
              label={t("models.compareSecond")}
              options={measured}
              value={second}
              onPick={(id) => choose({ ...chosen, second: id })}
            />
          </div>
          <SideBySide first={first} second={second} />
        </div>
      )}
    </Panel>
  );
}
