import { useInfiniteQuery } from "@tanstack/react-query";

import { can } from "../../data/permissions";
import { importsQuery } from "../../data/queries";
import { useProject } from "../../data/useProject";
import { t } from "../../i18n";
import { MorePages } from "../../ui/MorePages";
import { EmptyState, Loaded } from "../../ui/Notes";
import { Page, Panel } from "../../ui/Page";
import { ImportRow } from "./ImportRow";
import { NewImport } from "./NewImport";
import classes from "./imports.module.css";

function ImportList({ projectId }: { projectId: number }) {
  const list = useInfiniteQuery(importsQuery(projectId));
  return (
    <Loaded query={list}>
      {(data) => {
        const rows = data.pages.flatMap((page) => page.results);
        if (rows.length === 0) {
          return (
            <EmptyState icon="upload" title={t("imports.emptyTitle")}>
              {t("imports.empty")}
            </EmptyState>
          );
        }
        return (
          <Panel flush>
            <ul className={classes.rows} aria-label={t("section.imports")}>
              {rows.map((row) => (
                <ImportRow key={row.id} row={row} />
              ))}
            </ul>
            <MorePages list={list} />
          </Panel>
        );
      }}
    </Loaded>
  );
}

export function ImportsPage() {
  const project = useProject();
  if (!can(project.role, "manage")) {
    return (
      <EmptyState level={1} icon="upload" title={t("next.notYours")}>
        {t("imports.adminsOnly")}
      </EmptyState>
    );
  }
  return (
    <Page title={t("section.imports")} intro={t("imports.intro")}>
      <div className={classes.stack}>
        <NewImport projectId={project.id} />
        <ImportList projectId={project.id} />
      </div>
    </Page>
  );
}
