import { NativeSelect, NumberInput, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { fieldErrors } from "../../../../api/errors";
import type { TrainingRules } from "../../../../api/modelTypes";
import { rulesQuery } from "../../../data/modelQueries";
import { t } from "../../../i18n";
import { ErrorNote, Loaded } from "../../../ui/Notes";
import { Panel } from "../../../ui/Page";
import { useRunWrites } from "../useModelWrites";
import classes from "../models.module.css";

const SCHEDULES = ["off", "daily", "weekly"] as const;
const MOST = 1_000_000;

interface FieldProps {
  rules: TrainingRules;
  save: (change: Partial<TrainingRules>) => void;
}

/** A number is saved when one is done with it, and not at each digit. */
function EveryField({ rules, save, error }: FieldProps & { error: string | undefined }) {
  const [typed, setTyped] = useState<number | string | null>(null);
  const done = (): void => {
    const wanted = Number(typed);
    if (typed !== null && typed !== "" && Number.isInteger(wanted) && wanted !== rules.every_accepted) {
      save({ every_accepted: wanted });
    }
    setTyped(null);
  };
  return (
    <NumberInput
      label={t("models.rules.every")}
      description={t("models.rules.everyWhat")}
      min={0}
      max={MOST}
      allowDecimal={false}
      allowNegative={false}
      hideControls
      error={error}
      value={typed ?? rules.every_accepted}
      onChange={setTyped}
      onBlur={done}
      onKeyDown={(event) => (event.key === "Enter" ? done() : undefined)}
    />
  );
}

function Fields({ projectId, rules }: { projectId: number; rules: TrainingRules }) {
  const { rules: change } = useRunWrites(projectId);
  const save = (body: Partial<TrainingRules>): void => change.mutate(body);
  const fields = fieldErrors(change.error);
  return (
    <div className={classes.stack}>
      <EveryField rules={rules} save={save} error={fields["every_accepted"]} />
      <NativeSelect
        label={t("models.rules.schedule")}
        value={rules.schedule}
        data={SCHEDULES.map((value) => ({ value, label: t(`models.rules.schedule.${value}`) }))}
        onChange={(event) => save({ schedule: event.currentTarget.value as TrainingRules["schedule"] })}
      />
      <Switch
        label={t("models.rules.promote")}
        checked={rules.promote_automatically}
        onChange={(event) => save({ promote_automatically: event.currentTarget.checked })}
      />
      <span role="status" className={classes.quiet}>
        {change.isSuccess ? t("models.rules.saved") : null}
      </span>
      {change.error === null || Object.keys(fields).length > 0 ? null : <ErrorNote error={change.error} />}
    </div>
  );
}

/** When runs start by themselves; each change is stored at once. */
export function RulesForm({ projectId }: { projectId: number }) {
  const rules = useQuery(rulesQuery(projectId));
  return (
    <Panel title={t("models.rules")}>
      <Loaded query={rules}>{(data) => <Fields projectId={projectId} rules={data} />}</Loaded>
    </Panel>
  );
}
