import type { Annotation, Role, TaskState } from "../../../api/types";
import { mayReview } from "../../../sync";
import { t } from "../../i18n";

export type Verdict = Annotation["verdict"];
export type Reason = Annotation["verdict_reasons"][number];

/** What a reviewer says of one object. */
export interface Said {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly text: string;
}

/** The same with its author; `null` while it is on its way to the server. */
export interface Heard extends Said {
  readonly by: string | null;
}

export const NOTHING_SAID: Said = { verdict: "none", reasons: [], text: "" };
export const ACCEPTED: Said = { verdict: "accepted", reasons: [], text: "" };

/** In the order of their number keys; "other" is for the words beside them. */
export const REASONS = ["wrong_label", "loose_edge", "missed_part", "two_objects", "missing_object"] as const satisfies readonly Reason[];

/** A rejection; words without a reason of the list stand under "other". */
export function rejection(reasons: readonly Reason[], text: string): Said {
  const words = text.trim();
  const chosen: Reason[] = REASONS.filter((reason) => reasons.includes(reason));
  return { verdict: "rejected", reasons: chosen.length === 0 && words !== "" ? ["other"] : chosen, text: words };
}

export function saidOf({ verdict, verdict_reasons, verdict_text, verdict_by }: Annotation): Heard {
  return { verdict, reasons: verdict_reasons, text: verdict_text, by: verdict_by?.username ?? null };
}

export function sameSaid(a: Said, b: Said): boolean {
  return a.verdict === b.verdict && a.text === b.text && a.reasons.join() === b.reasons.join();
}

/** "Loose edge, missed part: the handle"; empty for a rejection without a word. */
export function reasonText({ reasons, text }: Said): string {
  const names = reasons.filter((reason) => reason !== "other").map((reason) => t(`review.reason.${reason}`));
  const list = names.map((name, index) => (index === 0 ? name : name.toLowerCase())).join(", ");
  return list === "" ? text : text === "" ? list : `${list}: ${text}`;
}

/** What a person does with verdicts on this task: gives them, mends what was rejected, or only sees them. */
export type Part = "judge" | "mend" | "look";

export function partOf(role: Role, state: TaskState | null, readOnly: boolean): Part {
  if (state === "submitted" && mayReview(role)) return "judge";
  return state === "changes_requested" && !readOnly ? "mend" : "look";
}

/**
 * The object to go to from `from`, round and round: the next that `wanted` takes, or null when there is none other.
 * Without `from` the search begins at the first.
 */
export function nextOf(ids: readonly string[], from: string | null, wanted: (id: string) => boolean): string | null {
  const start = from === null ? -1 : ids.indexOf(from);
  for (let step = 1; step <= ids.length; step += 1) {
    const id = ids[(start + step + ids.length) % ids.length];
    if (id !== undefined && id !== from && wanted(id)) return id;
  }
  return null;
}
