import { Menu } from "@mantine/core";
import { memo, useEffect, useMemo, useRef, useState } from "react";

import type { Label } from "../../api/types";
import type { ObjectRecord } from "../../engine";
import { t } from "../i18n";
import { Icon } from "../ui/icons";
import { LOW_SCORE } from "./announce";
import { sortedLabels, useObjects, useSession, useStatus, useWorkplace } from "./desk";
import { WorkIcon } from "./icons";
import { MaskMenu } from "./MaskMenu";
import classes from "./panel.module.css";

/** The objects of the photograph in the order they were made. */
export function ObjectList() {
  const { project } = useWorkplace();
  const objects = useObjects();
  const labels = useMemo(() => sortedLabels(project), [project]);
  const selection = useStatus((status) => status.selection);
  const readOnly = useStatus((status) => status.readOnly);
  const { unsentIds } = useSession();
  const list = useNewestInView(objects.length);
  return (
    <section className={classes.objects} aria-labelledby="workspace-objects">
      <h2 id="workspace-objects" className={classes.panelTitle}>
        {t("workspace.objects")}
        <span className={classes.count}>{objects.length === 0 ? "" : objects.length}</span>
      </h2>
      {objects.length === 0 ? (
        <p className={classes.panelEmpty}>{t(readOnly ? "workspace.objectsNoneRead" : "workspace.objectsNone")}</p>
      ) : null}
      <ul ref={list} className={classes.rows}>
        {objects.map((object, index) => (
          <ObjectRow
            key={object.id}
            object={object}
            number={index + 1}
            labels={labels}
            selected={object.id === selection}
            unsent={unsentIds.has(object.id)}
            readOnly={readOnly}
          />
        ))}
      </ul>
    </section>
  );
}

/** Keeps the end of the list in view when an object is added, as long as it was in view before. */
function useNewestInView(count: number) {
  const list = useRef<HTMLUListElement>(null);
  const before = useRef(count);
  useEffect(() => {
    if (count > before.current) list.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
    before.current = count;
  }, [count]);
  return list;
}

interface ObjectRowProps {
  object: ObjectRecord;
  number: number;
  labels: readonly Label[];
  selected: boolean;
  unsent: boolean;
  readOnly: boolean;
}

/** Renders again only when something of its own changes: there may be hundreds. */
const ObjectRow = memo(function ObjectRow({ object, number, labels, selected, unsent, readOnly }: ObjectRowProps) {
  const { engine } = useWorkplace();
  const label = labels.find((each) => each.id === object.labelId);
  const named = { number, label: label?.name ?? t("workspace.noLabel") };
  const remove = (): void => {
    engine.select(object.id);
    engine.deleteSelected();
  };
  return (
    <li className={classes.objectRow} data-selected={selected}>
      <button
        type="button"
        className={classes.objectMain}
        aria-pressed={selected}
        aria-label={describe(object, named, unsent)}
        onClick={() => engine.select(selected ? null : object.id)}
      >
        <span className={classes.swatch} style={{ background: label?.color ?? "var(--c-open)" }} />
        <span className={classes.rowName}>{named.label}</span>
        {unsent ? <span className={classes.unsentDot} title={t("workspace.unsentObject")} /> : null}
        <Score score={object.score} />
      </button>
      {readOnly ? null : (
        <span className={classes.objectActions}>
          <MaskMenu object={object} labels={labels} name={t("workspace.objectReshape", named)} />
          <Relabel object={object} labels={labels} name={t("workspace.objectRelabel", named)} />
          <button type="button" className={classes.rowAction} aria-label={t("workspace.objectDelete", named)} onClick={remove}>
            <Icon name="trash" size={0.9375} />
          </button>
        </span>
      )}
    </li>
  );
});

function Relabel({ object, labels, name }: { object: ObjectRecord; labels: readonly Label[]; name: string }) {
  const { engine } = useWorkplace();
  // A menu for each of hundreds of rows would be slow; it is made when it is first asked for.
  const [wanted, setWanted] = useState(false);
  const relabel = (id: number): void => {
    engine.select(object.id);
    engine.relabelSelected(id);
  };
  const button = (
    <button
      type="button"
      className={classes.rowAction}
      aria-label={name}
      aria-haspopup="menu"
      onClick={wanted ? undefined : () => setWanted(true)}
    >
      <WorkIcon name="swap" size={0.9375} />
    </button>
  );
  if (!wanted) return button;
  return (
    <Menu defaultOpened position="bottom-end" width="12rem">
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        {labels.map((label) => (
          <Menu.Item
            key={label.id}
            leftSection={<span className={classes.swatch} style={{ background: label.color }} />}
            onClick={() => relabel(label.id)}
          >
            {label.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Two digits, as ".93"; amber with a mark when the model doubts itself. */
export function scoreText(score: number): string {
  return score >= 0.995 ? "1.0" : score.toFixed(2).slice(1);
}

function Score({ score }: { score: number | null }) {
  if (score === null) return null;
  const low = score < LOW_SCORE;
  const title = low ? t("workspace.qualityLow", { score: scoreText(score) }) : t("workspace.quality", { score: scoreText(score) });
  return (
    <span className={classes.score} data-low={low} title={title} aria-hidden="true">
      {low ? <Icon name="alert" size={0.8125} /> : null}
      {scoreText(score)}
    </span>
  );
}

function describe(object: ObjectRecord, named: { number: number; label: string }, unsent: boolean): string {
  // As in the row: label, then figure. Who speaks to the computer says what can be read.
  const parts = [t("workspace.object", named)];
  if (object.score !== null) parts.push(t("workspace.qualityNamed", { score: scoreText(object.score) }));
  if (unsent) parts.push(t("workspace.unsentObject"));
  return parts.join(", ");
}
