import math
from types import SimpleNamespace

import pytest

from labeling.domain.errors import Kind, Refused
from labeling.domain.points import MAX_POINTS, Click, PointsInvalid, validate_points

GOOD = [{"x": 10, "y": 60}, {"x": 150, "y": 55}, {"x": 80, "y": 5}, {"x": 75, "y": 110}]


def refusal(points: list[object], width: int = 160, height: int = 120) -> PointsInvalid:
    with pytest.raises(PointsInvalid) as caught:
        validate_points(points, width, height)  # type: ignore[arg-type]
    return caught.value


def test_four_points_come_back_as_clicks_in_their_order() -> None:
    clicks = validate_points([{**point, "t": 250.5 * index} for index, point in enumerate(GOOD)], 160, 120)
    assert clicks == [
        Click(10.0, 60.0, 0.0),
        Click(150.0, 55.0, 250.5),
        Click(80.0, 5.0, 501.0),
        Click(75.0, 110.0, 751.5),
    ]
    assert clicks[0].as_dict() == {"x": 10.0, "y": 60.0, "t": 0.0}


def test_objects_with_attributes_and_points_without_time_are_taken() -> None:
    points = [SimpleNamespace(x=point["x"], y=point["y"], t=None) for point in GOOD]
    assert validate_points(points, 160, 120)[0] == Click(10.0, 60.0, None)


def test_a_time_before_the_first_click_becomes_zero() -> None:
    assert validate_points([{**GOOD[0], "t": -3}, *GOOD[1:]], 160, 120)[0].t == 0.0


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_points(count: int) -> None:
    error = refusal(GOOD[:count])
    assert (error.code, error.details, error.kind) == ("too_few_points", {"count": count}, Kind.INVALID)
    assert f"but {count} came" in error.message
    assert isinstance(error, Refused)


def test_the_most_points_are_taken_and_one_more_is_refused() -> None:
    most = GOOD + [{"x": 80, "y": 50}] * (MAX_POINTS - 4)
    assert len(validate_points(most, 160, 120)) == MAX_POINTS
    assert refusal([*most, GOOD[0]]).code == "too_many_points"


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, None, "12", True, [1], 10**400], ids=lambda value: str(value)[:8]
)
@pytest.mark.parametrize("name", ["x", "y"])
def test_what_is_not_a_finite_number_names_its_point(name: str, value: object) -> None:
    error = refusal([*GOOD[:2], {**GOOD[2], name: value}, GOOD[3]])
    assert (error.code, error.details) == ("points_not_finite", {"index": 2})
    assert error.message.startswith(f"The {name} of point 3 ")


def test_a_time_that_json_cannot_hold_is_refused() -> None:
    error = refusal([*GOOD[:3], {**GOOD[3], "t": math.nan}])
    assert (error.code, error.details) == ("points_not_finite", {"index": 3})


def test_a_missing_coordinate_is_refused() -> None:
    assert refusal([{"x": 1}, *GOOD[1:]]).code == "points_not_finite"


@pytest.mark.parametrize(
    ("x", "y", "placed"),
    [
        (-0.5, 60, (0.0, 60.0)),
        (159.5, 60, (159.0, 60.0)),
        (20, -0.5, (20.0, 0.0)),
        (20, 119.5, (20.0, 119.0)),
        (0, 0, (0.0, 0.0)),
        (159, 119, (159.0, 119.0)),
    ],
)
def test_half_a_pixel_beyond_the_image_moves_onto_it(x: float, y: float, placed: tuple[float, float]) -> None:
    click = validate_points([*GOOD, {"x": x, "y": y}], 160, 120)[4]
    assert (click.x, click.y) == placed


@pytest.mark.parametrize(("x", "y"), [(-0.51, 60), (159.51, 60), (20, -0.51), (20, 119.51), (1e300, 60)])
def test_farther_beyond_the_image_names_its_point(x: float, y: float) -> None:
    error = refusal([GOOD[0], {"x": x, "y": y}, *GOOD[2:]])
    assert (error.code, error.details) == ("points_outside_image", {"index": 1})
    assert error.message.startswith("Point 2 at (")
    assert "(159, 119)" in error.message


@pytest.mark.parametrize(
    "points",
    [
        [(50, 50)] * 4,
        [(50, 10), (50, 40), (50.9, 70), (50.5, 100)],
        [(10, 50), (40, 50), (70, 50.9), (100, 50)],
    ],
    ids=["all equal", "less than 2 px wide", "less than 2 px high"],
)
def test_an_object_without_extent_is_refused(points: list[tuple[float, float]]) -> None:
    assert refusal([{"x": x, "y": y} for x, y in points]).code == "points_degenerate"


def test_an_object_of_two_by_two_pixels_is_taken() -> None:
    corners = [{"x": x, "y": y} for x in (50, 51) for y in (50, 51)]
    assert len(validate_points(corners, 160, 120)) == 4


def test_a_later_click_does_not_rescue_a_degenerate_object() -> None:
    assert refusal([{"x": 50, "y": 50}] * 4 + [{"x": 90, "y": 90}]).code == "points_degenerate"
