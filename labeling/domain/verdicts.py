"""What a reviewer says of one object, and when it no longer holds."""

from collections.abc import Sequence

from labeling.domain.errors import conflict, invalid_field

NONE, ACCEPTED, REJECTED = "none", "accepted", "rejected"
VERDICTS = (NONE, ACCEPTED, REJECTED)
OTHER = "other"
REASONS = ("wrong_label", "loose_edge", "missed_part", "two_objects", "missing_object", OTHER)


def ensure_verdict(*, verdict: str, reasons: Sequence[str], text: str) -> None:
    """Raise `Refused` unless reasons and text go with the verdict: only a rejection has them."""
    if verdict != REJECTED and (reasons or text):
        raise invalid_field("reasons", "Only a rejected object has reasons. Leave reasons and text out.")
    if len(set(reasons)) < len(reasons):
        raise invalid_field("reasons", "A reason is there twice. Remove one of them.")
    if OTHER in reasons and not text:
        raise invalid_field("text", "Say in a few words what is wrong.")


def ensure_none_rejected(annotation_ids: Sequence[int]) -> None:
    """Raise `Refused` with code `objects_rejected` while objects of a task to be accepted are rejected."""
    if annotation_ids:
        count = len(annotation_ids)
        raise conflict(
            "objects_rejected",
            f"{count} object{' is' if count == 1 else 's are'} rejected. Mend and accept what is wrong, "
            "or send the task back.",
            annotations=list(annotation_ids),
        )
