import { useInfiniteQuery } from "@tanstack/react-query";

import { can } from "../../data/permissions";
import { exportsQuery } from "../../data/queries";
import { useProject } from "../../data/useProject";
import { t } from "../../i18n";
import { MorePages } from "../../ui/MorePages";
import { EmptyState, Loaded } from "../../ui/Notes";
import { Page, Panel } from "../../ui/Page";
import { ExportRow } from "./ExportRow";
import { NewExport } from "./NewExport";
import classes from "./exports.module.css";

function ExportList({ projectId }: { projectId: number }) {
  const list = useInfiniteQuery(exportsQuery(projectId));
  return (
    <Loaded query={list}>
      {(data) => {
        const rows = data.pages.flatMap((page) => page.results);
        if (rows.length === 0) {
          return (
            <EmptyState icon="archive" title={t("exports.emptyTitle")}>
              {t("exports.empty")}
            </EmptyState>
          );
        }
        return (
          <Panel flush>
            <ul className={classes.rows} aria-label={t("section.exports")}>
              {rows.map((row) => (
                <ExportRow key={row.id} row={row} />
              ))}
            </ul>
            <MorePages list={list} />
          </Panel>
        );
      }}
    </Loaded>
  );
}

export function ExportsPage() {
  const project = useProject();
  if (!can(project.role, "export")) {
    return (
      <EmptyState level={1} icon="archive" title={t("next.notYours")}>
        {t("exports.adminsOnly")}
      </EmptyState>
    );
  }
  return (
    <Page title={t("section.exports")} intro={t("exports.intro")}>
      <div className={classes.stack}>
        <NewExport project={project} />
        <ExportList projectId={project.id} />
      </div>
    </Page>
  );
}
