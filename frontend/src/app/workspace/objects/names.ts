import type { Label } from "../../../api/types";
import type { ObjectRecord } from "../../../engine";
import { t } from "../../i18n";

/** Two digits, as ".93"; amber with a mark when the model doubts itself. */
export function scoreText(score: number): string {
  return score >= 0.995 ? "1.0" : score.toFixed(2).slice(1);
}

export interface Named {
  /** Its place in the list. */
  readonly number: number;
  readonly label: string;
}

export function labelOf(object: Pick<ObjectRecord, "labelId">, labels: readonly Label[]): Label | null {
  return labels.find(({ id }) => id === object.labelId) ?? null;
}

export function namedOf(object: ObjectRecord, number: number, labels: readonly Label[]): Named {
  return { number, label: labelOf(object, labels)?.name ?? t("workspace.noLabel") };
}

export interface RowState {
  readonly unsent: boolean;
  readonly hidden: boolean;
  readonly locked: boolean;
  /** A required attribute has no answer. */
  readonly open: boolean;
}

/** As in the row: label, then figure. Who speaks to the computer says what can be read. */
export function describe(object: ObjectRecord, named: Named, { unsent, hidden, locked, open }: RowState): string {
  const parts = [t("workspace.object", { number: named.number, label: named.label })];
  if (object.score !== null) parts.push(t("workspace.qualityNamed", { score: scoreText(object.score) }));
  if (open) parts.push(t("objects.missing"));
  if (hidden) parts.push(t("objects.hidden"));
  if (locked) parts.push(t("objects.locked"));
  if (unsent) parts.push(t("workspace.unsentObject"));
  return parts.join(", ");
}
