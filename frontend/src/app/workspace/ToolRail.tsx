import type { ToolName } from "../../engine";
import { t } from "../i18n";
import { useStatus, useWorkplace } from "./desk";
import { RailButton } from "./RailButton";
import { ViewRail } from "./view/ViewRail";
import classes from "./workspace.module.css";

const TOOLS: readonly ToolName[] = ["extreme", "box", "brush", "eraser", "polygon", "select", "pan"];

/** Tools, undo and redo, and the view. */
export function ToolRail() {
  const { engine } = useWorkplace();
  const active = useStatus((status) => status.tool);
  const canUndo = useStatus((status) => status.canUndo);
  const canRedo = useStatus((status) => status.canRedo);
  const protectsOthers = useStatus((status) => status.protectsOthers);
  return (
    <>
      {TOOLS.map((tool) => (
        <RailButton
          key={tool}
          icon={tool}
          name={t(`workspace.tool.${tool}`)}
          command={`tool.${tool}`}
          pressed={active === tool}
          onClick={() => engine.setTool(tool)}
        />
      ))}
      <RailButton
        icon="protect"
        name={t("workspace.protect")}
        command="protect"
        pressed={protectsOthers}
        onClick={() => engine.setProtectsOthers(!protectsOthers)}
      />
      <span className={classes.railLine} />
      <RailButton icon="undo" name={t("workspace.undo")} command="undo" disabled={!canUndo} onClick={() => engine.undo()} />
      <RailButton icon="redo" name={t("workspace.redo")} command="redo" disabled={!canRedo} onClick={() => engine.redo()} />
      <span className={classes.railSpace} />
      <ViewRail />
    </>
  );
}
