import type { Label } from "../../../api/types";
import { t } from "../../i18n";
import { useWorkplace } from "../desk";
import { WorkIcon } from "../icons";
import { fillRest } from "./doing";
import classes from "./objects.module.css";

/** Stuff takes what no thing has; only when it is asked for. */
export function FillRest({ label }: { label: Label }) {
  const place = useWorkplace();
  const name = t("objects.fill", { label: label.name });
  return (
    <button type="button" className={classes.action} aria-label={name} title={name} onClick={() => fillRest(place, label)}>
      <WorkIcon name="fill" size={0.9375} />
    </button>
  );
}
