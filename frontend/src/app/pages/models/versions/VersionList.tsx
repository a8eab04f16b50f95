import { Button } from "@mantine/core";
import { useState, type ComponentProps } from "react";

import { t, tn } from "../../../i18n";
import { MorePages } from "../../../ui/MorePages";
import { Panel } from "../../../ui/Page";
import { Badge } from "../Badge";
import { useModels } from "../modelsContext";
import { UploadWeights } from "./UploadWeights";
import { VersionRow } from "./VersionRow";
import classes from "../models.module.css";

/** Where every project begins, and what it can always go back to. */
function BundledRow() {
  const { activeId, bundled, manages, askToServe } = useModels();
  const name = t("models.bundled");
  return (
    <li className={classes.version} data-active={activeId === null}>
      <div className={classes.about}>
        <div className={classes.line}>
          <strong>{name}</strong>
          {activeId === null ? <Badge tone="good">{t("models.state.active")}</Badge> : null}
        </div>
        <span className={classes.quiet}>{t("models.bundledWhat", { name: bundled })}</span>
      </div>
      {manages && activeId !== null ? (
        <div className={classes.rowActions}>
          <Button
            variant="default"
            size="xs"
            aria-label={t("models.serveOf", { name })}
            onClick={() => askToServe(null)}
          >
            {t("models.serve")}
          </Button>
        </div>
      ) : null}
    </li>
  );
}

/** All versions as a timeline, the newest first; the bundled model is where it begins. */
export function VersionList({ list }: { list: ComponentProps<typeof MorePages>["list"] }) {
  const { versions, manages } = useModels();
  const [all, setAll] = useState(false);
  const archived = versions.filter((version) => version.archived).length;
  const shown = versions.filter((version) => all || !version.archived);
  return (
    <Panel flush title={t("models.versions")} aside={manages ? <UploadWeights /> : null}>
      {versions.length === 0 ? <p className={classes.padded}>{t("models.noVersions")}</p> : null}
      <ol className={classes.timeline} aria-label={t("models.versions")}>
        {shown.map((version) => (
          <VersionRow key={version.id} version={version} />
        ))}
        {list.hasNextPage ? null : <BundledRow />}
      </ol>
      {archived === 0 || all ? null : (
        <div className={classes.padded}>
          <Button variant="subtle" size="xs" onClick={() => setAll(true)}>
            {tn("models.showArchived", archived)}
          </Button>
        </div>
      )}
      <MorePages list={list} />
    </Panel>
  );
}
