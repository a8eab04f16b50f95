"""How far clicks miss, measured on what was accepted in the end."""

import numpy as np
import pytest

from labeling.domain import masks
from labeling.domain.click_error import FEWEST, click_error
from labeling.domain.snapshots import SnapshotObject


def clicked(*clicks: tuple[float, float]) -> SnapshotObject:
    """An object of the pixels 10 to 19 across and 20 to 39 down."""
    pixels = np.zeros((60, 50), dtype=bool)
    pixels[20:40, 10:20] = True
    mask = masks.encode(pixels).counts
    return SnapshotObject("a" * 64, 50, 60, 1, 1, "cat", mask, clicks, held_out=False)


EXACT = clicked((10, 30), (15, 20), (19, 30), (15, 39))


def test_fewer_clicked_objects_than_that_say_nothing() -> None:
    assert click_error([EXACT] * (FEWEST - 1) + [clicked()] * 100) is None
    assert click_error([EXACT] * FEWEST) == 0.0


def test_a_click_anywhere_in_the_outermost_pixel_hits_and_along_the_edge_it_may_lie_anywhere() -> None:
    inside = clicked((10.5, 22), (11, 19.5), (18.5, 38), (19, 39.5))
    assert click_error([inside] * FEWEST) == 0.0


@pytest.mark.parametrize("miss", [1.0, 4.0])
def test_what_counts_is_how_far_nine_in_ten_miss(miss: float) -> None:
    missed = clicked((10 + miss + 0.5, 30), (15, 20), (19, 30), (15, 39))
    assert click_error([missed] * FEWEST) == miss
    # One click in eight misses.
    assert click_error([missed, EXACT] * FEWEST) == miss
    # One in forty does.
    assert click_error([missed, *[EXACT] * 9] * FEWEST) == 0.0


def test_further_clicks_and_their_order_do_not_matter() -> None:
    mixed = clicked((15, 39), (19, 30), (10, 30), (15, 20), (40, 50))
    assert click_error([mixed] * FEWEST) == 0.0


def test_clicks_that_were_meant_for_something_else_are_not_counted() -> None:
    elsewhere = clicked((30, 30), (35, 20), (39, 30), (35, 39))
    assert click_error([elsewhere] * FEWEST) is None
    assert click_error([elsewhere, EXACT] * FEWEST) == 0.0


def test_the_error_is_one_that_training_takes() -> None:
    pixels = np.ones((2000, 3000), dtype=bool)
    corners = ((500.0, 900.0), (1500.0, 0.0), (2999.0, 900.0), (1500.0, 1999.0))
    mask = masks.encode(pixels).counts
    large = SnapshotObject("a" * 64, 3000, 2000, 1, 1, "cat", mask, corners, held_out=False)
    assert click_error([large] * FEWEST) == 100.0
