import { useMemo } from "react";

import type { Label } from "../../api/types";
import { WORKS_ON_SELECTED } from "../../engine";
import { useShortcut } from "../commands/CommandKeys";
import { t, tn } from "../i18n";
import { sortedLabels, useObjects, useStatus, useWorkplace } from "./desk";
import { Key } from "./Keys";
import { FillRest } from "./objects/FillRest";
import classes from "./panel.module.css";

const NUMBER_KEYS = 9;

/** The project's labels; the first nine have keys, the digits as delivered. A click does what the key does. */
export function LabelList() {
  const { engine, project, status } = useWorkplace();
  const labels = useMemo(() => sortedLabels(project), [project]);
  const current = useStatus((now) => now.currentLabelId);
  const readOnly = useStatus((now) => now.readOnly);
  const objects = useObjects();
  const choose = (label: Label): void => {
    engine.setCurrentLabel(label.id);
    if (WORKS_ON_SELECTED.has(status().tool)) engine.relabelSelected(label.id);
  };
  return (
    <section className={classes.labels} aria-labelledby="workspace-labels">
      <h2 id="workspace-labels" className={classes.panelTitle}>
        {t("workspace.labels")}
      </h2>
      {labels.length === 0 ? <p className={classes.panelEmpty}>{t("workspace.labelsNone")}</p> : null}
      <ul className={classes.rows}>
        {labels.map((label, index) => (
          <li key={label.id} className={classes.labelItem}>
            <LabelRow
              label={label}
              command={index < NUMBER_KEYS ? `label.${index + 1}` : undefined}
              active={label.id === current}
              count={objects.filter((object) => object.labelId === label.id).length}
              onChoose={() => choose(label)}
            />
            {label.kind === "stuff" && !readOnly ? <FillRest label={label} /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface LabelRowProps {
  label: Label;
  command: string | undefined;
  active: boolean;
  count: number;
  onChoose: () => void;
}

function LabelRow({ label, command, active, count, onChoose }: LabelRowProps) {
  const { shown, aria } = useShortcut(command);
  return (
    <button
      type="button"
      className={classes.labelRow}
      aria-pressed={active}
      aria-keyshortcuts={aria}
      onClick={onChoose}
    >
      <span className={classes.swatch} style={{ background: label.color }} />
      <span className={classes.rowName}>{label.name}</span>
      {count === 0 ? null : (
        <span className={classes.count} title={tn("workspace.labelObjects", count)} aria-hidden="true">
          {count}
        </span>
      )}
      {shown === null ? null : (
        <span aria-hidden="true">
          <Key>{shown}</Key>
        </span>
      )}
    </button>
  );
}
