import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import * as api from "../../../api/calls";
import type { Project } from "../../../api/types";
import { formatCount } from "../../data/format";
import { can } from "../../data/permissions";
import { exportsQuery, keys } from "../../data/queries";
import { useProject } from "../../data/useProject";
import { t } from "../../i18n";
import { MorePages } from "../../ui/MorePages";
import { EmptyState, ErrorNote, Loaded } from "../../ui/Notes";
import { Page, Panel } from "../../ui/Page";
import { ExportRow } from "./ExportRow";
import classes from "./exports.module.css";

/** Says what will be in the file before it is made. */
function NewExport({ project }: { project: Project }) {
  const cache = useQueryClient();
  const [format, choose] = useState<api.ExportFormat>("coco");
  const start = useMutation({
    mutationFn: () => api.createExport(project.id, format),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.exports(project.id) }),
  });
  const { accepted, total } = project.counts;
  return (
    <Panel>
      <div className={classes.start}>
        <div>
          <h2>{t(`exports.format.${format}`)}</h2>
          <p>{t(`exports.what.${format}`)}</p>
          <p>{t("exports.contains", { accepted: formatCount(accepted), total: formatCount(total) })}</p>
        </div>
        <NativeSelect
          label={t("exports.choose")}
          value={format}
          data={api.EXPORT_FORMATS.map((value) => ({ value, label: t(`exports.format.${value}`) }))}
          onChange={(event) => choose(event.currentTarget.value as api.ExportFormat)}
        />
        <Button loading={start.isPending} disabled={accepted === 0} onClick={() => start.mutate()}>
          {t("exports.start")}
        </Button>
      </div>
      {accepted === 0 ? <p className={classes.why}>{t("exports.nothingAccepted")}</p> : null}
      {start.error === null ? null : <ErrorNote error={start.error} onRetry={() => start.mutate()} />}
    </Panel>
  );
}

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
