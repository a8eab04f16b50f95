from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow

from ml.clicks import extreme_points
from ml.contact_sheet import (
    BEYOND,
    BOTH,
    CELL,
    CLICK,
    COLUMNS,
    GAP,
    HEAD,
    MASK,
    NEITHER,
    PANEL,
    PAPER,
    TRUTH,
    VOID,
    Case,
    WorstObjects,
    contact_sheet_png,
    draw_contact_sheet,
    draw_difference,
    draw_overlay,
)
from ml.evaluate import Answer, Outcome, Truth
from ml.predictor import Image, Mask
from tests.ml.pictures import disc, painted


def rectangle(left: int, top: int, right: int, bottom: int, size: tuple[int, int] = (40, 80)) -> Mask:
    mask = np.zeros(size, np.bool_)
    mask[top : bottom + 1, left : right + 1] = True
    return mask


def case(truth: Mask, mask: Mask, void: Mask | None = None, name: str = "name") -> Case:
    nothing = np.zeros_like(truth)
    return Case(
        name=name,
        overlap=0.5,
        score=0.75,
        refused=None,
        picture=np.full((*truth.shape, 3), 100, np.uint8),
        truth=truth,
        mask=mask,
        void=nothing if void is None else void,
        points=extreme_points(truth),
    )


def colours(panel: Image) -> dict[tuple[int, ...], int]:
    found, counts = np.unique(panel.reshape(-1, 3), axis=0, return_counts=True)
    return {tuple(colour): int(count) for colour, count in zip(found.tolist(), counts, strict=True)}


def kept(*overlaps: tuple[str, float], count: int) -> list[str]:
    worst, mask = WorstObjects(count), disc()
    for name, overlap in overlaps:
        outcome = Outcome(name, (200, 260), (60, 30, 121, 121), 1, [overlap], 0, 0.5, 1, None)
        truth = Truth(name, painted(mask), mask, None)
        worst.add(truth, outcome, Answer(extreme_points(mask), mask, 0.5, None, 1.0))
    return [one.name for one in worst.cases]


def test_the_worst_are_kept_the_worst_first() -> None:
    seen = [("a", 0.5), ("b", 0.9), ("c", 0.1), ("d", 0.7), ("e", 0.3)]
    assert kept(*seen, count=3) == ["c", "e", "a"]
    assert kept(*reversed(seen), count=3) == ["c", "e", "a"]
    assert kept(*seen, count=9) == ["c", "e", "a", "d", "b"]


def test_equally_bad_ones_come_by_name_in_whichever_order_they_are_seen() -> None:
    seen = [(name, 0.5) for name in "dbca"]
    assert kept(*seen, count=2) == kept(*reversed(seen), count=2) == ["a", "b"]


def test_a_case_is_cut_out_around_truth_mask_and_clicks() -> None:
    truth_mask, found = rectangle(30, 30, 49, 39, (100, 200)), rectangle(40, 30, 69, 39, (100, 200))
    void = rectangle(20, 30, 29, 39, (100, 200))
    image = np.random.default_rng(1).integers(0, 256, (100, 200, 3), np.uint8)
    points = np.vstack([extreme_points(truth_mask), (30.0, 60.0)])
    worst = WorstObjects()
    worst.add(
        Truth("name", image, truth_mask, void),
        Outcome("name", (100, 200), (30, 30, 20, 10), 200, [0.0, 0.25], 0, 0.5, 1, None),
        Answer(points, found, 0.5, None, 1.0),
    )
    (only,) = worst.cases
    # x 30..69 and y 30..60, four pixels more on each side: a tenth of 39, but at least four.
    assert np.array_equal(only.picture, image[26:65, 26:74])
    assert np.array_equal(only.truth, truth_mask[26:65, 26:74])
    assert np.array_equal(only.mask, found[26:65, 26:74])
    assert np.array_equal(only.void, void[26:65, 26:74])
    assert only.points[-1].tolist() == [4, 34]
    assert only.overlap == 0.25
    # It is a copy: the whole image can go.
    assert not np.shares_memory(only.picture, image)


def test_what_was_hit_missed_and_too_much_has_a_colour_each() -> None:
    truth, mask, void = rectangle(10, 10, 49, 29), rectangle(30, 10, 69, 29), rectangle(0, 0, 79, 4)
    panel = draw_difference(case(truth, mask, void), 160)
    assert panel.shape == (160, 160, 3)
    # Two pixels of the panel a pixel of the image, each way.
    assert colours(panel) == {
        BOTH: 4 * 20 * 20,
        TRUTH: 4 * 20 * 20,
        MASK: 4 * 20 * 20,
        VOID: 4 * 80 * 5,
        NEITHER: 4 * (40 * 80 - 3 * 400 - 400),
        BEYOND: 160 * 80,
    }
    # The truth's part lies on the left, in the middle of the panel's height.
    assert tuple(panel[40 + 40, 30]) == TRUTH
    assert tuple(panel[40 + 40, 130]) == MASK


def test_a_large_object_is_shrunk_by_majority() -> None:
    truth = rectangle(0, 0, 399, 799, (800, 800))
    panel = draw_difference(case(truth, np.zeros_like(truth)), 100)
    assert colours(panel) == {TRUTH: 50 * 100, NEITHER: 50 * 100}


def test_both_outlines_and_the_clicks_lie_on_the_photograph() -> None:
    truth, mask = rectangle(10, 10, 49, 29), rectangle(30, 10, 69, 29)
    panel = draw_overlay(case(truth, mask), 320)
    # Four pixels of the panel a pixel of the image; the picture begins at row 80.
    assert tuple(panel[80 + 4 * 15, 4 * 10]) == TRUTH
    assert tuple(panel[80 + 4 * 15, 4 * 70 - 1]) == MASK
    assert tuple(panel[80 + 4 * 35, 4 * 5]) == (100, 100, 100)
    assert tuple(panel[10, 10]) == BEYOND
    # Inside nothing hides the photograph.
    assert tuple(panel[80 + 4 * 20, 4 * 20]) == (100, 100, 100)
    for x, y in extreme_points(truth):
        assert tuple(panel[round(80 + 4 * (y + 0.5)), round(4 * (x + 0.5))]) == CLICK


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1)])
def test_objects_of_one_pixel_s_width_are_drawn(size: tuple[int, int]) -> None:
    thin = np.ones(size, np.bool_)
    assert draw_overlay(case(thin, thin), 64).shape == (64, 64, 3)
    assert BOTH in colours(draw_difference(case(thin, thin), 64))


def test_the_sheet_grows_by_rows_of_cells() -> None:
    truth = rectangle(10, 10, 49, 29)
    heights = [
        draw_contact_sheet([case(truth, truth)] * count, "title").shape[0]
        for count in (0, 1, COLUMNS, COLUMNS + 1, 24)
    ]
    row = heights[3] - heights[2]
    assert heights == [heights[1], heights[1], heights[1], heights[1] + row, heights[1] + 5 * row]


def test_a_refused_object_says_why_and_a_long_name_stays_in_its_cell() -> None:
    truth = rectangle(10, 10, 49, 29)
    plain = case(truth, np.zeros_like(truth), name="n" * 300)
    refused = replace(plain, score=None, refused="empty_mask")
    sheets = [draw_contact_sheet([one], "title") for one in (plain, refused)]
    # The text below the first cell differs and nothing else.
    ys, xs = np.nonzero((sheets[0] != sheets[1]).any(axis=2))
    assert ys.min() >= HEAD + PANEL
    assert xs.max() < GAP + CELL
    # Where the second cell would be there is paper.
    assert (sheets[0][HEAD:, GAP + CELL :] == PAPER).all()


def test_corrections_have_their_number() -> None:
    truth = rectangle(10, 10, 49, 29)
    plain = case(truth, truth)
    corrected = replace(plain, points=np.vstack([plain.points, (30.0, 20.0)]))
    sheets = [draw_contact_sheet([one], "title") for one in (plain, corrected)]
    # Three pixels of the panel a pixel of the image; the picture begins at the panel's row 60.
    y, x = HEAD + 60 + round(3 * 20.5), GAP + round(3 * 30.5)
    without, marked = (sheet[y - 5 : y + 6, x - 5 : x + 6] for sheet in sheets)
    assert (without == 100).all()
    assert (marked == CLICK).all(axis=2).sum() > 50
    assert marked.min() < 60


def test_the_sheet_is_written_as_a_png() -> None:
    truth = rectangle(10, 10, 49, 29)
    content = contact_sheet_png([case(truth, truth)], "title")
    with Pillow.open(BytesIO(content)) as opened:
        assert opened.format == "PNG"
        assert np.array_equal(np.asarray(opened), draw_contact_sheet([case(truth, truth)], "title"))
