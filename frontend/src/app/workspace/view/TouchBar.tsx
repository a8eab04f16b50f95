import { Button } from "@mantine/core";
import { useEffect, useState } from "react";

import { t } from "../../i18n";
import { useStatus, useWorkplace } from "../desk";
import classes from "./view.module.css";

/** What Space, T and Backspace do, for who works with a finger or a pen and has no keys. */
export function TouchBar() {
  const { engine } = useWorkplace();
  const touched = useTouched();
  const hasMask = useStatus((status) => status.proposal !== null && !status.awaiting && status.failure === null);
  const hasPoints = useStatus((status) => status.points.length > 0);
  const readOnly = useStatus((status) => status.readOnly);
  if (!touched || readOnly || (!hasMask && !hasPoints)) return null;
  return (
    <div className={classes.touchBar} role="group" aria-label={t("view.touch")}>
      {hasMask ? <Button size="md" onClick={() => engine.accept()}>{t("view.touchAccept")}</Button> : null}
      <Button size="md" variant="default" onClick={() => engine.removePoint()}>
        {t("view.touchBack")}
      </Button>
      {hasMask ? (
        <Button size="md" variant="default" onClick={() => engine.redoClicks()}>
          {t("view.touchAgain")}
        </Button>
      ) : null}
    </div>
  );
}

/** The canvas was last pressed with a finger or a pen. */
function useTouched(): boolean {
  const { host } = useWorkplace();
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    const pressed = ({ pointerType }: PointerEvent): void => setTouched(pointerType === "touch" || pointerType === "pen");
    host.addEventListener("pointerdown", pressed);
    return () => host.removeEventListener("pointerdown", pressed);
  }, [host]);
  return touched;
}
