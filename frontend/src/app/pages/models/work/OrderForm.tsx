import { NativeSelect, NumberInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { changeProject } from "../../../../api/calls";
import type { Project } from "../../../../api/types";
import { projectQuery } from "../../../data/queries";
import { t } from "../../../i18n";
import { ErrorNote } from "../../../ui/Notes";
import { Panel } from "../../../ui/Page";
import classes from "../models.module.css";

type Order = Pick<Project, "task_order" | "random_share">;

const ORDERS = ["position", "uncertain"] as const;
const PERCENT = 100;

function ShareField({ share, save }: { share: number; save: (change: Partial<Order>) => void }) {
  const [typed, setTyped] = useState<number | string | null>(null);
  const done = (): void => {
    const wanted = Number(typed) / PERCENT;
    if (typed !== null && typed !== "" && wanted !== share) save({ random_share: wanted });
    setTyped(null);
  };
  return (
    <NumberInput
      label={t("order.share")}
      description={t("order.shareWhat")}
      min={0}
      max={PERCENT}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="strict"
      hideControls
      value={typed ?? Math.round(PERCENT * share)}
      onChange={setTyped}
      onBlur={done}
      onKeyDown={(event) => (event.key === "Enter" ? done() : undefined)}
    />
  );
}

/** Which task "Next task" gives: each change is stored at once. */
export function OrderForm({ project }: { project: Project }) {
  const cache = useQueryClient();
  const { queryKey } = projectQuery(project.id);
  const change = useMutation({
    mutationFn: (body: Partial<Order>) => changeProject(project.id, body),
    onSuccess: (saved) => cache.setQueryData(queryKey, saved),
  });
  const save = (body: Partial<Order>): void => change.mutate(body);
  return (
    <Panel title={t("order.title")}>
      <div className={classes.stack}>
        <NativeSelect
          label={t("order.next")}
          value={project.task_order}
          data={ORDERS.map((value) => ({ value, label: t(`order.${value}`) }))}
          onChange={(event) => save({ task_order: event.currentTarget.value as Order["task_order"] })}
        />
        {project.task_order === "uncertain" ? (
          <>
            <ShareField share={project.random_share} save={save} />
            <p className={classes.quiet}>{t("order.hint")}</p>
          </>
        ) : null}
        {change.error === null ? null : <ErrorNote error={change.error} />}
      </div>
    </Panel>
  );
}
