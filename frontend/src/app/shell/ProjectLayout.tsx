import { Link, Outlet } from "@tanstack/react-router";

import { can } from "../data/permissions";
import { useProject } from "../data/useProject";
import { useProjectSocket } from "../data/useProjectSocket";
import { t } from "../i18n";
import { AvatarRow } from "../ui/People";
import classes from "./shell.module.css";

const TABS = [
  { to: "/p/$projectId", name: "overview", exact: true, needs: null },
  { to: "/p/$projectId/data", name: "data", exact: false, needs: null },
  { to: "/p/$projectId/labels", name: "labels", exact: false, needs: null },
  { to: "/p/$projectId/people", name: "people", exact: false, needs: null },
  { to: "/p/$projectId/review", name: "review", exact: false, needs: "review" },
  { to: "/p/$projectId/models", name: "models", exact: false, needs: null },
  { to: "/p/$projectId/imports", name: "imports", exact: false, needs: "manage" },
  { to: "/p/$projectId/exports", name: "exports", exact: false, needs: "export" },
] as const;

/** Tabs of a project and its live line; the pages below only read the cache. */
export function ProjectLayout() {
  const project = useProject();
  const lost = useProjectSocket(project.id);
  return (
    <>
      <div className={classes.tabRow}>
        <nav aria-label={t("shell.sections")} className={classes.tabs}>
          {TABS.filter(({ needs }) => needs === null || can(project.role, needs)).map(({ to, name, exact }) => (
            <Link
              key={name}
              to={to}
              params={{ projectId: String(project.id) }}
              activeOptions={{ exact, includeSearch: false }}
              className={classes.tab}
            >
              {t(`section.${name}`)}
            </Link>
          ))}
        </nav>
        <div className={classes.live}>
          <span role="status">{lost ? t("shell.reconnecting") : null}</span>
          <AvatarRow users={project.active_people} />
        </div>
      </div>
      <Outlet />
    </>
  );
}
