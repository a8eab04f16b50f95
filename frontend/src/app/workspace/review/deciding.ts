import { isApiError } from "../../../api/errors";
import { t, tn } from "../../i18n";
import type { Workplace } from "../desk";
import { stuckText } from "../notices";
import { rejectedIds } from "./judging";

type Place = Pick<Workplace, "session" | "engine" | "me">;

/** Why the image cannot be accepted yet; null when it can. The server holds to the same. */
export function stillRejected(place: Place): string | null {
  const count = rejectedIds(place).length;
  return count === 0 ? null : tn("review.stillRejected", count);
}

/** Why going on did not work. A colleague who decided first is no error. */
export function whyStuck(error: unknown, { session, me }: Place): string {
  const { review } = session.snapshot();
  const overtaken = isApiError(error, "task_not_editable") && review !== null && review.reviewer.id !== me.id;
  return overtaken ? t(`review.decidedBy.${review.verdict}`, { name: review.reviewer.username }) : stuckText(error);
}
