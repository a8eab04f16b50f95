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

/** A version, or the bundled model, with figures. */
interface Measured {
  /** Null is the bundled model. */
  readonly id: number | null;
  readonly name: string;
  readonly held_out: Figures;
  readonly byte_size: number | null;
}

/** The run that measured both on the same objects, which says more than two figures apart. */
export function runBetween(runs: readonly TrainingRun[], first: number | null, second: number | null): TrainingRun | undefined {
  return runs.find((run) => run.start_id === first && run.version_id === second && run.held_out !== null);
}

/** The newest first. The bundled model was measured by each run that started from it; the newest one counts. */
function measuredOf(versions: readonly ModelVersion[], runs: readonly TrainingRun[]): readonly Measured[] {
  const own = versions.flatMap(({ held_out, ...version }) =>
    held_out === null ? [] : [{ id: version.id, name: versionName(version), held_out, byte_size: version.byte_size }],
  );
  const bundled = runs.find(({ start_id, held_out }) => start_id === null && held_out !== null)?.held_out?.before;
  if (bundled === undefined) return own;
  return [...own, { id: null, name: versionName(null), held_out: bundled, byte_size: null }];
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
            <th scope="col">{first.name}</th>
            <th scope="col">{second.name}</th>
            <th scope="col">{t("models.difference")}</th>
          </tr>
        </thead>
        <tbody>
          <FigureRows first={comparison?.before ?? first.held_out} second={comparison?.after ?? second.held_out} />
          <tr>
            <th scope="row">{t("models.size")}</th>
            <td>{first.byte_size === null ? "" : formatBytes(first.byte_size)}</td>
            <td>{second.byte_size === null ? "" : formatBytes(second.byte_size)}</td>
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
  onPick: (id: number | null) => void;
}

function Pick({ label, options, value, onPick }: PickProps) {
  return (
    <NativeSelect
      label={label}
      value={String(value.id)}
      data={options.map(({ id, name }) => ({ value: String(id), label: name }))}
      onChange={(event) => onPick(event.currentTarget.value === "null" ? null : Number(event.currentTarget.value))}
    />
  );
}

/** Two versions side by side; at first the newest and the one before it. */
export function CompareVersions() {
  const { versions, runs } = useModels();
  const [chosen, choose] = useState<{ first?: number | null; second?: number | null }>({});
  const measured = measuredOf(versions, runs);
  const find = (id: number | null | undefined, otherwise: number): Measured | undefined =>
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
