"""Clicks as they come from people and scripts: checked once, here, before anything is stored or queued."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from labeling.domain.errors import Refused

MIN_POINTS = 4
MAX_POINTS = 32
# Half a pixel beyond the centre of an outermost pixel is still that pixel; rounding in a browser ends there.
TOLERANCE = 0.5


class PointLike(Protocol):
    """Anything with coordinates and an optional time; read-only, so that frozen objects fit."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def t(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Click:
    """A click in pixels of the upright image, x right, y down; (0, 0) is the centre of the upper left pixel.

    `t` is milliseconds since the object's first click, or None.
    """

    x: float
    y: float
    t: float | None = None

    def as_dict(self) -> dict[str, float | None]:
        """Return the click as it is stored and sent: x, y and t, all of them JSON."""
        return {"x": self.x, "y": self.y, "t": self.t}


class PointsInvalid(Refused):
    """Clicks that no model should see.

    `code` is one of too_few_points, too_many_points, points_not_finite, points_outside_image and
    points_degenerate; `details["index"]` counts from zero where one point is to blame.
    """


def validate_points(
    points: Sequence[Mapping[str, object] | PointLike], width: int, height: int
) -> list[Click]:
    """Return the clicks, those less than half a pixel beyond the image moved onto it.

    The first four are the object's extreme points in any order, later ones corrections on its boundary.
    `width` and `height` are those of the upright image in pixels. Raises `PointsInvalid`.
    """
    _check_number_of(points)
    clicks = [_read(index, point) for index, point in enumerate(points)]
    placed = [_place(index, click, width, height) for index, click in enumerate(clicks)]
    _check_extent(placed[:MIN_POINTS])
    return placed


def _check_number_of(points: Sequence[object]) -> None:
    count = len(points)
    if count < MIN_POINTS:
        raise PointsInvalid(
            "too_few_points",
            f"An object needs its {MIN_POINTS} extreme points, but {count} came. "
            "Click its left, top, right and bottom.",
            count=count,
        )
    if count > MAX_POINTS:
        raise PointsInvalid(
            "too_many_points",
            f"{count} points are too many; {MAX_POINTS} is the limit. Delete the object and click it again.",
            count=count,
        )


def _read(index: int, point: Mapping[str, object] | PointLike) -> Click:
    if isinstance(point, Mapping):
        values = [point.get(name) for name in ("x", "y", "t")]
    else:
        values = [getattr(point, name, None) for name in ("x", "y", "t")]
    x, y, t = values[0], values[1], 0.0 if values[2] is None else values[2]
    for name, value in (("x", x), ("y", y), ("t", t)):
        if not _is_finite_number(value):
            raise PointsInvalid(
                "points_not_finite",
                f"The {name} of point {index + 1} is not a finite number. Send numbers in image pixels.",
                index=index,
            )
    # A clock that was set back must not cost the annotator a click.
    return Click(float(x), float(y), None if values[2] is None else max(0.0, float(t)))  # type: ignore[arg-type]


def _is_finite_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _place(index: int, click: Click, width: int, height: int) -> Click:
    right, bottom = float(width - 1), float(height - 1)
    inside_x = -TOLERANCE <= click.x <= right + TOLERANCE
    inside_y = -TOLERANCE <= click.y <= bottom + TOLERANCE
    if not (inside_x and inside_y):
        raise PointsInvalid(
            "points_outside_image",
            f"Point {index + 1} at ({click.x:g}, {click.y:g}) lies outside the image, which ends at "
            f"({right:g}, {bottom:g}). Move it onto the image.",
            index=index,
        )
    return Click(min(max(0.0, click.x), right), min(max(0.0, click.y), bottom), click.t)


def _check_extent(extremes: Sequence[Click]) -> None:
    spans = [
        max(values) - min(values)
        for values in ([click.x for click in extremes], [click.y for click in extremes])
    ]
    if spans[0] < 1 or spans[1] < 1:
        side = "wide" if spans[0] < 1 else "high"
        raise PointsInvalid(
            "points_degenerate",
            f"The four extreme points span less than 2 pixels; an object has to be at least 2 pixels {side}. "
            "Zoom in and click its left, top, right and bottom.",
        )
