import { useInfiniteQuery } from "@tanstack/react-query";

import { can } from "../../data/permissions";
import { importsQuery } from "../../data/queries";
import { useProject } from "../../data/useProject";
import { t } from "../../i18n";
import { EmptyState } from "../../ui/Notes";
import { Page } from "../../ui/Page";
import { RowList } from "../../ui/RowList";
import { ImportRow } from "./ImportRow";
import { NewImport } from "./NewImport";
import classes from "./imports.module.css";

function ImportList({ projectId }: { projectId: number }) {
  const list = useInfiniteQuery(importsQuery(projectId));
  const empty = (
    <EmptyState icon="upload" title={t("imports.emptyTitle")}>
      {t("imports.empty")}
    </EmptyState>
  );
  return <RowList list={list} label={t("section.imports")} empty={empty} row={(row) => <ImportRow key={row.id} row={row} />} />;
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
