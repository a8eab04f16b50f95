import { Button } from "@mantine/core";

import type { TrainingRun } from "../../../../api/modelTypes";
import { formatDuration, formatShare } from "../../../data/format";
import { t } from "../../../i18n";
import { ErrorNote } from "../../../ui/Notes";
import { Panel } from "../../../ui/Page";
import { ShareBar } from "../../../ui/ProgressBar";
import { phaseOf } from "../runs/runWords";
import { useRunWrites } from "../useModelWrites";
import { RunCurves } from "./RunCurves";
import { RunLog } from "./RunLog";
import classes from "../models.module.css";

/** What is being done, how far it is, and how long it will go on. */
function Progress({ run }: { run: TrainingRun }) {
  const phase = phaseOf(run);
  const parts = [
    phase,
    run.state === "running" ? formatShare(run.progress) : null,
    run.phase === "train" && run.latest !== null ? t("models.step", { step: run.latest.step }) : null,
    run.seconds_left === null ? null : t("models.left", { time: formatDuration(run.seconds_left) }),
  ];
  return (
    <div className={classes.progress}>
      <span>{parts.filter((part) => part !== null).join(" · ")}</span>
      <ShareBar share={run.progress} label={phase} />
    </div>
  );
}

/** The run that goes on now, as it goes on; a reload shows the same. */
export function RunningRun({ run }: { run: TrainingRun }) {
  const { cancel } = useRunWrites(run.project_id);
  const button = (
    <Button
      variant="default"
      size="xs"
      loading={cancel.isPending}
      disabled={cancel.isSuccess}
      onClick={() => cancel.mutate(run.id)}
    >
      {t(cancel.isSuccess ? "models.cancelling" : "models.cancel")}
    </Button>
  );
  return (
    <Panel title={t("models.running")} aside={button}>
      <div className={classes.stack}>
        <Progress run={run} />
        {cancel.error === null ? null : <ErrorNote error={cancel.error} />}
        <RunCurves projectId={run.project_id} runId={run.id} />
        <RunLog projectId={run.project_id} runId={run.id} live />
      </div>
    </Panel>
  );
}
