import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { runQuery } from "../../../data/modelQueries";
import { t } from "../../../i18n";
import classes from "../models.module.css";

const FRESH_MS = 4_000;

/** What the run wrote, folded away. No event carries it, so a live one is asked for while it is open. */
export function RunLog({ projectId, runId, live }: { projectId: number; runId: number; live: boolean }) {
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ ...runQuery(projectId, runId), refetchInterval: live && open ? FRESH_MS : false });
  const log = data?.log ?? "";
  return (
    <details className={classes.fold} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("models.log")}</summary>
      <pre className={classes.log} tabIndex={0} aria-label={t("models.log")} role="region">
        {log === "" ? t("models.logEmpty") : log}
      </pre>
    </details>
  );
}
