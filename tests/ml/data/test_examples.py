import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.clicks import extreme_points
from ml.data.examples import ClickConfig, make_example, simulated_clicks, truth_in_crop
from ml.data.objects import View
from ml.predictor import Mask, Probability
from ml.preprocess import CropWindow, InputSpec
from ml.runtimes.network import AnswerSpec, Crops, NetworkPredictor
from tests.ml.pictures import disc, painted

SPEC = InputSpec(
    size=64,
    relax_pixels=2,
    relax_share=0.15,
    guidance="roles",
    guidance_size=16,
    resize="area",
    truncate=False,
)
OTHER_SPECS = [InputSpec(size=128, guidance_size=128), InputSpec(region="full_image")]
EXACT = ClickConfig(careful=1)
seeds = st.integers(0, 2**32 - 1)


class Witness:
    """A network that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Crops, Probability]] = []

    def __call__(self, crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        self.asked.append((crops, guidance))
        return np.full((1, 32, 32), 9, np.float32), np.zeros(1, np.float32)


@pytest.mark.parametrize("spec", [SPEC, *OTHER_SPECS])
def test_training_sees_exactly_what_serving_sees(spec: InputSpec) -> None:
    mask = disc()
    image, clicks = painted(mask), np.array([(59.6, 91.2), (121, 29), (181.4, 90), (119, 151), (80, 50)])
    example = make_example(
        View(image, mask, clicks), spec, EXACT, answer_size=32, rng=np.random.default_rng(0)
    )
    network = Witness()
    NetworkPredictor(version="1", inputs=spec, answer=AnswerSpec(), forward=network).predict(image, clicks)
    ((crops, guidance),) = network.asked
    assert example.crop.tobytes() == crops[0].tobytes()
    # The fifth click comes after the first answer.
    assert np.array_equal(spec.draw(np.vstack([example.places, example.further])), guidance[0])
    network.asked.clear()
    NetworkPredictor(version="1", inputs=spec, answer=AnswerSpec(), forward=network).predict(
        image, clicks[:4]
    )
    ((_, guidance),) = network.asked
    assert example.guidance.tobytes() == guidance[0].tobytes()


@settings(deadline=None, max_examples=40)
@given(seeds, st.integers(12, 90), st.booleans())
def test_the_truth_lies_where_the_crop_shows_it(seed: int, radius: int, careless: bool) -> None:
    mask = disc((200, 260), (120, 90), radius)
    image = np.where(mask[..., None], np.uint8(255), np.uint8(0)).repeat(3, axis=2)
    config = ClickConfig(careful=0 if careless else 1, relax_share=(0.05, 0.4))
    example = make_example(View(image, mask), SPEC, config, answer_size=64, rng=np.random.default_rng(seed))
    assert example.truth.shape == (64, 64)
    shown = example.crop[..., 0].astype(np.float32) / 255
    assert np.abs(shown - example.truth).mean() < 0.01
    assert ((shown > 0.5) == (example.truth > 0.5)).mean() > 0.985


def test_the_truth_has_the_cells_of_the_answer_and_counts_pixels() -> None:
    mask = np.zeros((40, 40), np.bool_)
    mask[10:30, 10:25] = True
    window = CropWindow(left=0, top=0, width=40, height=40, box=(10, 10, 24, 29), size=64)
    truth = truth_in_crop(mask, window, 8)
    expected = np.zeros((8, 8), np.float32)
    expected[2:6, 2:5] = 1
    assert (truth == expected).all()
    # Half of the cells' columns: the window is one cell and a half further left.
    moved = CropWindow(left=-8, top=0, width=40, height=40, box=(10, 10, 24, 29), size=64)
    assert truth_in_crop(mask, moved, 8)[3].tolist() == pytest.approx([0, 0, 0, 0.4, 1, 1, 0.6, 0])


def test_what_lies_outside_the_image_is_no_object() -> None:
    window = CropWindow(left=-10, top=-10, width=30, height=30, box=(0, 0, 9, 9), size=64)
    truth = truth_in_crop(np.ones((10, 10), np.bool_), window, 3)
    assert truth.tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_clicks_are_drawn_where_they_fall() -> None:
    mask = disc()
    view = View(painted(mask), mask, extreme_points(mask))
    example = make_example(view, SPEC, EXACT, answer_size=32, rng=np.random.default_rng(0))
    # The box is 121 pixels wide; 2 + 18 pixels around make the window 161.
    assert example.places[:, 0].tolist() == pytest.approx(
        [(x + 0.5 - 40) / 161 * 16 - 0.5 for x in (60, 120, 180, 120)]
    )
    for x, y in np.rint(example.places).astype(int).tolist():
        assert example.guidance[y, x, 0] > 200
    assert (example.guidance[..., 1] == 0).all()
    assert example.guidance[8, 8].tolist() == [pytest.approx(0, abs=5), 0, 255]


def test_the_margin_is_drawn_from_its_range() -> None:
    mask = disc()
    config = ClickConfig(careful=1, relax_share=(0.1, 0.5))
    lefts = [
        make_example(
            View(painted(mask), mask), SPEC, config, answer_size=32, rng=np.random.default_rng(seed)
        ).places[0, 0]
        for seed in range(40)
    ]
    # The first click lies 14 to 62 pixels from the window's edge, of 149 to 245 pixels.
    assert 14.5 / 149 * 16 - 0.5 <= min(lefts) < 1.4
    assert 3.2 < max(lefts) <= 62.5 / 245 * 16 - 0.5


@settings(deadline=None, max_examples=60)
@given(seeds, st.sampled_from([(0, 0), (259, 0), (0, 199), (259, 199), (130, 0)]))
def test_clicks_on_objects_at_the_border_lie_in_the_image(seed: int, centre: tuple[int, int]) -> None:
    mask = disc((200, 260), centre, 40)
    network, rng = Witness(), np.random.default_rng(seed)
    config = ClickConfig(careful=0, miss_pixels=20, miss_share=0.5)
    example = make_example(View(painted(mask), mask), SPEC, config, answer_size=32, rng=rng)
    # The places are those of points that serving takes: back in the image they are within it.
    again = simulated_clicks(mask, config, np.random.default_rng(seed)).clip(0, [259, 199])
    NetworkPredictor(version="1", inputs=SPEC, answer=AnswerSpec(), forward=network).predict(
        painted(mask), again
    )
    assert example.crop.tobytes() == network.asked[0][0][0].tobytes()


@pytest.mark.parametrize(("share", "simulated"), [(0.0, 0), (1.0, 200), (0.5, 96)])
def test_a_share_of_the_objects_with_peoples_clicks_is_simulated(share: float, simulated: int) -> None:
    people = np.array([(61.0, 92.0), (121.0, 31.0), (178.0, 91.0), (119.0, 149.0)])
    view = View(painted(disc()), disc(), people)
    config = ClickConfig(careful=1, simulated=share)
    rng = np.random.default_rng(0)
    exact = SPEC.places(extreme_points(disc()), SPEC.window(extreme_points(disc()), disc().shape))
    found = [make_example(view, SPEC, config, answer_size=32, rng=rng).places for _ in range(200)]
    assert sum(np.allclose(places, exact) for places in found) == simulated


def test_careful_people_click_the_extremes() -> None:
    mask = disc()
    clicks = simulated_clicks(mask, EXACT, np.random.default_rng(0))
    assert clicks.tolist() == [[60, 90], [120, 30], [180, 90], [120, 150]]


@settings(deadline=None, max_examples=60)
@given(seeds, st.floats(0, 12), st.floats(0, 0.3))
def test_careless_people_miss_by_no_more_than_they_may(seed: int, pixels: float, share: float) -> None:
    mask = disc(radius=50)
    config = ClickConfig(careful=0, miss_pixels=pixels, miss_share=share)
    clicks = simulated_clicks(mask, config, np.random.default_rng(seed))
    reach = min(pixels, 101 * share)
    # Within the reach of the extreme, and a hand that trembles by a quarter of it.
    beyond = np.array([clicks[0, 0] - 70, clicks[1, 1] - 40, 170 - clicks[2, 0], 140 - clicks[3, 1]])
    assert (np.abs(beyond) <= 2.5 * reach + 1e-5).all()


@given(st.integers(1, 4), st.integers(1, 4))
def test_the_smallest_objects_can_be_clicked_and_framed(width: int, height: int) -> None:
    mask: Mask = np.zeros((12, 12), np.bool_)
    mask[3 : 3 + height, 4 : 4 + width] = True
    example = make_example(
        View(painted(mask), mask), SPEC, ClickConfig(), answer_size=32, rng=np.random.default_rng(width)
    )
    assert example.crop.shape == (64, 64, 3)
    assert example.truth.max() > 0.5
    values: list[NDArray[np.float32]] = [example.guidance, example.truth]
    assert all(np.isfinite(value).all() for value in values)
