import { useInfiniteQuery } from "@tanstack/react-query";

import { can } from "../../data/permissions";
import { exportsQuery } from "../../data/queries";
import { useProject } from "../../data/useProject";
import { t } from "../../i18n";
import { EmptyState } from "../../ui/Notes";
import { Page } from "../../ui/Page";
import { RowList } from "../../ui/RowList";
import { ExportRow } from "./ExportRow";
import { NewExport } from "./NewExport";
import classes from "./exports.module.css";

function ExportList({ projectId }: { projectId: number }) {
  const list = useInfiniteQuery(exportsQuery(projectId));
  const empty = (
    <EmptyState icon="archive" title={t("exports.emptyTitle")}>
      {t("exports.empty")}
    </EmptyState>
  );
  return <RowList list={list} label={t("section.exports")} empty={empty} row={(row) => <ExportRow key={row.id} row={row} />} />;
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
