import { Button } from "@mantine/core";
import { useSyncExternalStore } from "react";

import { t, tn } from "../../i18n";
import { useSession, useStatus, useWorkplace } from "../desk";
import stage from "../stage.module.css";
import { carriedNow, dropCarried, onCarried, paste, whyNotHere } from "./clipboard";
import classes from "./objects.module.css";

/** Objects that were copied for the next image, offered there. */
export function CarriedOffer() {
  const place = useWorkplace();
  const { access, task } = useSession();
  const ready = useStatus((status) => status.image === "ready");
  const carried = useSyncExternalStore(onCarried, carriedNow);
  if (carried === null || carried.taskId === place.taskId || carried.projectId !== place.project.id) return null;
  if (access.kind !== "edit" || task === null || !ready) return null;
  const hindrance = whyNotHere(carried, place);
  const add = (): void => {
    if (typeof paste(carried, place) === "number") dropCarried();
    place.host.focus({ preventScroll: true });
  };
  return (
    <div role="status" className={`${stage.notice} ${classes.offer}`} data-tone="plain">
      <span>{hindrance ?? tn("objects.offer", carried.records.length, { image: carried.image })}</span>
      {hindrance === null ? (
        <Button size="compact-sm" onClick={add}>
          {t("objects.offerAdd")}
        </Button>
      ) : null}
      <Button size="compact-sm" variant="default" onClick={dropCarried}>
        {t("objects.offerDrop")}
      </Button>
    </div>
  );
}
