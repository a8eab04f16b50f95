import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ml.clicks import extreme_points
from ml.data.augment import LARGEST, SMALLEST, AugmentConfig, augmented, pasted
from ml.data.objects import View
from ml.metrics import iou
from ml.predictor import Image, Mask
from tests.ml.pictures import disc, painted

STILL = AugmentConfig(flip=0, rotate_degrees=0, scale=(1, 1))
WILD = AugmentConfig(rotate_degrees=180, scale=(0.5, 1.5), stretch=0.4, shear=0.3, flip=0.5)
COLOURS = AugmentConfig(flip=0, rotate_degrees=0, scale=(1, 1), colour=1, blur=1, noise=1, jpeg=1)
seeds = st.integers(0, 2**32 - 1)


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def masked(mask: Mask) -> Image:
    """Return a picture that is its mask: the object 230, the rest 40."""
    return np.where(mask[..., None], np.uint8(230), np.uint8(40)).repeat(3, axis=2)


def sides(mask: Mask) -> tuple[int, int]:
    """Return width and height of the object."""
    ys, xs = np.nonzero(mask)
    return int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1


def test_without_any_change_the_object_and_its_surroundings_keep_their_pixels() -> None:
    mask = disc((200, 260), (120, 90), 21)
    image = painted(mask)
    found = augmented(View(image, mask), STILL, random(0))
    # The box is 99..141 x 69..111, 43 pixels; 0.6 of it is 26 whole pixels around.
    assert (found.image == image[43:138, 73:168]).all()
    assert (found.mask == mask[43:138, 73:168]).all()


def test_beyond_the_image_there_is_black() -> None:
    mask = disc((60, 60), (0, 30), 25)
    found = augmented(View(np.full((60, 60, 3), 200, np.uint8), mask), STILL, random(0))
    # The object is 26 x 51 pixels; 16 pixels left and right of it, 31 above and below are wanted.
    assert found.image.shape == (113, 58, 3)
    assert (found.image[26:86, 16:] == 200).all()
    assert found.image.astype(int).sum() == 200 * 3 * 60 * 42


@pytest.mark.parametrize("seed", range(6))
def test_beyond_the_image_it_is_black_in_any_light(seed: int) -> None:
    mask = disc((60, 60), (0, 30), 25)
    found = augmented(View(np.full((60, 60, 3), 200, np.uint8), mask), COLOURS, random(seed))
    inside = np.zeros((113, 58), np.bool_)
    inside[26:86, 16:] = True
    assert found.image[~inside].max() == 0
    assert found.image[inside].min() > 0


def test_a_whole_picture_that_is_not_changed_keeps_its_pixels() -> None:
    mask = disc((200, 261), (120, 90), 21)
    view = View(painted(mask), mask, extreme_points(mask))
    found = augmented(view, STILL, random(0), whole=True)
    assert found.clicks is not None
    assert (found.image == view.image).all()
    assert (found.mask == mask).all()
    assert (found.clicks == view.clicks).all()


def test_a_whole_picture_grows_and_flips_about_its_middle_in_its_own_frame() -> None:
    mask = np.zeros((100, 140), np.bool_)
    mask[40:60, 50:70] = True
    config = AugmentConfig(flip=1, rotate_degrees=0, scale=(2, 2))
    found = augmented(View(masked(mask), mask), config, random(0), whole=True)
    expected = np.zeros((100, 140), np.bool_)
    # Edges 0 to 20 left of the middle come to lie 0 to 40 right of it; 10 above and below become 20.
    expected[30:70, 70:110] = True
    assert found.image.shape == (100, 140, 3)
    assert (found.mask == expected).all()
    assert ((found.image[..., 0] > 135) == expected).all()


def test_a_large_whole_picture_shrinks_to_a_useful_size() -> None:
    mask = disc((1000, 1500), (700, 500), 300)
    found = augmented(View(masked(mask), mask), STILL, random(0), whole=True)
    assert found.image.shape == (LARGEST * 2 // 3, LARGEST, 3)
    assert iou(found.image[..., 0] > 135, found.mask) > 0.99
    assert found.mask.mean() == pytest.approx(mask.mean(), rel=0.01)


def test_a_whole_picture_that_would_lose_people_s_clicks_stays_as_it_is() -> None:
    mask = disc((100, 140), (25, 50), 20)
    config = AugmentConfig(flip=0, rotate_degrees=0, scale=(1.6, 1.6))
    clicked = View(painted(mask), mask, extreme_points(mask))
    assert augmented(clicked, config, random(0), whole=True).mask is mask
    # Without clicks it is cut: what is left has extreme points of its own.
    cut = augmented(View(painted(mask), mask), config, random(0), whole=True)
    assert cut.mask[:, 0].any()


@settings(deadline=None, max_examples=60)
@given(seeds, st.integers(15, 150), st.booleans())
def test_picture_and_mask_stay_together(seed: int, radius: int, whole: bool) -> None:
    mask = disc((400, 420), (200, 190), radius)
    found = augmented(View(masked(mask), mask), WILD, random(seed), whole=whole)
    inside = found.image[..., 0] > 135
    assert iou(inside, found.mask) > 0.97


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_people_s_clicks_move_along_and_stay_extreme(seed: int) -> None:
    rng = random(seed)
    mask = disc((300, 320), (140, 150), int(rng.integers(20, 100))) & ~disc((300, 320), (144, 146), 9)
    clicks = extreme_points(mask)
    found = augmented(View(painted(mask), mask, clicks), WILD, rng)
    assert found.clicks is not None
    (left, top), (right, bottom) = found.clicks.min(axis=0), found.clicks.max(axis=0)
    xs, ys = np.flatnonzero(found.mask.any(axis=0)), np.flatnonzero(found.mask.any(axis=1))
    assert np.abs(np.array([left, top, right, bottom]) - [xs[0], ys[0], xs[-1], ys[-1]]).max() <= 2
    # Each is next to the object's boundary, too.
    ys, xs = np.nonzero(found.mask)
    assert all(np.hypot(xs - x, ys - y).min() <= 2 for x, y in found.clicks)


def test_with_a_whole_number_as_factor_clicks_land_in_the_middle_of_their_pixels() -> None:
    mask = np.zeros((90, 90), np.bool_)
    mask[30:60, 20:60] = True
    clicks = np.array([(20, 45), (40, 30), (59, 45), (40, 59)], np.float64)
    config = AugmentConfig(flip=0, rotate_degrees=90, scale=(2, 2))
    found = augmented(View(painted(mask), mask, clicks), config, random(0))
    assert found.clicks is not None
    # 80 x 60 pixels, 48 and 36 to their left and top; a pixel becomes four, their middle is half a pixel on.
    assert sides(found.mask) == (80, 60)
    expected = [(48.5, 66.5), (88.5, 36.5), (126.5, 66.5), (88.5, 94.5)]
    assert found.clicks.tolist() == [list(click) for click in expected]


@settings(deadline=None, max_examples=100)
@given(seeds, st.integers(1, 40), st.integers(1, 40))
def test_the_mask_is_never_empty(seed: int, width: int, height: int) -> None:
    mask = np.zeros((50, 60), np.bool_)
    rng = random(seed)
    y, x = rng.integers(50 - height + 1), rng.integers(60 - width + 1)
    mask[y : y + height, x : x + width] = True
    found = augmented(View(painted(mask), mask), WILD, rng)
    assert found.mask.any()
    assert found.mask.shape == found.image.shape[:2]


@pytest.mark.parametrize("config", [WILD, COLOURS])
def test_the_same_number_gives_the_same_view(config: AugmentConfig) -> None:
    mask = disc()
    views = [augmented(View(painted(mask), mask), config, random(5)) for _ in range(2)]
    other = augmented(View(painted(mask), mask), config, random(6))
    assert (views[0].image == views[1].image).all()
    assert (views[0].mask == views[1].mask).all()
    assert other.image.shape != views[0].image.shape or (other.image != views[0].image).any()


def test_light_changes_the_picture_alone() -> None:
    mask = disc()
    view = View(painted(mask), mask, extreme_points(mask))
    still, lit = (augmented(view, config, random(1)) for config in (STILL, COLOURS))
    assert lit.clicks is not None
    assert (lit.mask == still.mask).all()
    assert (lit.clicks == still.clicks).all()
    assert (lit.image.shape, lit.image.dtype) == (still.image.shape, np.uint8)
    assert np.abs(lit.image.astype(int) - still.image).mean() > 2


@pytest.mark.parametrize(("radius", "longest"), [(400, LARGEST), (9, SMALLEST * 2.2)])
def test_large_objects_shrink_and_small_ones_grow_to_a_useful_size(radius: int, longest: float) -> None:
    mask = disc((1000, 1000), (500, 500), radius)
    found = augmented(View(painted(mask), mask), STILL, random(0))
    assert max(found.mask.shape) == pytest.approx(longest, abs=2)


def test_fine_texture_of_a_large_object_is_averaged_and_not_sampled() -> None:
    mask = disc((1000, 1000), (500, 500), 400)
    stripes = np.zeros((1000, 1000, 3), np.uint8)
    stripes[:, ::2] = 200
    found = augmented(View(stripes, mask), STILL.model_copy(update={"scale": (0.3, 0.3)}), random(0))
    inside = found.image[found.mask].astype(float)
    assert abs(inside.mean() - 100) < 1
    # Sampled, the stripes would stay: 70 and more.
    assert inside.std() < 20


def test_a_pasted_object_keeps_its_inside_and_gets_the_background_around() -> None:
    mask = disc((100, 120), (60, 50), 30)
    background = painted(np.zeros((100, 120), np.bool_), seed=8)
    view = View(painted(mask), mask, extreme_points(mask))
    found = pasted(view, background, random(0))
    assert found.mask is mask
    assert found.clicks is view.clicks
    assert (found.image[disc((100, 120), (60, 50), 27)] == view.image[disc((100, 120), (60, 50), 27)]).all()
    assert (found.image[~disc((100, 120), (60, 50), 33)] == background[~disc((100, 120), (60, 50), 33)]).all()


@pytest.mark.parametrize("size", [(3, 5), (700, 4), (1, 1), (90, 1200), (1000, 1200)])
def test_any_picture_can_be_a_background(size: tuple[int, int]) -> None:
    mask = disc((100, 120), (60, 50), 30)
    background = np.full((*size, 3), 77, np.uint8)
    found = pasted(View(painted(mask), mask), background, random(0))
    assert found.image.shape == (100, 120, 3)
    assert (found.image[0] == 77).all()


@pytest.mark.parametrize(
    "fields",
    [
        {"flip": 1.1},
        {"rotate_degrees": 181},
        {"scale": (1.2, 0.8)},
        {"scale": (0, 1)},
        {"scale": (1, float("inf"))},
        {"scale": (-1, 1)},
        {"jpeg": float("nan")},
        {"zoom": 1},
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AugmentConfig.model_validate(fields)
