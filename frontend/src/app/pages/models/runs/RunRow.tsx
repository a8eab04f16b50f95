import { Button, UnstyledButton } from "@mantine/core";
import { useId, useState } from "react";

import type { TrainingRun } from "../../../../api/modelTypes";
import { formatAgo, formatDateTime, formatDuration } from "../../../data/format";
import { isOver } from "../../../data/liveModels";
import { useNow } from "../../../data/useNow";
import { t, tn } from "../../../i18n";
import { Icon } from "../../../ui/icons";
import { Badge } from "../Badge";
import { points, versionName } from "../figures";
import { useModels, versionOf } from "../modelsContext";
import { RunCurves } from "../training/RunCurves";
import { RunLog } from "../training/RunLog";
import { ComparisonTable } from "./ComparisonTable";
import { Evidence } from "./Evidence";
import { badgeOf, secondsTaken } from "./runWords";
import classes from "../models.module.css";

const HASH_SHOWN = 12;

function Verdict({ run }: { run: TrainingRun }) {
  if (run.state === "failed") {
    return <p className={classes.failed}>{run.error?.message ?? t("models.run.failedWhat")}</p>;
  }
  if (run.state === "cancelled") return <p>{t("models.run.cancelledWhat")}</p>;
  if (run.decision === "promoted") return <p>{t("models.run.promotedWhat")}</p>;
  if (run.decision === "proposed") return <p>{t("models.run.proposedWhat")}</p>;
  if (run.decision !== "rejected") return null;
  return (
    <div>
      <p>{t("models.run.rejectedWhat")}</p>
      <ul className={classes.objections}>
        {run.objections.map((objection) => (
          <li key={objection}>{objection}</li>
        ))}
      </ul>
    </div>
  );
}

function Details({ run }: { run: TrainingRun }) {
  const { held_out, check, snapshot } = run;
  return (
    <div className={classes.details}>
      <Verdict run={run} />
      <div className={classes.comparisons}>
        {held_out === null ? null : (
          <ComparisonTable title={tn("models.run.heldOut", held_out.n)} comparison={held_out} />
        )}
        {check === null ? null : <ComparisonTable title={tn("models.run.check", check.n)} comparison={check} />}
      </div>
      {run.evidence_url === null ? null : <Evidence url={run.evidence_url} />}
      <RunCurves projectId={run.project_id} runId={run.id} />
      <RunLog projectId={run.project_id} runId={run.id} live={!isOver(run)} />
      {snapshot === null ? null : (
        <p className={classes.quiet} title={snapshot.sha256}>
          {t("models.run.snapshot", { hash: snapshot.sha256.slice(0, HASH_SHOWN), seed: String(run.seed) })}
        </p>
      )}
    </div>
  );
}

function Summary({ run }: { run: TrainingRun }) {
  const view = useModels();
  const now = useNow();
  const [start, made] = [versionOf(view, run.start_id), run.version_id === null ? null : versionOf(view, run.version_id)];
  const names = [start, made ?? undefined].filter((each) => each !== undefined).map(versionName);
  const taken = secondsTaken(run);
  const parts = [
    run.requested_by === null ? t(`models.trigger.${run.trigger}`) : t("models.startedBy", { name: run.requested_by.username }),
    formatAgo(run.created_at, now),
    run.snapshot === null ? null : tn("models.objects", run.snapshot.object_count),
    taken === null ? null : t("models.run.took", { time: formatDuration(taken) }),
  ];
  const gain = run.held_out;
  return (
    <span className={classes.about}>
      <span className={classes.line}>
        <strong>{names.join(" → ")}</strong>
        <Badge tone={badgeOf(run).tone}>{badgeOf(run).text}</Badge>
        {gain === null ? null : (
          <span className="num">
            {t("models.run.gain", { gain: points(gain.gain), low: points(gain.low), high: points(gain.high) })}
          </span>
        )}
      </span>
      <span className={classes.quiet}>{parts.filter((part) => part !== null).join(" · ")}</span>
    </span>
  );
}

/** One run: what came of it in a line, and everything it found when it is opened. */
export function RunRow({ run }: { run: TrainingRun }) {
  const view = useModels();
  const [open, setOpen] = useState(false);
  const details = useId();
  const made = run.version_id === null ? undefined : versionOf(view, run.version_id);
  const proposes = run.decision === "proposed" && made?.state === "proposed" && !made.active;
  return (
    <li className={classes.run}>
      <div className={classes.runHead}>
        <UnstyledButton
          className={classes.unfold}
          aria-expanded={open}
          aria-controls={details}
          aria-label={t("models.run.details", { time: formatDateTime(run.created_at) })}
          onClick={() => setOpen(!open)}
        >
          <Icon name="chevronRight" size={1} />
        </UnstyledButton>
        <Summary run={run} />
        {proposes ? (
          <Button size="xs" aria-label={t("models.serveOf", { name: versionName(made) })} onClick={() => view.askToServe(made)}>
            {t("models.serve")}
          </Button>
        ) : null}
      </div>
      <div id={details} hidden={!open}>
        {open ? <Details run={run} /> : null}
      </div>
    </li>
  );
}
