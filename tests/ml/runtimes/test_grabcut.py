from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from ml import load_predictor
from ml.clicks import correction_click, extreme_points
from ml.errors import TooFewPoints
from ml.metrics import iou
from ml.predictor import Prediction
from ml.runtimes.grabcut_score import FALLBACK_SCORE
from tests.ml.pictures import disc, painted

PREDICTOR = load_predictor("grabcut")
COFFEE: NDArray[np.uint8] = skimage.data.coffee()
# The cup with its saucer in skimage's photograph, clicked by hand.
CUP = [(77, 185), (285, 18), (478, 210), (290, 384)]


def predict(image: NDArray[np.uint8], points: object) -> Prediction:
    return PREDICTOR.predict(image, points)  # type: ignore[arg-type]


def test_a_clear_object_is_found_nearly_exactly() -> None:
    mask = disc()
    result = predict(painted(mask), extreme_points(mask))
    assert iou(result.mask, mask) > 0.97
    assert result.score > 0.8


def test_a_photographed_object_is_found_to_its_extremes() -> None:
    result = predict(COFFEE, CUP)
    ys, xs = np.nonzero(result.mask)
    found = np.array([xs.min(), ys.min(), xs.max(), ys.max()])
    assert np.abs(found - [77, 18, 478, 384]).max() <= 8
    # Wood at the four corners of the box and coffee in its middle.
    assert not result.mask[[25, 25, 375, 375], [90, 470, 90, 470]].any()
    assert result.mask[130:170, 230:330].all()
    assert result.score > 0.8


def test_answers_have_the_promised_kinds() -> None:
    result = predict(COFFEE, CUP)
    assert (result.mask.shape, result.mask.dtype) == ((400, 600), np.bool_)
    assert (result.probability.shape, result.probability.dtype) == ((400, 600), np.float32)
    assert 0 <= result.probability.min() <= result.probability.max() <= 1
    assert np.array_equal(result.mask, result.probability > 0.5)
    assert isinstance(result.score, float)
    assert 0 <= result.score <= 1
    assert list(result.timings_ms) == ["crop", "outline", "cut", "paste", "total"]
    assert result.timings_ms["total"] == pytest.approx(sum(list(result.timings_ms.values())[:4]))


def test_the_local_mask_is_the_mask_of_the_clicked_box() -> None:
    result = predict(COFFEE, CUP)
    assert (result.size, result.offset, result.local_mask.shape) == ((400, 600), (77, 18), (367, 402))
    assert np.array_equal(result.mask[18:385, 77:479], result.local_mask)
    assert result.mask.sum() == result.local_mask.sum()


def test_the_same_question_has_the_same_answer_in_every_thread() -> None:
    first = predict(COFFEE, CUP)
    with ThreadPoolExecutor(4) as pool:
        others = list(pool.map(lambda _: predict(COFFEE, CUP), range(8)))
    assert all(np.array_equal(first.mask, other.mask) for other in others)
    assert {other.score for other in others} == {first.score}


def test_the_order_of_the_four_points_changes_nothing() -> None:
    turned = predict(COFFEE, [CUP[index] for index in (2, 0, 3, 1)])
    assert np.array_equal(turned.mask, predict(COFFEE, CUP).mask)


def test_a_read_only_or_reversed_image_is_as_good_as_any() -> None:
    expected = predict(COFFEE, CUP).mask
    locked = COFFEE.copy()
    locked.flags.writeable = False
    assert np.array_equal(predict(locked, CUP).mask, expected)
    reversed_twice = np.ascontiguousarray(COFFEE[:, ::-1])[:, ::-1]
    assert np.array_equal(predict(reversed_twice, CUP).mask, expected)


def test_the_image_is_not_written_to() -> None:
    image = COFFEE.copy()
    predict(image, CUP)
    assert np.array_equal(image, COFFEE)


def three_quarters() -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.float64]]:
    """Return a whole disc, of which three quarters are the object, these, and their extreme points."""
    whole = disc(radius=70)
    truth = whole.copy()
    truth[:90, 120:] = False
    return painted(whole), truth, extreme_points(truth)


def test_corrections_mend_what_colours_cannot_tell() -> None:
    image, truth, points = three_quarters()
    overlaps = [iou(predict(image, points).mask, truth)]
    for _ in range(4):
        click = correction_click(truth, predict(image, points).mask, points)
        assert click is not None
        points = np.vstack([points, click])
        overlaps.append(iou(predict(image, points).mask, truth))
    assert overlaps[0] < 0.8
    assert overlaps[1] > 0.85
    assert overlaps[-1] > 0.95


def test_the_boundary_passes_a_correction() -> None:
    image, _, points = three_quarters()
    inside = (119, 61)
    before = predict(image, points).mask
    after = predict(image, np.vstack([points, inside])).mask
    around = np.s_[61 - 5 : 61 + 6, 119 - 5 : 119 + 6]
    assert before[around].all()
    assert after[around].any()
    assert not after[around].all()


def test_a_correction_outside_the_mask_lets_it_grow() -> None:
    mask = disc()
    points = extreme_points(mask)
    # Ground that looks like ground, but that the click calls object.
    corner = (171, 39)
    before, after = (predict(painted(mask), [*points, *more]).mask for more in ([], [corner]))
    assert not before[39, 171]
    assert after[41:44, 167:170].all()
    assert after.sum() > before.sum()


@pytest.mark.parametrize(
    "points",
    [
        [(50, 50)] * 4,
        [(50, 50), (51, 50), (50, 51), (51, 51)],
        [(0, 0), (0, 0), (0, 0), (0, 0)],
        [(10, 10), (90, 90), (10, 10), (90, 90)],
        [(10, 50), (90, 50), (20, 50), (60, 50)],
        [(50, 10), (50, 90), (50, 30), (50, 60)],
    ],
    ids=["one pixel", "two by two", "corner", "diagonal", "horizontal line", "vertical line"],
)
def test_hardly_any_extent_gives_a_mask_with_the_clicks_in_it(points: list[tuple[int, int]]) -> None:
    result = predict(painted(disc()), points)
    assert result.local_mask.any()
    xs, ys = np.array(points).T
    assert result.mask[ys, xs].all()
    assert result.score <= 0.98


def test_four_equal_points_are_that_pixel_with_a_low_score() -> None:
    result = predict(painted(disc()), [(50, 40)] * 4)
    assert np.argwhere(result.mask).tolist() == [[40, 50]]
    assert result.score == FALLBACK_SCORE


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 7), (400, 1), (1, 400), (12, 12)])
def test_an_object_that_fills_a_small_image_is_answered(size: tuple[int, int]) -> None:
    height, width = size
    image = painted(np.ones(size, np.bool_))
    points = [
        (0, height // 2),
        (width // 2, 0),
        (width - 1, height // 2),
        (width // 2, height - 1),
    ]
    result = predict(image, points)
    assert result.local_mask.any()
    assert result.mask.shape == size


def test_a_picture_of_one_colour_is_answered_too() -> None:
    image = np.full((100, 100, 3), 128, np.uint8)
    result = predict(image, [(20, 50), (50, 20), (80, 50), (50, 80)])
    assert 0.5 < result.mask.sum() / (np.pi * 30**2) < 1.5


def test_an_object_at_the_image_s_corner() -> None:
    mask = disc(centre=(0, 0), radius=80)
    result = predict(painted(mask), extreme_points(mask))
    assert iou(result.mask, mask) > 0.95


def test_a_long_panorama_is_worked_on_small() -> None:
    mask = np.zeros((400, 20_000), np.bool_)
    mask[180:220, 500:19_500] = True
    result = predict(painted(mask), extreme_points(mask))
    assert iou(result.mask, mask) > 0.75


def test_bad_points_are_refused_by_name() -> None:
    with pytest.raises(TooFewPoints):
        predict(COFFEE, CUP[:3])


def test_as_many_points_as_the_platform_lets_through() -> None:
    mask = disc()
    angles = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    ring = np.stack([120 + 60 * np.cos(angles), 90 + 60 * np.sin(angles)], axis=1)
    result = predict(painted(mask), np.vstack([extreme_points(mask), ring]))
    assert iou(result.mask, mask) > 0.97
