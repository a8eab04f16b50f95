import { useId, useState, type MouseEvent } from "react";

import { t } from "../../i18n";
import { useWorkplace } from "../desk";
import { RailButton } from "../RailButton";
import { useRememberedView } from "./useView";
import { ViewPanel } from "./ViewPanel";

const ZOOM_STEP = 1.25;

/** The lower part of the rail: how the picture lies and looks. */
export function ViewRail() {
  const { engine, host } = useWorkplace();
  const [opened, setOpened] = useState<"no" | "byPointer" | "byKey">("no");
  const panel = useId();
  useRememberedView();
  const toggle = ({ detail }: MouseEvent): void => {
    const byHow = detail === 0 ? "byKey" : "byPointer";
    setOpened((before) => (before === "no" ? byHow : "no"));
  };
  const close = (): void => {
    setOpened("no");
    host.focus({ preventScroll: true });
  };
  return (
    <>
      <RailButton icon="zoomIn" name={t("workspace.zoomIn")} command="zoomIn" onClick={() => engine.view.zoomBy(ZOOM_STEP)} />
      <RailButton icon="zoomOut" name={t("workspace.zoomOut")} command="zoomOut" onClick={() => engine.view.zoomBy(1 / ZOOM_STEP)} />
      <RailButton icon="fit" name={t("workspace.zoomFit")} command="fit" onClick={() => engine.view.fit()} />
      <RailButton icon="view" name={t("view.title")} aria-expanded={opened !== "no"} aria-controls={panel} onClick={toggle} />
      {opened === "no" ? null : <ViewPanel id={panel} takesFocus={opened === "byKey"} onClose={close} />}
    </>
  );
}
