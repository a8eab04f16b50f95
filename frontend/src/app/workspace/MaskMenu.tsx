import { Menu } from "@mantine/core";
import { useState } from "react";

import type { Label } from "../../api/types";
import type { MaskOperation, ObjectRecord } from "../../engine";
import { t, type MessageKey } from "../i18n";
import { useWorkplace } from "./desk";
import { WorkIcon } from "./icons";
import classes from "./panel.module.css";

type Message = Extract<MessageKey, `workspace.mask.${string}`>;

const SMOOTHING_RADIUS = 2;
const WHOLE: readonly (readonly [what: Message, operation: MaskOperation])[] = [
  ["workspace.mask.fillHoles", { name: "fillHoles" }],
  ["workspace.mask.removeSpecks", { name: "removeSpecks" }],
  ["workspace.mask.keepLargest", { name: "keepLargest" }],
  ["workspace.mask.smooth", { name: "smooth", radius: SMOOTHING_RADIUS }],
  ["workspace.mask.grow", { name: "grow" }],
  ["workspace.mask.shrink", { name: "shrink" }],
  ["workspace.mask.split", { name: "split" }],
];
const WITH_OTHER: readonly (readonly [what: Message, name: "union" | "subtract" | "intersect"])[] = [
  ["workspace.mask.union", "union"],
  ["workspace.mask.subtract", "subtract"],
  ["workspace.mask.intersect", "intersect"],
];

interface MaskMenuProps {
  object: ObjectRecord;
  labels: readonly Label[];
  name: string;
}

/** What can be done to an object's mask as a whole, alone or with another object that it may touch. */
export function MaskMenu({ object, labels, name }: MaskMenuProps) {
  const { engine } = useWorkplace();
  // A menu for each of hundreds of rows would be slow; it is made when it is first asked for.
  const [wanted, setWanted] = useState(false);
  const reshape = (operation: MaskOperation): void => {
    engine.select(object.id);
    engine.reshapeSelected(operation);
  };
  const button = (
    <button
      type="button"
      className={classes.rowAction}
      aria-label={name}
      aria-haspopup="menu"
      onClick={wanted ? undefined : () => setWanted(true)}
    >
      <WorkIcon name="shape" size={0.9375} />
    </button>
  );
  if (!wanted) return button;
  return (
    <Menu defaultOpened position="bottom-end" width="15rem">
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        {WHOLE.map(([what, operation]) => (
          <Menu.Item key={what} onClick={() => reshape(operation)}>
            {t(what)}
          </Menu.Item>
        ))}
        {WITH_OTHER.map(([what, operation]) => (
          <WithOther key={what} what={what} object={object} labels={labels} onChoose={(other) => reshape({ name: operation, other })} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** More than this many would be a list to search in. */
const MOST_OTHERS = 9;

function meets([ax = 0, ay = 0, aw = 0, ah = 0]: readonly number[], [bx = 0, by = 0, bw = 0, bh = 0]: readonly number[]): boolean {
  return ax <= bx + bw && bx <= ax + aw && ay <= by + bh && by <= ay + ah;
}

interface WithOtherProps {
  what: Message;
  object: ObjectRecord;
  labels: readonly Label[];
  onChoose: (other: string) => void;
}

function WithOther({ what, object, labels, onChoose }: WithOtherProps) {
  const { engine } = useWorkplace();
  const numbered = engine.objects().map((other, index) => ({ other, number: index + 1 }));
  const near = numbered.filter(({ other }) => other.id !== object.id && meets(other.bbox, object.bbox)).slice(0, MOST_OTHERS);
  if (near.length === 0) return null;
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item>{t(what)}</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        {near.map(({ other, number }) => {
          const label = labels.find((each) => each.id === other.labelId)?.name ?? t("workspace.noLabel");
          return (
            <Menu.Item key={other.id} onClick={() => onChoose(other.id)}>
              {t("workspace.object", { number, label })}
            </Menu.Item>
          );
        })}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}
