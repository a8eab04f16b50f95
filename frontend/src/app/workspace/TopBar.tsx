import { Button, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { t } from "../i18n";
import { CommandKey, useShortcut } from "../commands/CommandKeys";
import { offer } from "../commands/offer";
import { ThemeMenu } from "../shell/ThemeMenu";
import { Icon } from "../ui/icons";
import { StateBadge } from "../ui/StateBadge";
import { useSession, useWorkplace } from "./desk";
import type { MainDecision } from "./flow";
import { WorkIcon } from "./icons";
import type { DialogName } from "./OpenTask";
import { SaveIndicator } from "./SaveIndicator";
import { DayButton } from "./task/DayButton";
import { GuideButton } from "./task/GuideBeside";
import { Preparing } from "./task/Preparing";
import { TaskMarks } from "./task/TaskMarks";
import { PeopleHere } from "./together/PeopleHere";
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
      <Preparing />
      <span className={classes.barSpace} />
      <PeopleHere />
      <TaskMarks flow={flow} />
      <span className={classes.roomy}>
        <DayButton />
      </span>
      <GuideButton />
      <Commands onDialog={onDialog} />
      <GoOn flow={flow} onDialog={onDialog} />
    </>
  );
}

/** What can be done, by search and as a sheet, and the theme. */
function Commands({ onDialog }: Pick<TopBarProps, "onDialog">) {
  const sheetKeys = useShortcut("keys").aria;
  const paletteKeys = useShortcut("palette").aria;
  return (
    <>
      <Tooltip label={<>{t("command.palette")} <CommandKey of="palette" /></>}>
        <button type="button" className={classes.barIcon} aria-label={t("command.palette")} aria-keyshortcuts={paletteKeys} onClick={() => offer.open()}>
          <Icon name="search" />
        </button>
      </Tooltip>
      <span className={classes.roomy}>
        <Tooltip label={<>{t("workspace.keys")} <CommandKey of="keys" /></>}>
          <button type="button" className={classes.barIcon} aria-label={t("workspace.keys")} aria-keyshortcuts={sheetKeys} onClick={() => onDialog("keys")}>
            <WorkIcon name="keys" size={1.25} />
          </button>
        </Tooltip>
        <ThemeMenu />
      </span>
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

const names = {
  submit: "workspace.submit",
  accept: "workspace.accept",
  requestChanges: "workspace.requestChanges",
} as const;

const commands = { submit: "task.submit", accept: "task.accept", requestChanges: "task.requestChanges" } as const;

function GoOn({ flow, onDialog }: TopBarProps) {
  const choose = (kind: MainDecision): void => {
    if (kind === "requestChanges") onDialog("changes");
    else flow.decide({ kind });
  };
  const [main, ...others] = flow.decisions;
  const nextKeys = useShortcut("task.next").aria;
  if (useSession().task === null) return null;
  return (
    <div className={classes.goOn}>
      <Tooltip label={<>{t("workspace.next")} <CommandKey of="task.next" /></>}>
        <Button size="xs" variant="default" disabled={flow.busy} aria-keyshortcuts={nextKeys} onClick={() => flow.next()}>
          {t("workspace.next")}
        </Button>
      </Tooltip>
      {others.map((kind) => (
        <Tooltip key={kind} label={<>{t(names[kind])} <CommandKey of={commands[kind]} /></>}>
          <Button size="xs" variant="default" disabled={flow.busy} onClick={() => choose(kind)}>
            {t(names[kind])}
          </Button>
        </Tooltip>
      ))}
      {main === undefined ? null : (
        <Tooltip label={<>{t(names[main])} <CommandKey of={commands[main]} /></>}>
          <Button size="xs" loading={flow.busy} onClick={() => choose(main)}>
            {t(names[main])}
          </Button>
        </Tooltip>
      )}
    </div>
  );
}
