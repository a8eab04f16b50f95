import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from "react";

import { t, tn } from "../i18n";
import { sortedLabels, useObjects, useSession, useStatus, useWorkplace } from "./desk";
import { openAttributes } from "./objects/answers";
import { FilterBar } from "./objects/FilterBar";
import { EVERYTHING, isEverything, listed } from "./objects/filters";
import { labelOf } from "./objects/names";
import { ObjectRow } from "./objects/ObjectRow";
import classes from "./objects/objects.module.css";
import { isHidden, useSight } from "./objects/useSight";
import { useWindow } from "./objects/useWindow";
import panel from "./panel.module.css";

/** Fewer than this many are found by looking. */
const MANY = 8;

/** The objects of the photograph in the order they were made. */
export function ObjectList() {
  const { project } = useWorkplace();
  const objects = useObjects();
  const labels = useMemo(() => sortedLabels(project), [project]);
  const readOnly = useStatus((status) => status.readOnly);
  const { unsentIds } = useSession();
  const [filter, setFilter] = useState(EVERYTHING);
  const shown = useMemo(() => listed(objects, filter, { labels, unsentIds }), [objects, filter, labels, unsentIds]);
  const narrowed = !isEverything(filter);
  const total = objects.length;
  const count = narrowed ? t("objects.countOf", { shown: shown.length, total }) : total === 0 ? "" : total.toLocaleString("en");
  return (
    <section className={classes.objects} aria-labelledby="workspace-objects">
      <h2 id="workspace-objects" className={panel.panelTitle}>
        {t("workspace.objects")}
        <span className={panel.count} role={narrowed ? "status" : undefined}>
          {count}
        </span>
      </h2>
      {total >= MANY || narrowed ? <FilterBar filter={filter} onChange={setFilter} labels={labels} objects={objects} /> : null}
      {total === 0 ? <p className={panel.panelEmpty}>{t(readOnly ? "workspace.objectsNoneRead" : "workspace.objectsNone")}</p> : null}
      {total > 0 && shown.length === 0 ? <p className={panel.panelEmpty}>{t("objects.noneMatch")}</p> : null}
      <SomeHidden />
      <Rows shown={shown} labels={labels} unsentIds={unsentIds} />
    </section>
  );
}

/** What is out of sight is said, so that nobody thinks that it is gone. */
function SomeHidden() {
  const { engine } = useWorkplace();
  const sight = useSight();
  const objects = useObjects();
  const count = objects.filter(({ id }) => isHidden(sight, id)).length;
  if (count === 0) return null;
  return (
    <p className={classes.someHidden}>
      <span>{tn("objects.someHidden", count)}</span>
      <button type="button" className={classes.link} onClick={() => engine.edits.visibility.showAll()}>
        {t("objects.showAll")}
      </button>
    </p>
  );
}

interface RowsProps {
  shown: ReturnType<typeof listed>;
  labels: ReturnType<typeof sortedLabels>;
  unsentIds: ReadonlySet<string>;
}

function Rows({ shown, labels, unsentIds }: RowsProps) {
  const selection = useStatus((status) => status.selection);
  const ready = useStatus((status) => status.image === "ready");
  const sight = useSight();
  const { box, onScroll, show, rows } = useWindow(shown.length);
  useInView(shown, selection, show);
  const step = useStepping(shown, box);
  return (
    <div ref={box} className={classes.rows} onScroll={onScroll}>
      <ul style={{ paddingTop: rows.above, paddingBottom: rows.below }}>
        {shown.slice(rows.from, rows.to).map(({ object, number }, index) => (
          <ObjectRow
            key={object.id}
            object={object}
            number={number}
            labels={labels}
            selected={object.id === selection}
            unsent={unsentIds.has(object.id)}
            hidden={isHidden(sight, object.id)}
            locked={sight.locked.has(object.id)}
            open={openAttributes(object, labelOf(object, labels)).length > 0}
            ready={ready}
            place={rows.from + index}
            total={shown.length}
            onStep={step}
          />
        ))}
      </ul>
    </div>
  );
}

/** Arrow keys go from row to row; the selection and the keyboard go along. */
function useStepping(shown: RowsProps["shown"], box: RefObject<HTMLDivElement | null>): (place: number) => void {
  const { engine } = useWorkplace();
  const wanted = useRef<number | null>(null);
  const now = useRef(shown);
  useEffect(() => {
    now.current = shown;
    const row = wanted.current;
    wanted.current = null;
    if (row !== null) box.current?.querySelector<HTMLElement>(`[data-row="${row}"]`)?.focus();
  });
  return useCallback(
    (place: number) => {
      const next = now.current[place];
      if (next === undefined) return;
      wanted.current = place;
      engine.select(next.object.id);
    },
    [engine],
  );
}

/** Keeps in view what was selected elsewhere, and what was added at the end. */
function useInView(shown: RowsProps["shown"], selection: string | null, show: (index: number) => void): void {
  const before = useRef({ count: shown.length, selection });
  useEffect(() => {
    const { count, selection: last } = before.current;
    before.current = { count: shown.length, selection };
    if (selection !== null && selection !== last) show(shown.findIndex(({ object }) => object.id === selection));
    else if (shown.length > count) show(shown.length - 1);
  }, [shown, selection, show]);
}
