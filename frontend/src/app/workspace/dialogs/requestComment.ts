import { t, tn } from "../../i18n";

export const REASONS = ["wrongLabel", "looseEdge", "missedPart", "twoInOne", "missingObject"] as const;
export type Reason = (typeof REASONS)[number];

/** A comment that goes with a task stays readable; the objects carry the rest themselves. */
const MOST_NAMED = 12;

/** A rejected object and why, such as "Object 3, cat" and "Loose edge". */
export interface Rejection {
  readonly name: string;
  readonly why: string;
}

/** What was said of objects, the reasons in their own order, then what the person wrote; empty without any of them. */
export function requestComment(reasons: readonly Reason[], text: string, rejections: readonly Rejection[] = []): string {
  const chosen = REASONS.filter((reason) => reasons.includes(reason)).map((reason) => t(`workspace.changes.${reason}`));
  const list = chosen.map((name, index) => (index === 0 ? name : name.toLowerCase())).join(", ");
  return [rejected(rejections), list === "" ? "" : `${list}.`, text.trim()].filter((part) => part !== "").join(" ");
}

function rejected(rejections: readonly Rejection[]): string {
  if (rejections.length === 0) return "";
  const named = rejections.slice(0, MOST_NAMED).map(({ name, why }) => (why === "" ? name : `${name} (${why})`));
  const more = rejections.length > MOST_NAMED ? "; …" : ".";
  return `${tn("review.changes.comment", rejections.length)} ${named.join("; ")}${more}`;
}
