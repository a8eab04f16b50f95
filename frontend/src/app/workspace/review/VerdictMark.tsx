import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import classes from "./review.module.css";
import { useVerdict } from "./useReview";
import { reasonText, type Heard, type Said } from "./verdicts";

/** "Rejected: loose edge" for who cannot see the mark. */
export function verdictName(heard: Said): string {
  if (heard.verdict !== "rejected") return t(`review.said.${heard.verdict}`);
  const why = reasonText(heard);
  return why === "" ? t("review.said.rejected") : t("review.said.rejectedWhy", { why });
}

/** The verdict on an object, as a small mark for lists; nothing without one. */
export function VerdictMark({ objectId }: { objectId: string }) {
  const heard = useVerdict(objectId);
  return heard === null ? null : <Mark heard={heard} />;
}

export function Mark({ heard }: { heard: Heard }) {
  const name = verdictName(heard);
  return (
    <span className={classes.mark} data-verdict={heard.verdict} role="img" aria-label={name} title={name}>
      <Icon name={heard.verdict === "accepted" ? "check" : "close"} size={0.6875} />
    </span>
  );
}
