import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { projectQuery } from "../data/queries";
import { t } from "../i18n";
import { Icon } from "../ui/icons";
import { LogoMark } from "../ui/Logo";
import { ThemeMenu } from "./ThemeMenu";
import { UserMenu } from "./UserMenu";
import classes from "./shell.module.css";

function ProjectCrumb({ projectId }: { projectId: number }) {
  const { data } = useQuery(projectQuery(projectId));
  return (
    <>
      <span className={classes.crumbMark}>
        <Icon name="chevronRight" size={0.875} />
      </span>
      <Link to="/p/$projectId" params={{ projectId: String(projectId) }} className={classes.crumb}>
        {data?.name ?? "…"}
      </Link>
    </>
  );
}

/** A new page is announced and reached by keyboard from its top, as after a full load. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

export function Shell() {
  const { projectId } = useParams({ strict: false });
  const main = useFocusOnNavigation();
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        {t("shell.skip")}
      </a>
      <header className={classes.bar}>
        <Link to="/projects" className={classes.brand} aria-label={t("app.name")}>
          <LogoMark />
          <span>{t("app.name")}</span>
        </Link>
        <nav aria-label={t("shell.where")} className={classes.crumbs}>
          {projectId === undefined ? null : (
            <>
              <span className={classes.crumbMark}>
                <Icon name="chevronRight" size={0.875} />
              </span>
              <Link to="/projects" className={classes.crumb} data-quiet="true">
                {t("projects.title")}
              </Link>
              <ProjectCrumb projectId={Number(projectId)} />
            </>
          )}
        </nav>
        <ThemeMenu />
        <UserMenu />
      </header>
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
    </div>
  );
}
