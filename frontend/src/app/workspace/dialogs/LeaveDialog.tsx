import { Button, Modal } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useCallback } from "react";

import { t, tn } from "../../i18n";
import { useSession, useWorkplace } from "../desk";
import classes from "./dialogs.module.css";

/** Long enough for edits that are on their way, too short to be felt. */
const GRACE_MS = 1_500;

/** Asks before a page with unsent work is left; what is only just on its way is waited for instead. */
export function LeaveDialog() {
  const { session } = useWorkplace();
  const { unsentIds, unstored } = useSession();
  const unsent = unsentIds.size;
  const blocker = useBlocker({
    shouldBlockFn: useCallback(async () => {
      if (session.snapshot().unsentIds.size === 0) return false;
      return !(await session.flush(GRACE_MS));
    }, [session]),
    enableBeforeUnload: useCallback(() => session.snapshot().unsentIds.size > 0, [session]),
    withResolver: true,
  });
  const blocked = blocker.status === "blocked";
  return (
    <Modal opened={blocked} onClose={() => blocker.reset?.()} title={t("workspace.leave.title")} size="28rem">
      <p className={classes.text}>{tn(unstored ? "workspace.leave.lost" : "workspace.leave.text", unsent)}</p>
      <div className={classes.buttons}>
        <Button variant="default" onClick={() => blocker.proceed?.()}>
          {t("workspace.leave.go")}
        </Button>
        <Button data-autofocus onClick={() => blocker.reset?.()}>
          {t("workspace.leave.stay")}
        </Button>
      </div>
    </Modal>
  );
}
