import numpy as np
import pytest

from ml.errors import (
    ImageInvalid,
    InputInvalid,
    PointsMalformed,
    PointsNotFinite,
    PointsOutsideImage,
    PredictorError,
    TooFewPoints,
)
from ml.predictor import Prediction, checked_input

IMAGE = np.zeros((120, 160, 3), np.uint8)
POINTS = [(10, 60), (150, 55), (80, 5), (75, 110)]


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((120, 160), np.uint8),
        np.zeros((120, 160, 4), np.uint8),
        np.zeros((120, 160, 3), np.float32),
        np.zeros((120, 160, 3), np.uint16),
        np.zeros((0, 160, 3), np.uint8),
        [[[0, 0, 0]]],
        None,
    ],
)
def test_images_of_another_kind_are_refused(image: object) -> None:
    with pytest.raises(ImageInvalid) as caught:
        checked_input(image, POINTS)  # type: ignore[arg-type]
    assert caught.value.code == "image_invalid"


@pytest.mark.parametrize(
    ("points", "error", "code"),
    [
        (POINTS[:3], TooFewPoints, "too_few_points"),
        ([], PointsMalformed, "points_malformed"),
        ([(1, 2, 3)] * 4, PointsMalformed, "points_malformed"),
        ([1, 2, 3, 4], PointsMalformed, "points_malformed"),
        ([("a", "b")] * 4, PointsMalformed, "points_malformed"),
        ([(1, 2), (3,)] * 2, PointsMalformed, "points_malformed"),
        ([(10**400, 2)] * 4, PointsMalformed, "points_malformed"),
        ([*POINTS[:3], (np.nan, 5)], PointsNotFinite, "points_not_finite"),
        ([*POINTS[:3], (np.inf, 5)], PointsNotFinite, "points_not_finite"),
        ([*POINTS[:3], (160.1, 5)], PointsOutsideImage, "points_outside_image"),
        ([*POINTS[:3], (5, -1.1)], PointsOutsideImage, "points_outside_image"),
    ],
)
def test_points_of_another_kind_are_refused_by_name(
    points: object, error: type[PredictorError], code: str
) -> None:
    with pytest.raises(error) as caught:
        checked_input(IMAGE, points)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert isinstance(caught.value, InputInvalid)


def test_the_point_to_blame_is_named() -> None:
    with pytest.raises(PointsOutsideImage, match=r"Point 4 at \[200.0, 5.0\] .* 160 x 120"):
        checked_input(IMAGE, [*POINTS[:3], (200, 5)])


def test_a_pixel_beyond_the_image_moves_onto_it() -> None:
    _, points = checked_input(IMAGE, [(-1, 60), (160, 55), (80, -0.2), (75, 120)])
    assert points.tolist() == [[0, 60], [159, 55], [80, 0], [75, 119]]


def test_the_caller_s_points_stay_as_they_are() -> None:
    mine = np.array([(-1.0, 60), (160, 55), (80, 0), (75, 120)])
    checked_input(IMAGE, mine)
    assert mine[0, 0] == -1.0


def test_a_prediction_is_as_small_as_the_object_until_more_is_asked_for() -> None:
    rendered = []

    def render() -> np.ndarray:
        rendered.append(1)
        return np.array([[0.25, 0.75]], np.float32)

    prediction = Prediction((3, 5), (2, 1), np.array([[False, True]]), render, 0.5, {})
    assert rendered == []
    assert prediction.mask.shape == (3, 5)
    assert np.argwhere(prediction.mask).tolist() == [[1, 3]]
    assert rendered == []
    assert (prediction.probability.shape, prediction.probability.dtype) == ((3, 5), np.float32)
    assert prediction.probability[1].tolist() == [0, 0, 0.25, 0.75, 0]
    assert prediction.probability is prediction.probability
    assert rendered == [1]
