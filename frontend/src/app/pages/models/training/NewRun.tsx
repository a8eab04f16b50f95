import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { TrainingPlan } from "../../../../api/modelTypes";
import { formatCount, formatDuration } from "../../../data/format";
import { planQuery, rulesQuery } from "../../../data/modelQueries";
import { t, tn } from "../../../i18n";
import { ErrorNote, Loaded } from "../../../ui/Notes";
import { Panel } from "../../../ui/Page";
import { useRunWrites } from "../useModelWrites";
import classes from "../models.module.css";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function onImages(objects: number, images: number): string {
  return t("models.objectsOf", { objects: tn("models.objects", objects), images: tn("models.images", images) });
}

/** What a run would learn from and cost, before anybody starts it. */
function Plan({ projectId, plan }: { projectId: number; plan: TrainingPlan }) {
  const { samples, steps, seconds } = plan;
  return (
    <dl className={classes.plan}>
      <Fact name={t("models.plan.learns")}>{onImages(plan.object_count, plan.image_count)}</Fact>
      <Fact name={t("models.plan.heldOut")}>
        {onImages(plan.held_out_object_count, plan.held_out_image_count)}
        <span className={classes.quiet}>
          {t("models.plan.heldOutWhat")}{" "}
          <Link to="/p/$projectId/data" params={{ projectId: String(projectId) }} search={{ state: "held_out" }}>
            {t("models.plan.heldOutShow")}
          </Link>
        </span>
      </Fact>
      <Fact name={t("models.plan.new")}>{tn("models.objects", plan.new_object_count)}</Fact>
      <Fact name={t("models.plan.cost")}>
        {t("models.plan.costs", { samples: formatCount(samples), steps: formatCount(steps) })}
      </Fact>
      <Fact name={t("models.plan.time")}>
        {seconds === null ? t("models.plan.timeUnknown") : formatDuration(seconds)}
      </Fact>
    </dl>
  );
}

function Start({ projectId, plan }: { projectId: number; plan: TrainingPlan }) {
  const { start } = useRunWrites(projectId);
  const rules = useQuery(rulesQuery(projectId));
  const what = rules.data?.promote_automatically === false ? "models.startProposes" : "models.startPromotes";
  return (
    <div className={classes.stack}>
      <Plan projectId={projectId} plan={plan} />
      {plan.obstacle === null ? (
        <p className={classes.quiet}>{t("models.startHint", { what: t(what) })}</p>
      ) : (
        <p className={classes.why} role="note">
          {plan.obstacle.message}
        </p>
      )}
      {start.error === null ? null : <ErrorNote error={start.error} onRetry={() => start.mutate()} />}
      <div>
        <Button loading={start.isPending} disabled={plan.obstacle !== null} onClick={() => start.mutate()}>
          {t("models.start")}
        </Button>
      </div>
    </div>
  );
}

export function NewRun({ projectId }: { projectId: number }) {
  const plan = useQuery(planQuery(projectId));
  return (
    <Panel title={t("models.train")}>
      <Loaded query={plan}>{(data) => <Start projectId={projectId} plan={data} />}</Loaded>
    </Panel>
  );
}
