"""Cutting pictures into tiles."""

import io

import numpy as np
import pytest
from PIL import Image

from labeling.domain.tiles import Pyramid, TilePlace, pyramid_of, tiles_of


def test_a_picture_of_100_megapixels_has_six_levels_that_halve_down_to_one_tile() -> None:
    pyramid = Pyramid(12_000, 8_500)
    assert pyramid.levels == 6
    sizes = [(12_000, 8_500), (6_000, 4_250), (3_000, 2_125), (1_500, 1_063), (750, 532), (375, 266)]
    assert [pyramid.size(level) for level in range(6)] == sizes
    assert [pyramid.grid(level) for level in range(6)] == [(24, 17), (12, 9), (6, 5), (3, 3), (2, 2), (1, 1)]


@pytest.mark.parametrize(
    ("size", "tiled"), [((8_000, 4_000), False), ((8_001, 4_000), True), ((65_535, 1), False)]
)
def test_only_pictures_above_the_limit_have_tiles(size: tuple[int, int], tiled: bool) -> None:
    assert (pyramid_of(*size) == Pyramid(*size)) is tiled
    assert (pyramid_of(*size) is None) is not tiled


@pytest.mark.parametrize(
    "place", [(-1, 0, 0), (6, 0, 0), (0, 24, 0), (0, 0, 17), (0, -1, 0), (0, 0, -1), (5, 1, 0)]
)
def test_there_are_no_tiles_outside_the_picture(place: tuple[int, int, int]) -> None:
    pyramid = Pyramid(12_000, 8_500)
    assert not pyramid.has(TilePlace(*place))
    assert pyramid.has(TilePlace(0, 23, 16))


def test_tiles_come_smallest_first_and_together_are_the_picture() -> None:
    across, down = np.meshgrid(np.linspace(0, 255, 1_100), np.linspace(0, 255, 700))
    pixels = np.stack([across, down, 255 - across], axis=-1).astype(np.uint8)
    tiles = list(tiles_of(Image.fromarray(pixels)))
    places = [(place.level, place.x, place.y) for place, _ in tiles]
    assert places == [
        (2, 0, 0),
        (1, 0, 0),
        (1, 1, 0),
        (0, 0, 0),
        (0, 1, 0),
        (0, 2, 0),
        (0, 0, 1),
        (0, 1, 1),
        (0, 2, 1),
    ]
    opened = {place: np.asarray(Image.open(io.BytesIO(content))) for place, content in tiles}
    assert opened[TilePlace(0, 2, 1)].shape == (188, 76, 3)
    assert opened[TilePlace(2, 0, 0)].shape == (175, 275, 3)
    rows = [np.hstack([opened[TilePlace(0, x, y)] for x in range(3)]) for y in range(2)]
    assert int(np.abs(np.vstack(rows).astype(int) - pixels).max()) <= 6


def test_a_pixel_of_a_further_level_is_the_mean_of_its_four() -> None:
    pixels = np.zeros((600, 1_200), np.uint8)
    pixels[::2, ::2] = 200
    coarse = next(content for place, content in tiles_of(Image.fromarray(pixels)) if place.level == 1)
    assert np.unique(np.asarray(Image.open(io.BytesIO(coarse)))).tolist() == [50]


def test_the_same_picture_gives_the_same_bytes() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (520, 600, 3), np.uint8)
    assert list(tiles_of(Image.fromarray(pixels))) == list(tiles_of(Image.fromarray(pixels.copy())))


@pytest.mark.parametrize(("size", "kept"), [(500, True), (20_000, False)])
def test_tiles_keep_the_pictures_colours_unless_their_description_is_huge(size: int, kept: bool) -> None:
    picture = Image.new("RGB", (600, 400), "teal")
    picture.info["icc_profile"] = bytes(size)
    for _, content in tiles_of(picture):
        assert Image.open(io.BytesIO(content)).info.get("icc_profile") == (bytes(size) if kept else None)
