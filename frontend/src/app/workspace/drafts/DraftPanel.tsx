import { Button } from "@mantine/core";
import { useEffect } from "react";

import type { Draft } from "../../../api/draftCalls";
import { formatShare } from "../../data/format";
import { t, tn } from "../../i18n";
import { useStatus, useWorkplace } from "../desk";
import panel from "../panel.module.css";
import { pointAt } from "./pointed";
import { useDismiss, useDrafts, useTake } from "./useDrafts";
import classes from "./drafts.module.css";

function Row({ draft, readOnly }: { draft: Draft; readOnly: boolean }) {
  const { project } = useWorkplace();
  const take = useTake();
  const dismiss = useDismiss();
  const label = project.labels.find(({ id }) => id === draft.label_id);
  const name = label?.name ?? "";
  return (
    <li
      className={classes.row}
      onPointerEnter={() => pointAt(draft.id)}
      onPointerLeave={() => pointAt(null)}
      onFocus={() => pointAt(draft.id)}
      onBlur={() => pointAt(null)}
    >
      <span className={classes.swatch} style={{ background: label?.color }} />
      <span className={classes.name}>{name}</span>
      <span className={classes.score}>{formatShare(draft.score)}</span>
      {readOnly ? null : (
        <>
          <Button size="compact-xs" variant="default" aria-label={t("drafts.takeOne", { name })} onClick={() => take([draft])}>
            {t("drafts.take")}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-label={t("drafts.dismissOne", { name })}
            onClick={() => dismiss(draft)}
          >
            {t("drafts.dismiss")}
          </Button>
        </>
      )}
    </li>
  );
}

/** What a model has proposed by itself: each waits for somebody to take it or to put it away. */
export function DraftPanel() {
  const drafts = useDrafts();
  const readOnly = useStatus((status) => status.readOnly);
  const take = useTake();
  useEffect(() => () => pointAt(null), []);
  if (drafts.length === 0) return null;
  return (
    <section className={classes.panel} aria-labelledby="workspace-drafts">
      <h2 id="workspace-drafts" className={panel.panelTitle}>
        {t("drafts.title")}
        <span className={panel.count}>{drafts.length.toLocaleString("en")}</span>
      </h2>
      <p className={panel.panelEmpty}>{t("drafts.what")}</p>
      <ul className={classes.rows}>
        {drafts.map((draft) => (
          <Row key={draft.id} draft={draft} readOnly={readOnly} />
        ))}
      </ul>
      {readOnly || drafts.length === 1 ? null : (
        <Button size="compact-sm" variant="default" onClick={() => take(drafts)}>
          {tn("drafts.takeAll", drafts.length)}
        </Button>
      )}
    </section>
  );
}
