import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";

import { syncApi } from "../../sync";
import { t } from "../i18n";
import { useSession, useStatus, useWorkplace, type Workplace } from "./desk";
import { decisionsFor, goOn, isUnfinished, purposeOf, type Decision, type FlowResult, type MainDecision } from "./flow";
import { goToIncomplete } from "./objects/incomplete";
import { stillRejected, whyStuck } from "./review/deciding";

export interface Flow {
  /** What can be decided now; the first is the main one. */
  readonly decisions: readonly MainDecision[];
  readonly busy: boolean;
  /** Why going on did not work, in one sentence. */
  readonly problem: string | null;
  /** Set when no task is left after a decision: the server's sentence. */
  readonly done: string | null;
  decide(decision: Decision): void;
  next(): void;
  dismiss(): void;
}

type Problem = { readonly kind: "unfinished" } | { readonly kind: "text"; readonly text: string };

/** Deciding about the task and going on to the next one. */
export function useFlow(): Flow {
  const { project } = useWorkplace();
  const { task, access } = useSession();
  const unfinished = useStatus(isUnfinished);
  const { run, busy, problem, done, dismiss } = useRun();
  const state = task?.state ?? null;
  const decisions = useMemo(
    () => (state === null ? [] : decisionsFor(project.role, state, access)),
    [project.role, state, access],
  );
  // That sentence goes by itself when the object is finished.
  const unfinishedText = unfinished ? t("workspace.notice.unfinished") : null;
  const text = problem?.kind === "text" ? problem.text : problem === null ? null : unfinishedText;
  const decide = useCallback((decision: Decision) => void run(decision), [run]);
  const next = useCallback(() => void run(null), [run]);
  return useMemo(
    () => ({ decisions, busy, problem: text, done, decide, next, dismiss }),
    [decisions, busy, text, done, decide, next, dismiss],
  );
}

/** What stands in the way on this side, before anybody is asked. */
function objectionTo(decision: Decision | null, place: Workplace): Problem | null {
  if (isUnfinished(place.status())) return { kind: "unfinished" };
  const text = decision?.kind === "accept" ? stillRejected(place) : null;
  return text === null ? null : { kind: "text", text };
}

/** One attempt to go on at a time, and what became of the last. */
function useRun() {
  const place = useWorkplace();
  const { session, project, taskId } = place;
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const running = useRef(false);
  const projectId = project.id;

  const settle = useCallback(
    async (result: FlowResult) => {
      if (result.kind === "next") {
        const params = { projectId: String(projectId), taskId: String(result.taskId) };
        await navigate({ to: "/p/$projectId/t/$taskId", params });
      } else if (result.kind === "none" && result.decided) setDone(result.message);
      else setProblem({ kind: "text", text: result.kind === "none" ? result.message : (goToIncomplete(result.error, place) ?? whyStuck(result.error, place)) });
    },
    [projectId, navigate, place],
  );
  const run = useCallback(
    async (decision: Decision | null) => {
      if (running.current) return;
      const objection = objectionTo(decision, place);
      setProblem(objection);
      if (objection !== null) return;
      running.current = true;
      setBusy(true);
      const purpose = purposeOf(project.role, session.snapshot().task?.state ?? null, decision);
      const result = await goOn({ session, api: syncApi, projectId, taskId, purpose, decision });
      running.current = false;
      setBusy(false);
      await settle(result);
    },
    [session, project.role, projectId, taskId, settle, place],
  );
  return { run, busy, problem, done, dismiss: useCallback(() => setProblem(null), []) };
}
