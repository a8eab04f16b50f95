"""The bundled default model on pictures that any model has to get right, and at the limits of its input."""

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path

import numpy as np
import onnx
import pytest
from safetensors import safe_open

import ml
from ml import load_predictor
from ml.errors import (
    EmptyMask,
    ImageInvalid,
    PointsMalformed,
    PointsNotFinite,
    PointsOutsideImage,
    TooFewPoints,
)
from ml.metrics import iou
from ml.predictor import Image, Mask, Predictor
from ml.runtimes.torch import load_torch_predictor
from tests.ml.pictures import disc, painted

WEIGHTS = Path(ml.__file__).parent / "weights"
FILES = WEIGHTS / "default.safetensors", WEIGHTS / "default.onnx"
POINTS = [(60, 90), (120, 30), (180, 90), (120, 150)]
# Half way between the left and the upper point, on the edge.
FIFTH = (78, 48)


@pytest.fixture(scope="module")
def default() -> Predictor:
    return load_predictor("default")


def extremes(mask: Mask) -> list[tuple[int, int]]:
    """Return the left, top, right and bottom pixel of an object, xy."""
    rows, columns = np.nonzero(mask)
    ends = [columns.argmin(), rows.argmin(), columns.argmax(), rows.argmax()]
    return [(int(columns[end]), int(rows[end])) for end in ends]


def plain(mask: Mask) -> Image:
    """Return a bright object on dark ground, nothing else."""
    return np.where(mask[..., None], np.uint8(220), np.uint8(30)).repeat(3, axis=2)


def test_both_files_hold_the_same_model() -> None:
    with safe_open(FILES[0], framework="numpy") as file:
        header = file.metadata()["cardinal"]
    properties = {entry.key: entry.value for entry in onnx.load(FILES[1]).metadata_props}
    assert properties["cardinal"] == header


def test_both_files_together_are_small_enough_to_be_part_of_the_code() -> None:
    assert sum(path.stat().st_size for path in FILES) <= 25e6


@pytest.mark.parametrize("paint", [plain, painted])
@pytest.mark.parametrize("points", [POINTS, [*POINTS, FIFTH]], ids=["four", "five"])
def test_a_disc_is_found(default: Predictor, paint: object, points: list[tuple[int, int]]) -> None:
    result = default.predict(paint(disc()), points)  # type: ignore[operator]
    assert iou(result.mask, disc()) > 0.9
    assert result.score > 0.5
    assert (result.probability.shape, result.probability.dtype) == ((200, 260), np.float32)
    assert 0 <= result.probability.min() <= result.probability.max() <= 1


def test_torch_answers_the_same() -> None:
    on_torch = load_torch_predictor(FILES[0], device="cpu")
    mine, other = (
        predictor.predict(painted(disc()), POINTS) for predictor in (load_predictor("default"), on_torch)
    )
    assert on_torch.version == load_predictor("default").version
    assert iou(mine.mask, other.mask) > 0.99
    assert mine.score == pytest.approx(other.score, abs=0.02)


def test_the_four_points_may_come_in_any_order(default: Predictor) -> None:
    picture = painted(disc())
    expected = default.predict(picture, [*POINTS, FIFTH]).mask
    for order in permutations(POINTS):
        assert np.array_equal(default.predict(picture, [*order, FIFTH]).mask, expected)


def test_an_object_that_leaves_the_image_is_found(default: Predictor) -> None:
    for centre in ((0, 90), (259, 90), (120, 0), (120, 199), (259, 199)):
        mask = disc(centre=centre)
        assert iou(default.predict(plain(mask), extremes(mask)).mask, mask) > 0.9


def test_clicks_on_the_outer_edge_of_the_image_are_those_on_its_last_pixels(default: Predictor) -> None:
    mask = disc(centre=(259, 199))
    inside = extremes(mask)
    outside = [(x + (x == 259), y + (y == 199)) for x, y in inside]
    assert outside != inside
    expected = default.predict(plain(mask), inside).mask
    assert np.array_equal(default.predict(plain(mask), outside).mask, expected)


@pytest.mark.parametrize(
    ("size", "pixel"),
    [((200, 260), (120, 90)), ((200, 260), (0, 0)), ((200, 260), (259, 199)), ((1, 1), (0, 0))],
)
def test_one_pixel_is_found_or_refused_by_name(
    default: Predictor, size: tuple[int, int], pixel: tuple[int, int]
) -> None:
    mask = np.zeros(size, np.bool_)
    mask[pixel[1], pixel[0]] = True
    try:
        result = default.predict(plain(mask), [pixel] * 4)
    except EmptyMask:
        return
    assert result.mask[pixel[1], pixel[0]]
    assert result.mask.sum() <= 25


def test_a_line_of_one_pixel_is_answered_within_its_length(default: Predictor) -> None:
    mask = np.zeros((200, 260), np.bool_)
    mask[90, 40:220] = True
    result = default.predict(plain(mask), [(40, 90), (100, 90), (219, 90), (150, 90)])
    columns = np.nonzero(result.mask)[1]
    assert 38 <= columns.min() <= columns.max() <= 221
    assert result.mask[90].any()


def test_a_panorama_is_answered_at_its_own_size(default: Predictor) -> None:
    size = (600, 20_000)
    small = disc(size, (19_900, 300), 80)
    result = default.predict(plain(small), extremes(small))
    assert iou(result.mask, small) > 0.9
    wide = np.zeros(size, np.bool_)
    wide[200:400, 100:19_900] = True
    assert (
        iou(default.predict(plain(wide), [(100, 300), (9_000, 200), (19_899, 300), (9_000, 399)]).mask, wide)
        > 0.8
    )


@pytest.mark.parametrize(
    ("points", "error"),
    [
        ([*POINTS[:3], (float("nan"), 5)], PointsNotFinite),
        ([*POINTS[:3], (5, float("inf"))], PointsNotFinite),
        ([*POINTS, (-2, 5)], PointsOutsideImage),
        ([*POINTS, (5, 201)], PointsOutsideImage),
        (POINTS[:3], TooFewPoints),
        (np.empty((0, 2)), TooFewPoints),
        ([], PointsMalformed),
        ([(1, 2, 3)] * 4, PointsMalformed),
        ([("a", "b")] * 4, PointsMalformed),
    ],
)
def test_points_that_cannot_be_are_refused_by_name(
    default: Predictor, points: list[tuple[float, ...]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        default.predict(painted(disc()), points)


@pytest.mark.parametrize(
    "image",
    [
        painted(disc()).astype(np.float32) / 255,
        painted(disc()).astype(np.uint16),
        painted(disc())[..., 0],
        painted(disc()).repeat(2, axis=2)[..., :4],
        painted(disc())[:0],
        painted(disc()).tolist(),
    ],
    ids=["float", "uint16", "grey", "alpha", "empty", "list"],
)
def test_images_that_cannot_be_are_refused_by_name(default: Predictor, image: Image) -> None:
    with pytest.raises(ImageInvalid):
        default.predict(image, POINTS)


def test_an_image_whose_rows_do_not_lie_together_is_the_same_image(default: Predictor) -> None:
    picture = painted(disc())
    expected = default.predict(picture, POINTS).mask
    for view in (np.asfortranarray(picture), picture[::-1].copy()[::-1], np.dstack([picture] * 2)[..., :3]):
        assert np.array_equal(default.predict(view, POINTS).mask, expected)


def test_eight_threads_get_the_answers_that_one_gets(default: Predictor) -> None:
    pictures = [painted(disc(radius=20 + 5 * number), seed=number) for number in range(8)]
    questions = [(picture, extremes(disc(radius=20 + 5 * number))) for number, picture in enumerate(pictures)]
    in_turn = [default.predict(*question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: default.predict(*question), questions * 2))
    for mine, other in zip(in_turn * 2, together, strict=True):
        assert np.array_equal(mine.mask, other.mask)
        assert np.array_equal(mine.probability, other.probability)
        assert mine.score == other.score
