import { t } from "../../i18n";

export const REASONS = ["wrongLabel", "looseEdge", "missedPart", "twoInOne", "missingObject"] as const;
export type Reason = (typeof REASONS)[number];

/** The reasons in their own order, then what the person wrote; empty when there is neither. */
export function requestComment(reasons: readonly Reason[], text: string): string {
  const chosen = REASONS.filter((reason) => reasons.includes(reason)).map((reason) => t(`workspace.changes.${reason}`));
  const list = chosen.map((name, index) => (index === 0 ? name : name.toLowerCase())).join(", ");
  return [list === "" ? "" : `${list}.`, text.trim()].filter((part) => part !== "").join(" ");
}
