import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import type { UnsentElsewhere } from "../../sync";
import { sessionEnded } from "../data/session";
import { t, type MessageKey } from "../i18n";
import { Icon } from "../ui/icons";
import { useSession, useWorkplace } from "./desk";
import { TextWithKeys } from "./Keys";
import { noticesFor, type Notice, type NoticeAction } from "./notices";
import { CarriedOffer } from "./objects/CarriedOffer";
import type { Flow } from "./useFlow";
import { TogetherNotices } from "./together/TogetherNotices";
import classes from "./stage.module.css";

const actionNames = {
  retry: "action.tryAgain",
  openNext: "workspace.openNext",
  openElsewhere: "workspace.notice.elsewhereOpen",
  signIn: "workspace.notice.signIn",
  dismiss: "workspace.notice.gotIt",
} as const satisfies Record<NoticeAction, MessageKey>;

/** What stands in the way or needs to be known, one sentence each, over the top of the picture. */
export function Notices({ flow }: { flow: Flow }) {
  const { session } = useWorkplace();
  const snapshot = useSession();
  const elsewhere = useElsewhere();
  const navigate = useNavigate();
  const openElsewhere = (): void => {
    const first = elsewhere[0];
    if (first === undefined) return;
    const params = { projectId: String(first.projectId), taskId: String(first.taskId) };
    void navigate({ to: "/p/$projectId/t/$taskId", params });
  };
  const run: Record<NoticeAction, () => void> = {
    retry: () => void session.retry(),
    openNext: () => flow.next(),
    openElsewhere,
    signIn: sessionEnded,
    dismiss: () => flow.dismiss(),
  };
  const notices = noticesFor({ session: snapshot, elsewhere, problem: flow.problem });
  return (
    <div className={classes.notices}>
      <TogetherNotices />
      <CarriedOffer />
      {notices.map((notice) => (
        <NoticeRow key={notice.key} notice={notice} busy={flow.busy} run={run} />
      ))}
    </div>
  );
}

interface NoticeRowProps {
  notice: Notice;
  busy: boolean;
  run: Record<NoticeAction, () => void>;
}

function NoticeRow({ notice, busy, run }: NoticeRowProps) {
  return (
    <div role={notice.tone === "plain" ? "status" : "alert"} className={classes.notice} data-tone={notice.tone}>
      {notice.tone === "plain" ? null : <Icon name="alert" />}
      <span>
        <TextWithKeys text={notice.text} />
      </span>
      {notice.actions.map((action) => (
        <Button key={action} size="compact-sm" variant="default" disabled={busy} onClick={run[action]}>
          {t(actionNames[action])}
        </Button>
      ))}
    </div>
  );
}

/** Unsent work that an earlier visit left in other tasks. */
function useElsewhere(): readonly UnsentElsewhere[] {
  const { store, me, taskId } = useWorkplace();
  const [found, setFound] = useState<readonly UnsentElsewhere[]>([]);
  useEffect(() => {
    let current = true;
    store
      .elsewhere({ userId: me.id, taskId })
      .then((rows) => {
        if (current) setFound(rows);
      })
      // Without the browser's database there is nothing to find, and the save state says so.
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [store, me.id, taskId]);
  return found;
}
