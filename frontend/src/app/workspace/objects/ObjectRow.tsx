import { memo, useEffect, useRef, useState, type KeyboardEvent } from "react";

import type { Label } from "../../../api/types";
import type { ObjectRecord } from "../../../engine";
import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import { LOW_SCORE } from "../announce";
import { useWorkplace } from "../desk";
import { WorkIcon } from "../icons";
import { VerdictMark } from "../review/VerdictMark";
import * as doing from "./doing";
import { describe, labelOf, namedOf, scoreText, type Named, type RowState } from "./names";
import { ObjectMenu } from "./ObjectMenu";
import classes from "./objects.module.css";
import { Thumbnail } from "./Thumbnail";

export interface ObjectRowProps extends RowState {
  object: ObjectRecord;
  number: number;
  labels: readonly Label[];
  selected: boolean;
  ready: boolean;
  /** Where it stands among the rows that the filter leaves. */
  place: number;
  total: number;
  onStep: (place: number) => void;
}

/** Renders again only when something of its own changes: there may be hundreds. */
export const ObjectRow = memo(function ObjectRow(props: ObjectRowProps) {
  const { object, number, labels, selected, unsent, hidden, locked, open, ready, place, total, onStep } = props;
  const { engine } = useWorkplace();
  const label = labelOf(object, labels);
  const named = namedOf(object, number, labels);
  const color = label?.color ?? "var(--c-open)";
  const stepped = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    onStep(place + by);
  };
  return (
    <li className={classes.row} data-selected={selected} data-hidden={hidden} aria-posinset={place + 1} aria-setsize={total}>
      <button
        type="button"
        className={classes.main}
        aria-pressed={selected}
        aria-label={describe(object, named, { unsent, hidden, locked, open })}
        data-row={place}
        onClick={() => engine.select(selected ? null : object.id)}
        onKeyDown={stepped}
      >
        <Thumbnail object={object} color={color} ready={ready} />
        <span className={classes.name}>{named.label}</span>
        {open ? <span className={classes.openMark} title={t("objects.missing")} /> : null}
        {unsent ? <span className={classes.unsentDot} title={t("workspace.unsentObject")} /> : null}
        <Score score={object.score} />
      </button>
      <VerdictMark objectId={object.id} />
      <Actions object={object} number={number} labels={labels} named={named} hidden={hidden} locked={locked} />
    </li>
  );
});

interface ActionsProps extends Pick<ObjectRowProps, "object" | "number" | "labels" | "hidden" | "locked"> {
  named: Named;
}

function Actions({ object, number, labels, named, hidden, locked }: ActionsProps) {
  const place = useWorkplace();
  const name = t("workspace.object", { number: named.number, label: named.label }).toLowerCase();
  return (
    <span className={classes.actions}>
      <button
        type="button"
        className={classes.action}
        data-on={locked}
        aria-pressed={locked}
        aria-label={t("objects.lock", { object: name })}
        onClick={() => doing.toggleLocked(place, object.id)}
      >
        <WorkIcon name={locked ? "locked" : "unlocked"} size={0.9375} />
      </button>
      <button
        type="button"
        className={classes.action}
        data-on={hidden}
        aria-pressed={hidden}
        aria-label={t("objects.hide", { object: name })}
        onClick={() => doing.toggleHidden(place, object.id)}
      >
        <WorkIcon name={hidden ? "eyeOff" : "eye"} size={0.9375} />
      </button>
      <More object={object} number={number} labels={labels} named={named} />
    </span>
  );
}

/** The button of the menu, which is made when it is asked for: one for each of hundreds of rows would be slow. */
function More({ object, number, labels, named }: Omit<ActionsProps, "hidden" | "locked">) {
  const { host } = useWorkplace();
  const [opened, setOpened] = useState<"byKey" | "byPress" | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const before = useRef(opened);
  useEffect(() => {
    // Whoever has come by keyboard goes on from here, all others on the picture.
    if (opened === null && before.current === "byKey") opener.current?.focus();
    if (opened === null && before.current === "byPress") host.focus({ preventScroll: true });
    before.current = opened;
  }, [opened, host]);
  const button = (
    <button
      ref={opener}
      type="button"
      className={classes.action}
      aria-label={t("objects.actions", { number: named.number, label: named.label })}
      aria-haspopup="menu"
      aria-expanded={opened !== null}
      onClick={({ detail }) => setOpened((now) => (now !== null ? null : detail === 0 ? "byKey" : "byPress"))}
    >
      <WorkIcon name="more" size={0.9375} />
    </button>
  );
  if (opened === null) return button;
  return <ObjectMenu object={object} number={number} labels={labels} target={button} onClose={() => setOpened(null)} />;
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
