import type { EngineApi } from "../../../engine";
import type { Conflict, TaskSession } from "../../../sync";

export type Choice = "mine" | "theirs" | "both";

/** What can be chosen: keeping both needs two versions. */
export function choicesFor({ mine, theirs }: Conflict): readonly Choice[] {
  return mine !== null && theirs !== null ? ["mine", "theirs", "both"] : ["mine", "theirs"];
}

/** Carries a choice out as one's own edit, which undo takes back; false while nothing may be changed. */
export function choose(
  conflict: Conflict,
  choice: Choice,
  { history, session }: { history: EngineApi["history"]; session: Pick<TaskSession, "settleConflict"> },
): boolean {
  const { mine, clientId } = conflict;
  const done =
    choice === "theirs" ||
    (choice === "both" && mine !== null && history.copy("keep both", mine)) ||
    (choice === "mine" && history.edit("keep mine", mine === null ? { remove: [clientId] } : { put: [mine] }));
  if (done) session.settleConflict(conflict.id);
  return done;
}
