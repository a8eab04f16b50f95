import type { EngineStatus, RecordsDiff } from "../../engine";
import type { SaveState } from "../../sync";
import { t, tn } from "../i18n";
import { saveText } from "./saveText";

/** Below this a predicted quality is shown in amber. */
export const LOW_SCORE = 0.75;

type Seen = Pick<EngineStatus, "points" | "proposal" | "failure" | "awaiting" | "currentLabelId" | "tool">;

const EXTREME_POINTS = 4;

/** What to say aloud about a step of the engine; null when it needs no words. */
export function sayStatus(before: Seen, now: Seen, labelName: (id: number | null) => string): string | null {
  const { proposal, failure } = now;
  if (failure !== null && failure !== before.failure && failure.message !== before.failure?.message) {
    return failure.message;
  }
  const arrived = proposal !== null && proposal.proposalId !== before.proposal?.proposalId;
  if (arrived) {
    const percent = Math.round(proposal.score * 100);
    return t(proposal.score < LOW_SCORE ? "workspace.say.maskLow" : "workspace.say.mask", { percent });
  }
  if (now.tool !== before.tool) return t("workspace.say.tool", { tool: t(`workspace.tool.${now.tool}`) });
  if (now.points.length > before.points.length) {
    const number = now.points.length;
    return number > EXTREME_POINTS ? t("workspace.say.correction") : t("workspace.say.point", { number });
  }
  // An accepted object and a dropped one lose all points at once; the object list or nothing speaks for them.
  if (now.points.length === before.points.length - 1 && now.points.length > 0) {
    return tn("workspace.say.pointBack", now.points.length);
  }
  if (now.currentLabelId !== before.currentLabelId && before.currentLabelId !== null) {
    return t("workspace.say.label", { label: labelName(now.currentLabelId) });
  }
  return null;
}

/** What to say aloud about objects that the person added, removed, relabelled or drew on. */
export function sayObjects(
  diff: RecordsDiff,
  count: number,
  labelName: (id: number | null) => string,
): string | null {
  const objects = tn("workspace.say.objects", count);
  const added = Object.values(diff.added)[0];
  if (added !== undefined) return t("workspace.say.added", { label: labelName(added.labelId), objects });
  const removed = Object.values(diff.removed)[0];
  if (removed !== undefined) return t("workspace.say.removed", { label: labelName(removed.labelId), objects });
  const updated = Object.values(diff.updated)[0];
  if (updated !== undefined && updated[0].labelId !== updated[1].labelId) {
    return t("workspace.say.relabelled", { label: labelName(updated[1].labelId) });
  }
  if (updated !== undefined && updated[0].mask.counts !== updated[1].mask.counts) {
    return t("workspace.say.reshaped", { label: labelName(updated[1].labelId) });
  }
  return null;
}

/** What to say aloud about saving: how it ended, never that it is under way. */
export function saySave(before: SaveState, now: SaveState): string | null {
  if (now.kind === "saving" || (now.kind === before.kind && now.kind !== "stopped")) return null;
  if (now.kind === "stopped" && before.kind === "stopped" && before.unsent === now.unsent) return null;
  return saveText(now);
}
