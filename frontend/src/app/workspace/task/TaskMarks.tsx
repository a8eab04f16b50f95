import { useMutation } from "@tanstack/react-query";

import { flagTask, unflagTask, unskipTask, type SkipInput } from "../../../api/taskCalls";
import type { Task } from "../../../api/types";
import { describeError } from "../../data/describeError";
import { can } from "../../data/permissions";
import { t } from "../../i18n";
import { showToast } from "../../ui/toasts";
import { useSession, useWorkplace } from "../desk";
import type { Flow } from "../useFlow";
import { MarkButton, MarkDetails } from "./MarkButton";
import { maySkip, mayTakeBack, type Mark } from "./marks";
import { ReasonForm } from "./ReasonForm";

/** Sends a change of the task's marks; the bar shows it before the event comes. */
function useChange<Input>(change: (input: Input) => Promise<Task>, done: (task: Task) => string, close: () => void) {
  const { session } = useWorkplace();
  return useMutation({
    mutationFn: change,
    onSuccess: (task) => {
      session.taskChanged(task);
      showToast(done(task));
      close();
    },
  });
}

const problemOf = (error: unknown): string | null => (error === null ? null : describeError(error));

/** Skip and flag, and who has skipped or flagged. */
export function TaskMarks({ flow }: { flow: Flow }) {
  const { project } = useWorkplace();
  const { task, access } = useSession();
  if (task === null || (!can(project.role, "annotate") && task.skip === null && task.flag === null)) return null;
  const { skip, flag } = task;
  const skippable = can(project.role, "annotate") && access.kind === "edit" && maySkip(task.state);
  return (
    <>
      {skip !== null && task.state === "skipped" ? (
        <MarkButton form="skip" marked name={t("task.skippedBy", { name: skip.by.username })}>
          {(close) => <Skipped mark={skip} close={close} />}
        </MarkButton>
      ) : skippable ? (
        <MarkButton form="skip" marked={false} name={t("task.skip")}>
          {(close) => <SkipForm flow={flow} flagged={flag !== null} close={close} />}
        </MarkButton>
      ) : null}
      {flag !== null ? (
        <MarkButton form="flag" marked name={t("task.flaggedBy", { name: flag.by.username })}>
          {(close) => <Flagged mark={flag} close={close} />}
        </MarkButton>
      ) : can(project.role, "annotate") ? (
        <MarkButton form="flag" marked={false} name={t("task.flag")}>
          {(close) => <FlagForm close={close} />}
        </MarkButton>
      ) : null}
    </>
  );
}

function SkipForm({ flow, flagged, close }: { flow: Flow; flagged: boolean; close: () => void }) {
  const skip = (input: SkipInput): void => {
    close();
    flow.decide({ kind: "skip", skip: input });
  };
  return (
    <ReasonForm
      title={t("task.skipTitle")}
      why={t("task.skipWhy")}
      send={t("task.skipSend")}
      mayFlag={!flagged}
      busy={flow.busy}
      problem={null}
      onSend={skip}
    />
  );
}

function Skipped({ mark, close }: { mark: Mark; close: () => void }) {
  const { project, me, taskId } = useWorkplace();
  const done = (task: Task): string => t(task.state === "skipped" ? "task.unskipStays" : "task.unskipDone");
  const unskip = useChange<void>(() => unskipTask(taskId), done, close);
  return (
    <MarkDetails
      title={t("task.skippedBy", { name: mark.by.username })}
      mark={mark}
      takeBack={mayTakeBack(mark, project.role, me.id) ? t("task.unskip") : null}
      busy={unskip.isPending}
      problem={problemOf(unskip.error)}
      onTakeBack={() => unskip.mutate()}
    />
  );
}

function FlagForm({ close }: { close: () => void }) {
  const { taskId } = useWorkplace();
  const flag = useChange(
    ({ reason, text }: SkipInput) => flagTask(taskId, { reason, text }),
    () => t("task.flagged"),
    close,
  );
  return (
    <ReasonForm
      title={t("task.flagTitle")}
      why={t("task.flagWhy")}
      send={t("task.flagSend")}
      busy={flag.isPending}
      problem={problemOf(flag.error)}
      onSend={(input) => flag.mutate(input)}
    />
  );
}

function Flagged({ mark, close }: { mark: Mark; close: () => void }) {
  const { project, me, taskId } = useWorkplace();
  const unflag = useChange<void>(() => unflagTask(taskId), () => t("task.unflagDone"), close);
  return (
    <MarkDetails
      title={t("task.flaggedBy", { name: mark.by.username })}
      mark={mark}
      takeBack={mayTakeBack(mark, project.role, me.id) ? t("task.unflag") : null}
      busy={unflag.isPending}
      problem={problemOf(unflag.error)}
      onTakeBack={() => unflag.mutate()}
    />
  );
}
