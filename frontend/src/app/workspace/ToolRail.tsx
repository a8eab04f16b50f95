import { Tooltip } from "@mantine/core";

import type { ToolName } from "../../engine";
import { t } from "../i18n";
import { useStatus, useWorkplace } from "./desk";
import { WorkIcon, type WorkIconName } from "./icons";
import { COMMAND_KEY, Key } from "./Keys";
import classes from "./workspace.module.css";

const TOOLS: readonly (readonly [tool: ToolName, key: string])[] = [
  ["extreme", "E"],
  ["box", "R"],
  ["brush", "B"],
  ["eraser", "X"],
  ["polygon", "P"],
  ["select", "V"],
  ["pan", "H"],
];

interface RailButtonProps {
  icon: WorkIconName;
  name: string;
  shortcut: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

function RailButton({ icon, name, shortcut, pressed, disabled = false, onClick }: RailButtonProps) {
  const label = (
    <>
      {name} <Key>{shortcut}</Key>
    </>
  );
  return (
    <Tooltip label={label} position="right">
      <button
        type="button"
        className={classes.railButton}
        aria-label={name}
        aria-keyshortcuts={shortcut.replace("⌘", "Meta").replace("Ctrl", "Control").replace(" ", "+")}
        aria-pressed={pressed}
        aria-disabled={disabled}
        onClick={disabled ? undefined : onClick}
      >
        <WorkIcon name={icon} size={1.25} />
      </button>
    </Tooltip>
  );
}

const ZOOM_STEP = 1.25;

/** Tools, undo and redo, and the view. */
export function ToolRail() {
  const { engine } = useWorkplace();
  const active = useStatus((status) => status.tool);
  const canUndo = useStatus((status) => status.canUndo);
  const canRedo = useStatus((status) => status.canRedo);
  const protectsOthers = useStatus((status) => status.protectsOthers);
  return (
    <>
      {TOOLS.map(([tool, key]) => (
        <RailButton
          key={tool}
          icon={tool}
          name={t(`workspace.tool.${tool}`)}
          shortcut={key}
          pressed={active === tool}
          onClick={() => engine.setTool(tool)}
        />
      ))}
      <RailButton
        icon="protect"
        name={t("workspace.protect")}
        shortcut="K"
        pressed={protectsOthers}
        onClick={() => engine.setProtectsOthers(!protectsOthers)}
      />
      <span className={classes.railLine} />
      <RailButton icon="undo" name={t("workspace.undo")} shortcut={`${COMMAND_KEY} Z`} disabled={!canUndo} onClick={() => engine.undo()} />
      <RailButton icon="redo" name={t("workspace.redo")} shortcut={`${COMMAND_KEY} Y`} disabled={!canRedo} onClick={() => engine.redo()} />
      <span className={classes.railSpace} />
      <RailButton icon="zoomIn" name={t("workspace.zoomIn")} shortcut="+" onClick={() => engine.view.zoomBy(ZOOM_STEP)} />
      <RailButton icon="zoomOut" name={t("workspace.zoomOut")} shortcut="-" onClick={() => engine.view.zoomBy(1 / ZOOM_STEP)} />
      <RailButton icon="fit" name={t("workspace.zoomFit")} shortcut="0" onClick={() => engine.view.fit()} />
    </>
  );
}
