import type { Task } from "../../../api/types";
import { t, tn } from "../../i18n";
import { LOW_SCORE } from "../../workspace/announce";

/** One thing that a reviewer wants to know before opening a task. */
export interface Why {
  readonly key: "quality" | "flag" | "comments";
  readonly tone: "plain" | "warn";
  readonly text: string;
}

type Known = Pick<Task, "annotation_count" | "lowest_score" | "flag" | "unresolved_comment_count">;

/** Why a task stands where it stands in the queue, and what waits in it. */
export function whyHere(task: Known): readonly Why[] {
  const { flag, unresolved_comment_count: comments } = task;
  const found: Why[] = [quality(task)];
  if (flag !== null) {
    const reason = flag.text === "" ? t(`review.queue.flag.${flag.reason}`) : flag.text;
    found.push({ key: "flag", tone: "warn", text: t("review.queue.flagged", { reason }) });
  }
  if (comments > 0) found.push({ key: "comments", tone: "plain", text: tn("review.queue.comments", comments) });
  return found;
}

function quality({ annotation_count: objects, lowest_score: score }: Known): Why {
  if (objects === 0) return { key: "quality", tone: "warn", text: t("review.queue.noObjects") };
  if (score === null) return { key: "quality", tone: "plain", text: t("review.queue.byHand") };
  const values = { score: score.toFixed(2) };
  if (score < LOW_SCORE) return { key: "quality", tone: "warn", text: t("review.queue.qualityLow", values) };
  return { key: "quality", tone: "plain", text: t("review.queue.quality", values) };
}
