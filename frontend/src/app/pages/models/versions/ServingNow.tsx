import { Button, Switch } from "@mantine/core";

import { describeError } from "../../../data/describeError";
import { t } from "../../../i18n";
import { Icon } from "../../../ui/icons";
import { showToast } from "../../../ui/toasts";
import { Badge } from "../Badge";
import { percent, versionName } from "../figures";
import { useModels, versionOf } from "../modelsContext";
import { useModelWrites } from "../useModelWrites";
import classes from "../models.module.css";

function PinSwitch() {
  const { project, activeId, pinned } = useModels();
  const { activate } = useModelWrites(project.id);
  const change = (wanted: boolean): void =>
    activate.mutate(
      { versionId: activeId, pinned: wanted },
      {
        onSuccess: () => showToast(t(wanted ? "models.pinnedNow" : "models.unpinnedNow")),
        onError: (error) => showToast(describeError(error), { tone: "error" }),
      },
    );
  return (
    <Switch
      checked={pinned}
      disabled={activate.isPending}
      label={t("models.pinnedWhat")}
      onChange={(event) => change(event.currentTarget.checked)}
    />
  );
}

/** To what the active version was made from, which served before it. */
function RollBack() {
  const view = useModels();
  const active = versionOf(view, view.activeId);
  if (active === null || active === undefined) return null;
  const parent = versionOf(view, active.parent_id);
  if (parent === undefined) return null;
  return (
    <Button variant="default" leftSection={<Icon name="retry" size={1} />} onClick={() => view.askToServe(parent)}>
      {t("models.rollBack", { name: versionName(parent) })}
    </Button>
  );
}

/** What answers clicks at this moment. */
export function ServingNow() {
  const view = useModels();
  const active = versionOf(view, view.activeId);
  const figures = active?.held_out ?? null;
  return (
    <section className={classes.serving} aria-label={t("models.serving")}>
      <div className={classes.servingName}>
        <span className={classes.quiet}>{t("models.serving")}</span>
        <div className={classes.line}>
          <strong>{active === undefined ? t("models.unknown") : versionName(active)}</strong>
          {view.pinned && !view.manages ? <Badge tone="plain">{t("models.pinned")}</Badge> : null}
        </div>
        <span className={classes.quiet}>
          {active === null ? t("models.bundledWhat", { name: view.bundled }) : null}
          {figures === null ? null : t("models.figure.iouShort", { iou: percent(figures.mean_iou) })}
        </span>
      </div>
      {view.manages ? (
        <div className={classes.servingActions}>
          <PinSwitch />
          <RollBack />
        </div>
      ) : null}
    </section>
  );
}
