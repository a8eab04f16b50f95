import { Button } from "@mantine/core";

import type { ObjectRecord } from "../../../engine";
import type { Conflict } from "../../../sync";
import { formatAgo } from "../../data/format";
import { useNow } from "../../data/useNow";
import { t, tn } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useSession, useWorkplace } from "../desk";
import { choicesFor, choose, type Choice } from "./choosing";
import stage from "../stage.module.css";
import classes from "./together.module.css";

/** The first conflict that waits for a choice; both versions are drawn on the picture meanwhile. */
export function ConflictCard() {
  const { conflicts } = useSession();
  const first = conflicts[0];
  return first === undefined ? null : <Card key={first.id} conflict={first} total={conflicts.length} />;
}

function Card({ conflict, total }: { conflict: Conflict; total: number }) {
  const { engine, session } = useWorkplace();
  const mayEdit = useSession().access.kind === "edit";
  const show = (): void => {
    engine.select(conflict.clientId);
    engine.view.zoomToSelected();
  };
  return (
    <div role="group" aria-label={t("together.conflict.name")} className={`${stage.notice} ${classes.conflict}`} data-tone="warn">
      <p role="alert" className={classes.question}>
        <Icon name="alert" />
        <Question conflict={conflict} />
        {total > 1 ? <span className={classes.count}>{t("together.conflict.count", { number: 1, total })}</span> : null}
      </p>
      <Versions conflict={conflict} />
      <div className={classes.choices}>
        {choicesFor(conflict).map((choice) => (
          <Button
            key={choice}
            size="compact-sm"
            variant="default"
            disabled={!mayEdit && choice !== "theirs"}
            onClick={() => choose(conflict, choice, { history: engine.history, session })}
          >
            {nameOf(conflict, choice)}
          </Button>
        ))}
        {conflict.theirs === null ? null : (
          <Button size="compact-sm" variant="subtle" onClick={show}>
            {t("together.conflict.show")}
          </Button>
        )}
      </div>
      {mayEdit ? null : <span className={classes.count}>{t("together.conflict.viewOnly")}</span>}
    </div>
  );
}

function Question({ conflict }: { conflict: Conflict }) {
  const { me } = useWorkplace();
  const now = useNow();
  const { mine, theirs, by, at } = conflict;
  const name = by === me.username ? t("together.conflict.ownTab") : by;
  const kind = mine === null ? "mineDeleted" : theirs === null ? "deleted" : "changed";
  return <span>{t(`together.conflict.${kind}`, { name, ago: formatAgo(at, now) })}</span>;
}

function nameOf({ mine, theirs }: Conflict, choice: Choice): string {
  if (choice === "both") return t("together.conflict.keepBoth");
  if (choice === "mine") return t(mine === null ? "together.conflict.delete" : "together.conflict.keepMine");
  return t(theirs === null ? "together.conflict.leaveDeleted" : "together.conflict.keepTheirs");
}

function Versions({ conflict: { mine, theirs } }: { conflict: Conflict }) {
  const { project } = useWorkplace();
  const values = ({ labelId, area }: ObjectRecord): { label: string; pixels: string } => ({
    label: project.labels.find(({ id }) => id === labelId)?.name ?? t("workspace.noLabel"),
    pixels: tn("together.conflict.pixels", area),
  });
  return (
    <ul className={classes.versions}>
      <li data-version="mine">
        {mine === null ? t("together.conflict.mineGone") : t("together.conflict.mine", values(mine))}
      </li>
      <li data-version="theirs">
        {theirs === null ? t("together.conflict.theirsGone") : t("together.conflict.theirs", values(theirs))}
      </li>
    </ul>
  );
}
