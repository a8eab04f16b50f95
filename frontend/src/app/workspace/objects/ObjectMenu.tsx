import { Menu } from "@mantine/core";
import { useEffect, useRef, useState, type ReactNode } from "react";

import type { Label } from "../../../api/types";
import type { ObjectRecord } from "../../../engine";
import { CommandKey } from "../../commands/CommandKeys";
import { t, type MessageKey } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useStatus, useWorkplace } from "../desk";
import { WorkIcon } from "../icons";
import * as doing from "./doing";
import { MOVES, neighbours, WHOLE, WITH_OTHER, type Joining } from "./menuItems";
import { namedOf } from "./names";
import classes from "./objects.module.css";
import { isHidden, useSight } from "./useSight";

/** The pages of the menu: a finger finds its way through pages, and not through menus beside menus. */
type PageName = "all" | "mask" | "label" | "order" | Joining;

interface ObjectMenuProps {
  object: ObjectRecord;
  number: number;
  labels: readonly Label[];
  /** What it opens at. */
  target: ReactNode;
  /** Beside what it opens at, within the same landmark; else over everything. */
  inPlace?: boolean;
  onClose: () => void;
}

// The focus reaches the menu a moment after it is seen: a key pressed in between is no wish to close it.
const CLOSED_BY = ["mousedown", "touchstart"];

/** Everything that can be done with one object; the same beside its row and on the picture. */
export function ObjectMenu({ object, number, labels, target, inPlace = false, onClose }: ObjectMenuProps) {
  const [page, setPage] = useState<PageName>("all");
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The first is the way back; what one came for is below it.
    if (page !== "all") list.current?.querySelectorAll<HTMLElement>("[role='menuitem']")[1]?.focus();
  }, [page]);
  const part = { object, labels, go: setPage };
  return (
    <Menu
      opened
      onClose={onClose}
      clickOutsideEvents={CLOSED_BY}
      withinPortal={!inPlace}
      returnFocus={false}
      position={inPlace ? "bottom-start" : "bottom-end"}
      width="15rem"
    >
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown ref={list} aria-label={t("objects.menu", namedOf(object, number, labels))}>
        {page === "all" ? <All {...part} /> : <Back page={page} go={setPage} />}
        {page === "mask" ? <MaskPage {...part} /> : null}
        {page === "label" ? <LabelPage {...part} /> : null}
        {page === "order" ? <OrderPage {...part} /> : null}
        {page === "union" || page === "subtract" || page === "intersect" ? <OtherPage {...part} joining={page} /> : null}
      </Menu.Dropdown>
    </Menu>
  );
}

interface PageProps {
  object: ObjectRecord;
  labels: readonly Label[];
  go: (page: PageName) => void;
}

interface ToPageProps {
  to: PageName;
  go: (page: PageName) => void;
  children: ReactNode;
}

function ToPage({ to, go, children }: ToPageProps) {
  return (
    <Menu.Item closeMenuOnClick={false} rightSection={<Icon name="chevronRight" size={0.875} />} onClick={() => go(to)}>
      {children}
    </Menu.Item>
  );
}

/** Back to where one came from. */
function Back({ page, go }: { page: PageName; go: (page: PageName) => void }) {
  const from: PageName = page === "mask" || page === "label" || page === "order" ? "all" : "mask";
  return (
    <>
      <Menu.Item closeMenuOnClick={false} leftSection={<WorkIcon name="back" size={0.875} />} onClick={() => go(from)}>
        {t("objects.menu.back")}
      </Menu.Item>
      <Menu.Divider />
    </>
  );
}

interface DoProps {
  name: MessageKey & `objects.${string}`;
  of?: string;
  run: () => void;
  danger?: boolean;
}

function All({ object, go }: PageProps) {
  const readOnly = useStatus((status) => status.readOnly);
  return (
    <>
      {readOnly ? null : (
        <>
          <ToPage to="mask" go={go}>
            {t("objects.menu.mask")}
          </ToPage>
          <ToPage to="label" go={go}>
            {t("objects.menu.label")}
          </ToPage>
          <ToPage to="order" go={go}>
            {t("objects.menu.order")}
          </ToPage>
          <Menu.Divider />
        </>
      )}
      <Looking id={object.id} />
      <Menu.Divider />
      <Copying id={object.id} readOnly={readOnly} />
    </>
  );
}

function Do({ name, of, run, danger = false }: DoProps) {
  const key = of === undefined ? null : <CommandKey of={of} />;
  return (
    <Menu.Item rightSection={key} onClick={run} {...(danger ? { className: classes.danger } : {})}>
      {t(name as "objects.menu.copy")}
    </Menu.Item>
  );
}

function Looking({ id }: { id: string }) {
  const place = useWorkplace();
  const { engine } = place;
  const sight = useSight();
  const hidden = isHidden(sight, id);
  const alone = sight.only?.has(id) === true;
  const zoom = (): void => {
    engine.select(id);
    engine.view.zoomToSelected();
  };
  return (
    <>
      <Do name="objects.menu.zoom" of="zoomToSelected" run={zoom} />
      <Do name={hidden ? "objects.menu.show" : "objects.menu.hide"} of="object.hide" run={() => doing.toggleHidden(place, id)} />
      <Do name={alone ? "objects.menu.unisolate" : "objects.menu.isolate"} of="object.isolate" run={() => doing.toggleIsolated(place, id)} />
      <Do
        name={sight.locked.has(id) ? "objects.menu.unlock" : "objects.menu.lock"}
        of="object.lock"
        run={() => doing.toggleLocked(place, id)}
      />
    </>
  );
}

function Copying({ id, readOnly }: { id: string; readOnly: boolean }) {
  const place = useWorkplace();
  return (
    <>
      <Do name="objects.menu.copy" of="object.copy" run={() => doing.copyObject(place, id)} />
      <Do name="objects.menu.carry" of="object.carry" run={() => doing.carryObject(place, id)} />
      {readOnly ? null : (
        <>
          <Menu.Divider />
          <Do name="objects.menu.delete" of="delete" danger run={() => doing.remove(place, id)} />
        </>
      )}
    </>
  );
}

function MaskPage({ object, go }: PageProps) {
  const place = useWorkplace();
  const near = neighbours(place.engine.objects(), object);
  return (
    <>
      {WHOLE.map(([what, operation]) => (
        <Menu.Item key={what} onClick={() => doing.reshape(place, object.id, operation)}>
          {t(what)}
        </Menu.Item>
      ))}
      {near.length === 0 ? null : <Menu.Divider />}
      {near.length === 0
        ? null
        : WITH_OTHER.map(([what, name]) => (
            <ToPage key={what} to={name} go={go}>
              {t(what)}
            </ToPage>
          ))}
    </>
  );
}

function OtherPage({ object, labels, joining }: PageProps & { joining: Joining }) {
  const place = useWorkplace();
  return neighbours(place.engine.objects(), object).map(({ other, number }) => (
    <Menu.Item key={other.id} onClick={() => doing.reshape(place, object.id, { name: joining, other: other.id })}>
      {t("workspace.object", { ...namedOf(other, number, labels) })}
    </Menu.Item>
  ));
}

function LabelPage({ object, labels }: PageProps) {
  const place = useWorkplace();
  return labels.map((label) => (
    <Menu.Item
      key={label.id}
      leftSection={<span className={classes.swatch} style={{ background: label.color }} />}
      rightSection={label.id === object.labelId ? <Icon name="check" size={0.875} /> : null}
      onClick={() => doing.relabel(place, object.id, label.id)}
    >
      {label.name}
    </Menu.Item>
  ));
}

function OrderPage({ object }: PageProps) {
  const place = useWorkplace();
  return MOVES.map((where) => (
    <Menu.Item key={where} rightSection={<CommandKey of={`object.${where}`} />} onClick={() => doing.move(place, object.id, where)}>
      {t(`objects.order.${where}`)}
    </Menu.Item>
  ));
}
