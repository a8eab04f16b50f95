"""What a comment may be: where its pin stands, and for how long its author may change it."""

import math
from datetime import datetime, timedelta

from labeling.domain.errors import conflict, invalid_field, not_allowed

CHANGEABLE_FOR = timedelta(minutes=15)
# A page shows all comments of a task at once.
MAX_COMMENTS = 500
# Half a pixel beyond the centre of an outermost pixel is still that pixel.
TOLERANCE = 0.5


def pin_at(x: float | None, y: float | None, *, width: int, height: int) -> tuple[float, float]:
    """Return the spot of a pin in image pixels, moved onto the image from less than half a pixel beyond it.

    `width` and `height` are those of the upright image. Raises `Refused`, which names the field.
    """
    return _within("x", x, width), _within("y", y, height)


def _within(field: str, value: float | None, side: int) -> float:
    if value is None:
        raise invalid_field(field, "Say where the comment belongs: give x and y, an object, or a parent_id.")
    if not math.isfinite(value) or not -TOLERANCE <= value <= side - 1 + TOLERANCE:
        raise invalid_field(field, f"The {field} must lie on the image, from 0 to {side - 1}.")
    return min(max(value, 0.0), float(side - 1))


def centre_of(bbox: list[float]) -> tuple[float, float]:
    """Return the middle of a box [x, y, width, height] as a spot: (0, 0) is the centre of a pixel."""
    x, y, width, height = bbox
    return x + (width - 1) / 2, y + (height - 1) / 2


def ensure_changeable(*, is_author: bool, is_deleted: bool, created_at: datetime, now: datetime) -> None:
    """Raise `Refused` unless the text may be changed or deleted: by its author, and for a while."""
    if not is_author:
        raise not_allowed("Only its author changes a comment. Write a reply instead.")
    if is_deleted:
        raise conflict("comment_deleted", "This comment was deleted. Write a new one.")
    if now - created_at > CHANGEABLE_FOR:
        minutes = int(CHANGEABLE_FOR.total_seconds() // 60)
        raise conflict(
            "comment_final", f"A comment can be changed for {minutes} minutes. Write a reply instead."
        )


def thread_is_open(*, resolved: bool, deleted: list[bool]) -> bool:
    """Return whether a thread waits for an answer; `deleted` tells of each of its comments."""
    return not resolved and not all(deleted)
