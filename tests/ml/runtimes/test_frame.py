import numpy as np
import pytest

from ml.runtimes.frame import Frame

POINTS = np.array([(1000.0, 900), (1500, 500), (2199, 900), (1500, 1299)])


def test_the_frame_is_the_box_with_a_margin_of_its_longer_side() -> None:
    frame = Frame.around(POINTS, (3000, 4000))
    assert frame.box == (1000, 500, 2199, 1299)
    assert (frame.left, frame.top, frame.width, frame.height) == (820, 320, 1560, 1160)
    assert (frame.columns, frame.rows) == (256, 190)


def test_the_frame_ends_with_the_image() -> None:
    frame = Frame.around(np.array([(0.0, 10), (5, 0), (99, 10), (5, 49)]), (50, 100))
    assert (frame.left, frame.top, frame.width, frame.height) == (0, 0, 100, 50)
    assert (frame.columns, frame.rows) == (100, 50)


def test_a_long_object_keeps_cells_across() -> None:
    frame = Frame.around(np.array([(0.0, 50), (900, 0), (1999, 50), (900, 99)]), (100, 2000))
    assert (frame.columns, frame.rows) == (1024, 51)


@pytest.mark.parametrize("size", [(3000, 4000), (1301, 2201)])
def test_cells_and_pixels_agree_at_their_centres(size: tuple[int, int]) -> None:
    frame = Frame.around(POINTS, size)
    corners = np.array(
        [(frame.left, frame.top), (frame.left + frame.width - 1, frame.top + frame.height - 1)], np.float64
    )
    inside = frame.to_frame(corners)
    half = 0.5 * np.array([frame.columns / frame.width, frame.rows / frame.height])
    assert np.allclose(inside[0], half - 0.5)
    assert np.allclose(inside[1], [frame.columns - 0.5 - half[0], frame.rows - 0.5 - half[1]])
    assert frame.cells(corners).tolist() == [[0, 0], [frame.columns - 1, frame.rows - 1]]


def test_what_is_taken_comes_back_to_its_place() -> None:
    image = np.zeros((3000, 4000, 3), np.uint8)
    image[500:1300, 1000:2200] = 255
    frame = Frame.around(POINTS, (3000, 4000))
    small = frame.take(image)
    assert small.shape == (190, 256, 3)
    back = frame.box_in_image(np.ascontiguousarray(small[..., 0]))
    assert back.shape == (800, 1200)
    # Cells at the box's edge are mixed: they reach about a cell, 6 pixels, inwards.
    assert (back[7:-7, 7:-7] == 255).all()
    assert (back > 127).mean() > 0.985


def test_an_image_of_few_pixels_is_taken_as_it_is() -> None:
    image = np.arange(20 * 30 * 3, dtype=np.uint64).reshape(20, 30, 3).astype(np.uint8)
    frame = Frame.around(np.array([(8.0, 10), (12, 8), (16, 10), (12, 12)]), (20, 30))
    assert np.array_equal(frame.take(image), image[4:17, 4:21])
