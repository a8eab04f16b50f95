import { Button, Checkbox, Modal } from "@mantine/core";
import { useState } from "react";

import type { ModelVersion } from "../../../../api/modelTypes";
import { t } from "../../../i18n";
import { ErrorNote } from "../../../ui/Notes";
import { showToast } from "../../../ui/toasts";
import { versionName } from "../figures";
import { useModels, versionOf } from "../modelsContext";
import { useModelWrites } from "../useModelWrites";
import classes from "../models.module.css";

/** Makes one version the active one; the toast takes it back to what served before. */
function useServe(onDone: () => void) {
  const { project, activeId, pinned } = useModels();
  const { activate } = useModelWrites(project.id);
  const serve = (version: ModelVersion | null, pin: boolean): void => {
    const before = { versionId: activeId, pinned };
    const undo = { label: t("action.undo"), run: () => activate.mutate(before) };
    const done = (): void => {
      onDone();
      showToast(t("models.served", { name: versionName(version) }), { action: undo });
    };
    activate.mutateAsync({ versionId: version?.id ?? null, pinned: pin }).then(done, () => undefined);
  };
  return { serve, error: activate.error, pending: activate.isPending };
}

function Question({ version, onClose }: { version: ModelVersion | null; onClose: () => void }) {
  const view = useModels();
  const [pin, setPin] = useState(false);
  const { serve, error, pending } = useServe(onClose);
  const before = versionOf(view, view.activeId);
  const objections = view.runs.find((run) => version !== null && run.version_id === version.id)?.objections ?? [];
  return (
    <div className={classes.stack}>
      <p>{t("models.serveWhat", { before: before === undefined ? t("models.serving") : versionName(before) })}</p>
      {version?.state !== "rejected" ? null : (
        <div className={classes.warning} role="note">
          <p>{t("models.serveRejected")}</p>
          <ul>
            {objections.map((objection) => (
              <li key={objection}>{objection}</li>
            ))}
          </ul>
        </div>
      )}
      <Checkbox checked={pin} onChange={(event) => setPin(event.currentTarget.checked)} label={t("models.servePin")} />
      {error === null ? null : <ErrorNote error={error} />}
      <div className={classes.ends}>
        <Button variant="default" onClick={onClose}>
          {t("action.cancel")}
        </Button>
        <Button loading={pending} onClick={() => serve(version, pin)} data-autofocus>
          {t("models.serve")}
        </Button>
      </div>
    </div>
  );
}

/** Says what serving another version means before it does. Undefined: nothing is asked. */
export function ServeDialog({ version, onClose }: { version: ModelVersion | null | undefined; onClose: () => void }) {
  return (
    <Modal
      opened={version !== undefined}
      onClose={onClose}
      size="32rem"
      title={version === undefined ? null : t("models.serveTitle", { name: versionName(version) })}
    >
      {version === undefined ? null : <Question version={version} onClose={onClose} />}
    </Modal>
  );
}
