import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { Task } from "../../../api/types";
import { workingQuery } from "../../data/queries";
import { hasLiveLease } from "../../data/taskState";
import { useNow } from "../../data/useNow";
import { t } from "../../i18n";
import { Loaded } from "../../ui/Notes";
import { Panel } from "../../ui/Page";
import { Avatar } from "../../ui/People";
import classes from "./overview.module.css";

function Row({ task }: { task: Task }) {
  const holder = task.lease?.holder;
  if (holder === undefined) return null;
  return (
    <li>
      <img src={task.image.thumbnail_url} alt="" loading="lazy" />
      <div>
        <span className={classes.who}>
          <Avatar user={holder} size={1.25} />
          {holder.username}
        </span>
        <Link
          to="/p/$projectId/t/$taskId"
          params={{ projectId: String(task.project_id), taskId: String(task.id) }}
          className={classes.what}
        >
          {task.image.name}
        </Link>
      </div>
    </li>
  );
}

/** Who holds which photograph at this moment. */
export function WorkingNow({ projectId }: { projectId: number }) {
  const working = useQuery(workingQuery(projectId));
  const now = useNow();
  return (
    <Panel title={t("overview.workingNow")}>
      <Loaded query={working}>
        {({ results }) => {
          const held = results.filter((task) => hasLiveLease(task, now));
          if (held.length === 0) return <p className={classes.quiet}>{t("overview.nobody")}</p>;
          return (
            <ul className={classes.working}>
              {held.map((task) => (
                <Row key={task.id} task={task} />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}
