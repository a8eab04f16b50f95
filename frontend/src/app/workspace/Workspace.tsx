import { useCallback, useMemo, useState } from "react";

import type { Me, Project } from "../../api/types";
import { openDesk, WorkplaceContext, type Desk, type Workplace } from "./desk";
import { WorkspaceFrame } from "./Frame";
import { OpenTask } from "./OpenTask";
import classes from "./workspace.module.css";

interface WorkspaceProps {
  taskId: number;
  project: Project;
  me: Me;
}

/** Opens engine and session for as long as this task is on the page. */
export function Workspace({ taskId, project, me }: WorkspaceProps) {
  const { id: projectId, role } = project;
  const { id: userId, username } = me;
  const [desk, setDesk] = useState<Desk | null>(null);

  const attach = useCallback(
    (root: HTMLDivElement) => {
      const host = root.ownerDocument.createElement("div");
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
  return (
    <div ref={attach} className={classes.root}>
      {workplace === null ? (
        <WorkspaceFrame />
      ) : (
        <WorkplaceContext value={workplace}>
          <OpenTask />
        </WorkplaceContext>
      )}
    </div>
  );
}
