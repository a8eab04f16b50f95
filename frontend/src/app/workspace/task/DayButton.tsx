import { Popover } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { dayKey, dayQuery } from "../../day/day";
import { Day } from "../../day/Day";
import { t, tn } from "../../i18n";
import { useWorkplace } from "../desk";
import { WorkIcon } from "../icons";
import classes from "./task.module.css";

/** A burst of edits asks once. */
const GATHER_MS = 3_000;

/** How many objects one has made today; the rest of the day's numbers on a press. */
export function DayButton() {
  const { project } = useWorkplace();
  const { data: day } = useQuery(dayQuery(project.id));
  useFresh(project.id);
  if (day === undefined || project.role === "viewer") return null;
  return (
    <Popover width="18rem" position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={classes.button} aria-label={tn("day.button", day.objects)} title={tn("day.button", day.objects)}>
          <WorkIcon name="day" />
          <span className="num">{day.objects}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("day.title")} className={classes.plain}>
        <div className={classes.form}>
          <h2>{t("day.title")}</h2>
          <div>
            <Day day={day} />
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Asks again a moment after this person's objects have changed. */
function useFresh(projectId: number): void {
  const { session, me } = useWorkplace();
  const cache = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = session.onEvent((event) => {
      if (event.type !== "annotation.changed" || event.annotation.created_by?.id !== me.id) return;
      timer ??= setTimeout(() => {
        timer = null;
        void cache.invalidateQueries({ queryKey: dayKey(projectId) });
      }, GATHER_MS);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [session, me.id, cache, projectId]);
}
