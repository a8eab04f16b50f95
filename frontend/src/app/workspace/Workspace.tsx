import { useCallback, useMemo, useState } from "react";

import type { Me, Project } from "../../api/types";
import { t } from "../i18n";
import { openDesk, WorkplaceContext, type Desk, type Workplace } from "./desk";
import { WorkspaceFrame } from "./Frame";
import { OpenTask } from "./OpenTask";
import classes from "./stage.module.css";

interface WorkspaceProps {
  taskId: number;
  project: Project;
  me: Me;
}

/** Gives the canvas a place and opens engine and session with it; both end when the place goes. */
export function Workspace({ taskId, project, me }: WorkspaceProps) {
  const { id: projectId, role } = project;
  const { id: userId, username } = me;
  const [desk, setDesk] = useState<Desk | null>(null);

  const attach = useCallback(
    (host: HTMLDivElement) => {
      const opened = openDesk({ host, taskId, projectId, role, user: { id: userId, username } });
      setDesk(opened);
      void opened.session.start();
      return () => {
        setDesk(null);
        opened.close();
      };
    },
    [taskId, projectId, role, userId, username],
  );

  const workplace = useMemo<Workplace | null>(
    () => (desk === null ? null : { ...desk, project, me, taskId }),
    [desk, project, me, taskId],
  );
  const host = <div ref={attach} role="application" aria-label={t("workspace.opening")} className={classes.host} />;
  if (workplace === null) return <WorkspaceFrame canvas={host} />;
  return (
    <WorkplaceContext value={workplace}>
      <OpenTask host={host} />
    </WorkplaceContext>
  );
}
