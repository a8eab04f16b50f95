import { Button } from "@mantine/core";

import { t, tn } from "../../i18n";
import classes from "./attributes.module.css";

interface LostAnswersProps {
  what: "change" | "remove";
  name: string;
  count: number;
  onLose: () => void;
  onKeep: () => void;
}

/** Says what would be lost, and asks. */
export function LostAnswers({ what, name, count, onLose, onKeep }: LostAnswersProps) {
  return (
    <div role="alert" className={classes.lost}>
      <p>{what === "remove" ? tn("attributes.lostRemove", count, { name }) : tn("attributes.lostChange", count, { name })}</p>
      <div className={classes.buttons}>
        <Button size="xs" color="red" onClick={onLose}>
          {tn("attributes.confirm", count)}
        </Button>
        <Button size="xs" variant="default" onClick={onKeep}>
          {t("attributes.keep")}
        </Button>
      </div>
    </div>
  );
}
