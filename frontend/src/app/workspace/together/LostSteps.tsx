import { Button } from "@mantine/core";
import { useSyncExternalStore } from "react";

import { t, tn } from "../../i18n";
import { useWorkplace } from "../desk";
import stage from "../stage.module.css";

/** Says how much of an earlier visit's undo is gone, and why. */
export function LostSteps() {
  const { undo } = useWorkplace().together;
  const dropped = useSyncExternalStore(undo.subscribe, undo.dropped);
  if (dropped.length === 0) return null;
  return (
    <div role="status" className={stage.notice} data-tone="plain">
      <span>{tn("together.lost", dropped.length)}</span>
      <Button size="compact-sm" variant="default" onClick={() => undo.dismiss()}>
        {t("workspace.notice.gotIt")}
      </Button>
    </div>
  );
}
