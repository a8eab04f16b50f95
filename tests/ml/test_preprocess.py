from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.preprocess import HALVED_FROM, CropWindow, Guidance, InputSpec, box_map, heat_map, nearest_pixels

POINTS = np.array([(10, 60), (150, 55), (80, 5), (75, 110)], np.float64)
CELLS = [[106, 260], [403, 248], [254, 124], [244, 385]]
PUBLISHED = InputSpec()


def picture() -> np.ndarray:
    """The reference image of the golden figures: 120 x 160 x 3."""
    y, x, c = np.mgrid[:120, :160, :3]
    return ((3 * x + 5 * y + 40 * c) % 256).astype(np.uint8)


def test_the_published_network_gets_a_crop_of_512_with_50_pixels_round_the_clicks() -> None:
    window = PUBLISHED.window(POINTS, (120, 160))
    assert (window.left, window.top, window.width, window.height) == (-40, -45, 241, 206)
    assert (window.left + window.width - 1, window.top + window.height - 1) == (200, 160)
    assert (window.box, window.size) == ((10, 5, 150, 110), 512)
    assert window == CropWindow.around(POINTS)


def test_the_margin_is_in_pixels_of_the_image_whatever_the_size_of_the_object() -> None:
    small, large = (PUBLISHED.window(factor * POINTS, (9999, 9999)) for factor in (1, 10))
    assert (small.width - 141, small.height - 106) == (100, 100)
    assert (large.width - 1401, large.height - 1051) == (100, 100)


def test_a_share_of_the_box_adds_to_the_margin() -> None:
    # Sides of 141 and 106 pixels have a mean of 123.5; 0.15 of it is 18.525, in whole pixels 19.
    window = InputSpec(relax_pixels=2, relax_share=0.15).window(POINTS, (120, 160))
    assert (window.left, window.top, window.width, window.height) == (-11, -16, 141 + 42, 106 + 42)


def test_points_are_cut_off_to_cells_of_the_network_input() -> None:
    window = PUBLISHED.window(POINTS, (120, 160))
    assert window.to_crop(POINTS).tolist() == CELLS
    assert PUBLISHED.places(POINTS, window).tolist() == CELLS


def test_the_order_of_extreme_points_changes_nothing() -> None:
    other = POINTS[[2, 0, 3, 1]]
    for guidance in ("extreme_points", "box", "distance_map", "roles"):
        spec = InputSpec(size=96, guidance_size=48, guidance=guidance)
        window = spec.window(POINTS, (120, 160))
        assert spec.window(other, (120, 160)) == window
        for one, two in zip(
            spec.inputs(picture(), other, window), spec.inputs(picture(), POINTS, window), strict=True
        ):
            assert np.array_equal(one, two)


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


def test_without_a_click_there_is_no_bump() -> None:
    assert heat_map(np.zeros((0, 2)), size=8).tolist() == [[0.0] * 8] * 8


def test_a_prediction_of_ones_covers_the_clicked_box_alone() -> None:
    window = CropWindow.around(POINTS)
    offset, local = window.paste_back(np.ones((512, 512), np.float32), (120, 160))
    whole = np.zeros((120, 160), np.bool_)
    whole[offset[1] : offset[1] + local.shape[0], offset[0] : offset[0] + local.shape[1]] = local > 0.8
    ys, xs = np.nonzero(whole)
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (10, 150, 5, 110)
    assert int(whole.sum()) == 14946


def test_cubic_interpolation_swings_beyond_the_prediction() -> None:
    window = CropWindow.around(POINTS)
    step = (np.arange(512) > 250).astype(np.float32)[None, :].repeat(512, axis=0)
    offset, local = window.paste_back(step, (120, 160))
    raw = cv2.resize(step, (241, 206), interpolation=cv2.INTER_CUBIC)
    assert raw.max() > 1
    assert raw.min() < 0
    assert offset == (10, 5)
    assert np.array_equal(local, raw[50:156, 50:191])


def test_a_prediction_of_any_size_goes_back_as_it_is_told_to() -> None:
    window = CropWindow.around(POINTS)
    coarse = np.arange(16 * 16, dtype=np.float32).reshape(16, 16)
    _, local = window.paste_back(coarse, (120, 160), interpolation=cv2.INTER_LINEAR)
    expected = cv2.resize(coarse, (241, 206), interpolation=cv2.INTER_LINEAR)[50:156, 50:191]
    assert np.array_equal(local, expected)
    assert local.flags.c_contiguous


@pytest.mark.parametrize(
    ("slack", "inner"),
    [(0, (10, 5, 150, 110)), (3, (7, 2, 153, 113)), (7, (3, 0, 157, 117)), (60, (0, 0, 159, 119))],
)
def test_slack_grows_the_box_up_to_the_border_of_the_image(
    slack: int, inner: tuple[int, int, int, int]
) -> None:
    window = CropWindow.around(POINTS)
    assert window.inner((120, 160), slack) == inner
    offset, local = window.paste_back(np.ones((8, 8), np.float32), (120, 160), slack=slack)
    assert offset == inner[:2]
    assert local.shape == (inner[3] - inner[1] + 1, inner[2] - inner[0] + 1)


def test_slack_ends_at_the_window_too() -> None:
    window = CropWindow.around(POINTS + 100, relax=4)
    assert window.inner((500, 500), 9) == (106, 101, 254, 214)


def test_outside_the_image_the_crop_is_black_and_not_clamped() -> None:
    window = CropWindow.around(POINTS)
    padded = np.pad(picture(), ((50, 50), (50, 50), (0, 0)))[5 : 5 + 206, 10 : 10 + 241]
    expected = cv2.resize(padded, (512, 512), interpolation=cv2.INTER_CUBIC)
    assert np.array_equal(window.extract(picture()), expected)
    assert not window.extract(picture())[:100].any()


def test_a_window_beside_the_image_is_black() -> None:
    window = CropWindow(left=300, top=10, width=20, height=20, box=(300, 10, 319, 29), size=8)
    assert not window.extract(picture()).any()


def blocks() -> tuple[np.ndarray, np.ndarray]:
    """Return 64 x 64 noise of multiples of 4, and the means of its 2 x 2 blocks."""
    noise = 4 * np.random.default_rng(1).integers(0, 64, (64, 64, 3))
    return noise.astype(np.uint8), noise.reshape(32, 2, 32, 2, 3).mean(axis=(1, 3)).astype(np.uint8)


def test_resizing_by_area_averages_a_larger_window() -> None:
    image, means = blocks()
    window = CropWindow(left=0, top=0, width=64, height=64, box=(0, 0, 63, 63), size=32)
    assert np.array_equal(window.extract(image, resize="area"), means)
    assert not np.array_equal(window.extract(image), means)
    spec = InputSpec(size=32, region="full_image", resize="area")
    assert np.array_equal(spec.inputs(image, POINTS % 64, window)[0], means)


@given(
    st.integers(0, 2**32 - 1),
    st.tuples(st.integers(-70, 120), st.integers(-70, 120)),
    st.tuples(st.integers(128, 700), st.integers(128, 700)),
)
def test_a_much_larger_window_is_averaged_in_steps_and_stays_in_its_place(
    seed: int, corner: tuple[int, int], sides: tuple[int, int]
) -> None:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 11, 3), dtype=np.uint8)
    image = cv2.resize(coarse, (411, 333), interpolation=cv2.INTER_CUBIC)
    (left, top), (width, height) = corner, sides
    window = CropWindow(left, top, width, height, box=(0, 0, 1, 1), size=32)
    padded = np.zeros((2000, 2000, 3), np.uint8)
    padded[500:833, 500:911] = image
    # Lines that make no whole group of 2, 4, ... pixels at the window's far end are left out.
    group = 2
    while min(sides) // group >= HALVED_FROM * 32:
        group *= 2
    rows, columns = height // group * group, width // group * group
    place = np.s_[500 + top : 500 + top + rows, 500 + left : 500 + left + columns]
    expected = cv2.resize(padded[place], (32, 32), interpolation=cv2.INTER_AREA).astype(int)
    inside = np.zeros((2000, 2000), np.uint8)
    inside[500:833, 500:911] = 255
    covered = cv2.resize(inside[place], (32, 32), interpolation=cv2.INTER_AREA)
    around = np.ones((3, 3), np.uint8)
    edge = cv2.dilate((covered > 0).astype(np.uint8), around) > cv2.erode(
        (covered == 255).astype(np.uint8), around
    )
    found = window.extract(image, resize="area")
    difference = np.abs(found.astype(int) - expected)
    # Each averaging rounds, and a group of pixels that two cells share is divided evenly.
    assert difference[~edge].max(initial=0) <= 8
    # Where the image ends in the middle of a cell, a line of its pixels more or less is a quarter of it.
    assert difference[edge].max(initial=0) <= 64 + 8
    assert not found[(covered == 0) & ~edge].any()


def test_a_very_large_window_beside_the_image_is_black() -> None:
    image = np.full((40, 50, 3), 200, np.uint8)
    window = CropWindow(60, 50, 400, 500, box=(0, 0, 1, 1), size=32)
    assert not window.extract(image, resize="area").any()


def test_a_smaller_window_is_enlarged_cubically_either_way() -> None:
    image, _ = blocks()
    window = CropWindow(left=0, top=0, width=64, height=40, box=(0, 0, 63, 39), size=48)
    expected = cv2.resize(image[:40], (48, 48), interpolation=cv2.INTER_CUBIC)
    assert np.array_equal(window.extract(image, resize="area"), expected)
    assert np.array_equal(window.extract(image, resize="cubic"), expected)


def test_the_published_network_gets_the_crop_and_one_channel_of_bumps() -> None:
    window = PUBLISHED.window(POINTS, (120, 160))
    crop, guidance = PUBLISHED.inputs(picture(), POINTS, window)
    assert (crop.shape, crop.dtype) == ((512, 512, 3), np.uint8)
    assert (guidance.shape, guidance.dtype, PUBLISHED.channels) == ((512, 512, 1), np.float32, 1)
    assert np.array_equal(crop, window.extract(picture()))
    assert np.array_equal(guidance[..., 0], heat_map(np.array(CELLS)))


@pytest.mark.parametrize(
    ("guidance", "channels"), [("extreme_points", 1), ("box", 1), ("distance_map", 1), ("roles", 3)]
)
def test_guidance_of_every_kind_is_float32_in_0_to_255(guidance: Guidance, channels: int) -> None:
    for truncate in (True, False):
        spec = InputSpec(size=128, guidance=guidance, guidance_size=32, truncate=truncate)
        drawn = spec.draw(spec.places(POINTS, spec.window(POINTS, (120, 160))))
        assert (drawn.shape, drawn.dtype, spec.channels) == ((32, 32, channels), np.float32, channels)
        assert drawn.min() >= 0
        assert 50 < drawn.max() <= 255


def test_bumps_on_a_coarser_grid_keep_their_width_in_cells_of_the_input() -> None:
    spec = InputSpec(size=256, guidance_size=64, bump_width=10, truncate=False)
    drawn = spec.draw(np.array([(20.25, 30.0)]))[..., 0]
    # 10 cells of the input are 2.5 of the guidance: half as high 1.25 away.
    assert drawn[30, 19] == pytest.approx(127.5)
    assert drawn[30, 20] == pytest.approx(255 * 2 ** -((0.25 / 1.25) ** 2))


def test_the_box_holds_what_lies_between_the_outermost_clicks() -> None:
    expected = np.zeros((16, 16), np.float32)
    expected[3:8, 2:13] = 255
    spec = InputSpec(size=16, guidance="box", guidance_size=16)
    places = np.array([(2, 5), (12, 4), (7, 3), (8, 7)], np.float64)
    assert np.array_equal(spec.draw(places)[..., 0], expected)
    assert np.array_equal(box_map(np.array([2.4, 2.6]), np.array([11.6, 7.4]), 16), expected)


def test_a_box_of_one_cell_is_that_cell() -> None:
    assert np.argwhere(box_map(np.array([3.0, 1.0]), np.array([3.0, 1.0]), 5)).tolist() == [[1, 3]]


def test_the_distance_map_counts_cells_of_the_input_up_to_255() -> None:
    spec = InputSpec(size=512, guidance="distance_map")
    drawn = spec.draw(np.array([(100.0, 100), (110, 100)]))[..., 0]
    assert [float(drawn[y, x]) for x, y in ((100, 100), (103, 104), (109, 100), (110, 112))] == [0, 5, 1, 12]
    assert float(drawn[400, 400]) == 255
    coarse = InputSpec(size=512, guidance="distance_map", guidance_size=128).draw(np.array([(25.0, 25)]))
    assert [float(coarse[25, x, 0]) for x in (25, 26, 28, 127)] == [0, 4, 12, 255]


def test_roles_tell_extreme_points_corrections_and_the_box_apart() -> None:
    spec = InputSpec(size=128, guidance="roles", guidance_size=32, bump_width=8)
    places = np.array([(4, 16), (28, 15), (16, 3), (17, 27), (10, 22), (30, 20)], np.float64)
    drawn = spec.draw(places)
    assert np.array_equal(drawn[..., 0], heat_map(places[:4], size=32, width=2))
    assert np.array_equal(drawn[..., 1], heat_map(places[4:], size=32, width=2))
    assert np.array_equal(drawn[..., 2], box_map(np.array([4.0, 3]), np.array([30.0, 27]), 32))
    assert not spec.draw(places[:4])[..., 1].any()


def test_feedback_is_a_last_channel_with_the_answer_before_corrections() -> None:
    spec = InputSpec(size=64, guidance="roles", guidance_size=16, truncate=False, feedback=True)
    places = np.array([(4, 8), (8, 4), (11, 8), (8, 11), (11, 5)], np.float64)
    answer = np.zeros((32, 32), np.float32)
    answer[8:16, 10:12] = 1
    answer[8, 12] = 0.5
    plain = replace(spec, feedback=False)
    assert (spec.channels, plain.channels) == (4, 3)
    drawn = spec.draw(places, answer)
    assert (drawn.shape, drawn.dtype) == ((16, 16, 4), np.float32)
    assert np.array_equal(drawn[..., :3], plain.draw(places))
    # Four cells of the answer are one of the guidance.
    assert (drawn[4:8, 5, 3] == 255).all()
    assert drawn[4, 6, 3] == pytest.approx(255 / 8)
    assert drawn[..., 3].sum() == pytest.approx(4 * 255 + 255 / 8)
    assert not spec.draw(places)[..., 3].any()
    assert np.array_equal(plain.draw(places, answer), plain.draw(places))


def test_corrections_are_further_bumps_where_roles_are_not_told_apart() -> None:
    spec = InputSpec(size=64, guidance_size=64)
    places = np.array([(4, 30), (60, 30), (30, 4), (30, 60), (45, 45)], np.float64)
    assert np.array_equal(spec.draw(places)[..., 0], heat_map(places, size=64))


def test_the_full_image_is_resized_as_a_whole() -> None:
    spec = InputSpec(size=64, region="full_image", guidance_size=64)
    window = spec.window(POINTS, (120, 160))
    assert (window.left, window.top, window.width, window.height) == (0, 0, 160, 120)
    crop, guidance = spec.inputs(picture(), POINTS, window)
    assert np.array_equal(crop, cv2.resize(picture(), (64, 64), interpolation=cv2.INTER_CUBIC))
    # 64 cells over 160 x 120 pixels, cut off.
    assert np.array_equal(
        guidance[..., 0], heat_map(np.array([(4, 32), (60, 29), (32, 2), (30, 58)]), size=64)
    )
    offset, local = window.paste_back(np.ones((64, 64), np.float32), (120, 160))
    assert (offset, local.shape) == ((10, 5), (106, 141))


def test_a_click_belongs_to_the_nearest_pixel() -> None:
    assert nearest_pixels(np.array([(9.5, 0.49), (10.49, -0.5)])).tolist() == [[10, 0], [10, 0]]


def test_on_a_grid_whole_numbers_are_the_middles_of_cells_and_pixels() -> None:
    window = CropWindow(left=10, top=-20, width=128, height=64, box=(10, 0, 20, 10), size=256)
    middles = window.to_grid(np.array([(10.0, -20), (73.5, 11.5), (137, 43)]), 64)
    assert middles.tolist() == [[-0.25, 0], [31.5, 31.5], [63.25, 63]]
    same = InputSpec(size=256, guidance_size=64, truncate=False)
    assert same.places(np.array([(10.0, -20)]), window).tolist() == [[-0.25, 0]]


def test_truncated_places_are_cells_of_the_input_on_the_coarser_guidance() -> None:
    spec = InputSpec(guidance_size=128)
    window = spec.window(POINTS, (120, 160))
    assert spec.places(POINTS, window).tolist() == (np.array(CELLS) / 4).tolist()
    whole = replace(spec, truncate=False).places(POINTS, window)
    assert whole[0].tolist() == [50.5 * 128 / 241 - 0.5, 105.5 * 128 / 206 - 0.5]


@given(
    st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300)), min_size=4, max_size=10),
    st.integers(0, 60),
    st.sampled_from([16, 64, 100, 512]),
)
def test_the_way_to_a_grid_and_back_ends_at_the_same_place(
    clicks: list[tuple[float, float]], relax: int, size: int
) -> None:
    points = np.array(clicks)
    window = CropWindow.around(points, relax=relax)
    scale = np.array([window.width, window.height]) / size
    back = (window.to_grid(points, size) + 0.5) * scale - 0.5 + [window.left, window.top]
    assert np.abs(back - points).max() < 1e-9


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
