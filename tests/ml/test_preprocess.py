import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.preprocess import CropWindow, heat_map, nearest_pixels, network_input

POINTS = np.array([(10, 60), (150, 55), (80, 5), (75, 110)], np.float64)
CELLS = [[106, 260], [403, 248], [254, 124], [244, 385]]


def picture() -> np.ndarray:
    """The reference image of the golden figures: 120 x 160 x 3."""
    y, x, c = np.mgrid[:120, :160, :3]
    return ((3 * x + 5 * y + 40 * c) % 256).astype(np.uint8)


def test_the_window_is_the_clicks_box_grown_by_fifty_image_pixels() -> None:
    window = CropWindow.around(POINTS)
    assert (window.left, window.top, window.width, window.height) == (-40, -45, 241, 206)
    assert (window.left + window.width - 1, window.top + window.height - 1) == (200, 160)
    assert window.box == (10, 5, 150, 110)


def test_points_are_cut_off_to_cells_of_the_network_input() -> None:
    assert CropWindow.around(POINTS).to_crop(POINTS).tolist() == CELLS


def test_the_order_of_points_changes_nothing() -> None:
    window = CropWindow.around(POINTS)
    other = POINTS[[2, 0, 3, 1]]
    assert CropWindow.around(other) == window
    assert np.array_equal(network_input(picture(), other, window), network_input(picture(), POINTS, window))


def test_the_heat_map_has_the_golden_figures() -> None:
    heat = heat_map(np.array(CELLS))
    assert (heat.shape, heat.dtype) == ((512, 512), np.float32)
    assert float(heat.sum(dtype=np.float64)) == pytest.approx(115575.19, abs=0.01)
    assert [heat[y, x] for x, y in CELLS] == [255.0] * 4
    assert heat[260, 106 - 5] == pytest.approx(127.5)
    assert heat[260 - 10, 106] == pytest.approx(15.9375)


def test_bumps_that_meet_keep_the_higher_value() -> None:
    both = heat_map(np.array([[100, 100], [104, 100]]))
    apart = [heat_map(np.array([[x, 100]])) for x in (100, 104)]
    assert np.array_equal(both, np.maximum(*apart))


def test_a_prediction_of_ones_covers_the_clicked_box_alone() -> None:
    window = CropWindow.around(POINTS)
    offset, local = window.paste_back(np.ones((512, 512), np.float32), (120, 160))
    whole = np.zeros((120, 160), np.bool_)
    whole[offset[1] : offset[1] + local.shape[0], offset[0] : offset[0] + local.shape[1]] = local > 0.8
    ys, xs = np.nonzero(whole)
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (10, 150, 5, 110)
    assert int(whole.sum()) == 14946


def test_what_cubic_interpolation_swings_beyond_is_cut_off() -> None:
    window = CropWindow.around(POINTS)
    step = (np.arange(512) > 250).astype(np.float32)[None, :].repeat(512, axis=0)
    _, local = window.paste_back(step, (120, 160))
    raw = cv2.resize(step, (window.width, window.height), interpolation=cv2.INTER_CUBIC)
    assert raw.max() > 1.0
    assert (local.min(), local.max()) == (0.0, 1.0)


def test_outside_the_image_the_crop_is_black_and_not_clamped() -> None:
    window = CropWindow.around(POINTS)
    padded = np.pad(picture(), ((50, 50), (50, 50), (0, 0)))[5 : 5 + 206, 10 : 10 + 241]
    expected = cv2.resize(padded, (512, 512), interpolation=cv2.INTER_CUBIC)
    assert np.array_equal(window.extract(picture()), expected)
    assert not window.extract(picture())[:100].any()


def test_the_network_gets_four_channels_in_0_to_255() -> None:
    window = CropWindow.around(POINTS)
    given_to_network = network_input(picture(), POINTS, window)
    assert (given_to_network.shape, given_to_network.dtype) == ((512, 512, 4), np.float32)
    assert np.array_equal(given_to_network[..., :3].astype(np.uint8), window.extract(picture()))
    assert np.array_equal(given_to_network[..., 3], heat_map(np.array(CELLS)))


def test_a_click_belongs_to_the_nearest_pixel() -> None:
    assert nearest_pixels(np.array([(9.5, 0.49), (10.49, -0.5)])).tolist() == [[10, 0], [10, 0]]


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 300)), min_size=4, max_size=10),
    st.integers(0, 60),
)
def test_the_way_to_the_crop_and_back_ends_at_the_same_pixel(
    clicks: list[tuple[int, int]], relax: int
) -> None:
    points = np.array(clicks, np.float64)
    window = CropWindow.around(points, relax=relax)
    cells = window.to_crop(points)
    assert ((cells >= 0) & (cells < 512)).all()
    back = window.to_image(cells)
    # Where the crop is enlarged, each pixel has cells of its own and comes back exactly.
    assert (np.abs(back - points) < np.maximum(1, np.array([window.width, window.height]) / 512)).all()
    if max(window.width, window.height) <= 512:
        assert np.array_equal(np.ceil(back - 1e-9), points)


def test_a_one_pixel_object_keeps_its_pixel() -> None:
    points = np.full((4, 2), 7.0)
    window = CropWindow.around(points)
    offset, local = window.paste_back(np.ones((512, 512), np.float32), (20, 20))
    assert (offset, local.shape) == ((7, 7), (1, 1))
