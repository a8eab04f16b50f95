import type { ComponentProps } from "react";

import { t } from "../../../i18n";
import { MorePages } from "../../../ui/MorePages";
import { EmptyState } from "../../../ui/Notes";
import { Panel } from "../../../ui/Page";
import { useModels } from "../modelsContext";
import { RunRow } from "./RunRow";
import classes from "../models.module.css";

/** All runs with what was decided, the newest first. */
export function RunList({ list }: { list: ComponentProps<typeof MorePages>["list"] }) {
  const { runs } = useModels();
  return (
    <Panel flush title={t("models.runs")}>
      {runs.length === 0 ? (
        <EmptyState icon="archive" title={t("models.noRunsTitle")}>
          {t("models.noRuns")}
        </EmptyState>
      ) : (
        <ul className={classes.rows} aria-label={t("models.runs")}>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </ul>
      )}
      <MorePages list={list} />
    </Panel>
  );
}
