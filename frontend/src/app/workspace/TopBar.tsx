import { Button, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { t } from "../i18n";
import { ThemeMenu } from "../shell/ThemeMenu";
import { AvatarRow } from "../ui/People";
import { StateBadge } from "../ui/StateBadge";
import { useSession, useWorkplace } from "./desk";
import type { Decision } from "./flow";
import { WorkIcon } from "./icons";
import { COMMAND_KEY, Key } from "./Keys";
import type { DialogName } from "./OpenTask";
import { SaveIndicator } from "./SaveIndicator";
import type { Flow } from "./useFlow";
import classes from "./workspace.module.css";

interface TopBarProps {
  flow: Flow;
  onDialog: (name: DialogName) => void;
}

/** Where one is, how the work stands, who else is here, and how to go on. */
export function TopBar({ flow, onDialog }: TopBarProps) {
  const { project } = useWorkplace();
  const { task } = useSession();
  const projectId = String(project.id);
  return (
    <>
      <Link to="/p/$projectId" params={{ projectId }} className={classes.back} aria-label={t("workspace.back", { project: project.name })}>
        <WorkIcon name="back" />
        <span>{project.name}</span>
      </Link>
      <h1 className={classes.fileName} title={task?.image.name}>
        {task?.image.name ?? ""}
      </h1>
      <Position />
      {task === null || task.state === "open" ? null : <StateBadge state={task.state} />}
      <SaveIndicator />
      <span className={classes.barSpace} />
      <People />
      {project.guide.trim() === "" ? null : (
        <button type="button" className={classes.barButton} onClick={() => onDialog("guide")}>
          <WorkIcon name="guide" />
          {t("workspace.guide")}
        </button>
      )}
      <Tooltip label={<>{t("workspace.keys")} <Key>?</Key></>}>
        <button type="button" className={classes.barIcon} aria-label={t("workspace.keys")} aria-keyshortcuts="?" onClick={() => onDialog("keys")}>
          <WorkIcon name="keys" size={1.25} />
        </button>
      </Tooltip>
      <ThemeMenu />
      <GoOn flow={flow} onDialog={onDialog} />
    </>
  );
}

function Position() {
  const { project } = useWorkplace();
  const { task, counts } = useSession();
  if (task === null) return null;
  const values = { position: task.position, total: counts?.total ?? project.counts.total };
  return (
    <span className={classes.position} role="img" aria-label={t("workspace.positionLabel", values)}>
      {t("workspace.position", values)}
    </span>
  );
}

/** Who works on this project now, this person left out. */
function People() {
  const { project, me } = useWorkplace();
  const holder = useSession().task?.lease?.holder;
  const others = project.active_people.filter((person) => person.id !== me.id);
  const holderHere = holder === undefined || holder.id === me.id || others.some((person) => person.id === holder.id);
  return <AvatarRow users={holderHere ? others : [holder, ...others]} size={1.625} />;
}

const names = {
  submit: "workspace.submit",
  accept: "workspace.accept",
  requestChanges: "workspace.requestChanges",
} as const;

const shortcuts = { submit: `${COMMAND_KEY} Enter`, accept: "A", requestChanges: "J" } as const;

function GoOn({ flow, onDialog }: TopBarProps) {
  const choose = (kind: Decision["kind"]): void => {
    if (kind === "requestChanges") onDialog("changes");
    else flow.decide({ kind });
  };
  const [main, ...others] = flow.decisions;
  if (useSession().task === null) return null;
  return (
    <div className={classes.goOn}>
      <Tooltip label={<>{t("workspace.next")} <Key>N</Key></>}>
        <Button size="xs" variant="default" disabled={flow.busy} aria-keyshortcuts="N" onClick={() => flow.next()}>
          {t("workspace.next")}
        </Button>
      </Tooltip>
      {others.map((kind) => (
        <Tooltip key={kind} label={<>{t(names[kind])} <Key>{shortcuts[kind]}</Key></>}>
          <Button size="xs" variant="default" disabled={flow.busy} onClick={() => choose(kind)}>
            {t(names[kind])}
          </Button>
        </Tooltip>
      ))}
      {main === undefined ? null : (
        <Tooltip label={<>{t(names[main])} <Key>{shortcuts[main]}</Key></>}>
          <Button size="xs" loading={flow.busy} onClick={() => choose(main)}>
            {t(names[main])}
          </Button>
        </Tooltip>
      )}
    </div>
  );
}
