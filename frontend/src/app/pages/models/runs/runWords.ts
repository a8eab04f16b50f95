import type { TrainingRun } from "../../../../api/modelTypes";
import { t } from "../../../i18n";
import type { BadgeTone } from "../Badge";

type Outcome = Exclude<TrainingRun["decision"], ""> | Exclude<TrainingRun["state"], "succeeded">;

const TONES: Readonly<Record<Outcome, BadgeTone>> = {
  promoted: "good",
  proposed: "wait",
  rejected: "bad",
  failed: "bad",
  cancelled: "plain",
  queued: "busy",
  running: "busy",
};

function outcomeOf({ state, decision }: Pick<TrainingRun, "state" | "decision">): Outcome {
  if (state !== "succeeded") return state;
  return decision === "" ? "rejected" : decision;
}

export function badgeOf(run: Pick<TrainingRun, "state" | "decision">): { tone: BadgeTone; text: string } {
  const outcome = outcomeOf(run);
  return { tone: TONES[outcome], text: t(`models.run.${outcome}`) };
}

/** What is happening now, without numbers, so that it is worth being read out when it changes. */
export function phaseOf({ state, phase }: Pick<TrainingRun, "state" | "phase">): string {
  return t(`models.phase.${state === "queued" ? "queued" : phase}`);
}

/** Seconds from a run's first moment at work to its end; null while one of them is missing. */
export function secondsTaken({ started_at, finished_at }: Pick<TrainingRun, "started_at" | "finished_at">): number | null {
  return started_at === null || finished_at === null ? null : (Date.parse(finished_at) - Date.parse(started_at)) / 1000;
}
