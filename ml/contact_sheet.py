"""The objects that a predictor is worst at, on one picture to look at.

Blue is the truth and orange the predictor's mask, in both panels of a cell: colours that everyone can tell
apart. On the left they outline the photograph; on the right blue alone was missed, orange alone is too much.
"""

from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from ml.evaluate import Answer, Outcome, Truth
from ml.predictor import EXTREME_POINTS, Image, Mask, Points

COUNT = 24
COLUMNS = 4
# Pixels of the sheet: a panel's side, the gap around cells, the two lines of text below them, the head.
PANEL, GAP, CAPTION, HEAD = 240, 16, 40, 78
CELL = 2 * PANEL + 4
# Of the longer side of what is shown: the margin around it.
MARGIN_SHARE, LEAST_MARGIN = 0.1, 4
TRUTH, MASK, BOTH = (62, 154, 224), (240, 150, 0), (236, 236, 236)
NEITHER, VOID, BEYOND = (52, 52, 52), (120, 120, 120), (28, 28, 28)
PAPER, INK, CLICK = (250, 250, 250), (24, 24, 24), (255, 255, 255)

Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Case:
    """One object as the sheet shows it.

    Everything is cut out around truth, mask and clicks: `picture` (h, w, 3) uint8 RGB, `truth`, `mask` and
    `void` (h, w) bool, `points` (N, 2) xy in pixels of the cut-out.
    """

    name: str
    overlap: float
    score: float | None
    refused: str | None
    picture: Image
    truth: Mask
    mask: Mask
    void: Mask
    points: Points


class WorstObjects:
    """Keeps the objects of the lowest overlap, and no more pixels than those around them."""

    def __init__(self, count: int = COUNT) -> None:
        self._count = count
        self._cases: list[Case] = []

    def add(self, truth: Truth, outcome: Outcome, answer: Answer) -> None:
        """Take an object and the answer that it is judged by, if it is among the worst so far."""
        overlap = outcome.overlap_at(len(answer.points))
        if len(self._cases) == self._count and (overlap, truth.name) >= _badness(self._cases[-1]):
            return
        self._cases.append(case_of(truth, answer, overlap))
        self._cases.sort(key=_badness)
        del self._cases[self._count :]

    @property
    def cases(self) -> list[Case]:
        """The objects, the worst first; equally bad ones by name."""
        return list(self._cases)


def contact_sheet_png(cases: list[Case], title: str) -> bytes:
    """Return the sheet as a PNG; see `draw_contact_sheet`."""
    out = BytesIO()
    Pillow.fromarray(draw_contact_sheet(cases, title)).save(out, "PNG")
    return out.getvalue()


def draw_contact_sheet(cases: list[Case], title: str) -> Image:
    """Return the sheet, (H, W, 3) uint8 RGB: a line of title, a legend, and a cell for each case."""
    rows = max(1, -(-len(cases) // COLUMNS))
    size = (COLUMNS * (CELL + GAP) + GAP, HEAD + rows * (PANEL + CAPTION + GAP))
    sheet = Pillow.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((GAP, 12), title, INK, _font(20))
    _draw_legend(pen, GAP, 46)
    for index, case in enumerate(cases):
        x = GAP + index % COLUMNS * (CELL + GAP)
        y = HEAD + index // COLUMNS * (PANEL + CAPTION + GAP)
        sheet.paste(Pillow.fromarray(draw_overlay(case, PANEL)), (x, y))
        sheet.paste(Pillow.fromarray(draw_difference(case, PANEL)), (x + CELL - PANEL, y))
        _draw_numbers(pen, case, x, y)
        _draw_caption(pen, index, case, x, y + PANEL + 4)
    return np.asarray(sheet)


def draw_overlay(case: Case, side: int) -> Image:
    """Return the photograph with both outlines and the clicks, (side, side, 3) uint8 RGB."""
    scale, left, top = _placing(case, side)
    panel = np.full((side, side, 3), BEYOND, np.uint8)
    height, width = _scaled_size(case, scale)
    resize = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    panel[top : top + height, left : left + width] = cv2.resize(
        case.picture, (width, height), interpolation=resize
    )
    # The truth is the wider line and lies below: where both run together each can still be seen.
    for mask, colour, thickness in ((case.truth, TRUTH, 4), (case.mask, MASK, 2)):
        outlines, _ = cv2.findContours(
            _scaled(mask, scale, (height, width)).astype(np.uint8),
            cv2.RETR_LIST,
            cv2.CHAIN_APPROX_NONE,
            offset=(left, top),
        )
        cv2.drawContours(panel, outlines, -1, colour, thickness, cv2.LINE_AA)
    for number, (x, y) in enumerate(_in_panel(case, side), start=1):
        radius = 5 if number <= EXTREME_POINTS else 9
        cv2.circle(panel, (x, y), radius, INK, -1, cv2.LINE_AA)
        cv2.circle(panel, (x, y), radius - 2, CLICK, -1, cv2.LINE_AA)
    return panel


def draw_difference(case: Case, side: int) -> Image:
    """Return what was hit, missed and too much, (side, side, 3) uint8 RGB."""
    scale, left, top = _placing(case, side)
    size = _scaled_size(case, scale)
    truth, mask, void = (_scaled(part, scale, size) for part in (case.truth, case.mask, case.void))
    inner = np.full((*size, 3), NEITHER, np.uint8)
    inner[truth & mask], inner[truth & ~mask], inner[mask & ~truth] = BOTH, TRUTH, MASK
    inner[void] = VOID
    panel = np.full((side, side, 3), BEYOND, np.uint8)
    panel[top : top + size[0], left : left + size[1]] = inner
    return panel


def _badness(case: Case) -> tuple[float, str]:
    return case.overlap, case.name


def case_of(truth: Truth, answer: Answer, overlap: float) -> Case:
    """Return an object as the sheet shows it."""
    ys, xs = np.nonzero(truth.mask | answer.mask)
    places = np.vstack([answer.points, [(xs.min(), ys.min()), (xs.max(), ys.max())]])
    low, high = np.floor(places.min(axis=0)).astype(int), np.ceil(places.max(axis=0)).astype(int)
    margin = max(LEAST_MARGIN, round(MARGIN_SHARE * int((high - low).max())))
    left, top = np.maximum(low - margin, 0).tolist()
    right, bottom = (high + margin + 1).tolist()
    shown = np.s_[top:bottom, left:right]
    void = np.zeros_like(truth.mask) if truth.void is None else truth.void
    # Copies: a part of the whole image would keep all of it in memory.
    return Case(
        name=truth.name,
        overlap=overlap,
        score=answer.score,
        refused=answer.refused,
        picture=truth.image[shown].copy(),
        truth=truth.mask[shown].copy(),
        mask=answer.mask[shown].copy(),
        void=void[shown].copy(),
        points=answer.points - [left, top],
    )


def _placing(case: Case, side: int) -> tuple[float, int, int]:
    """Return the scale of a case on its panel, and the panel's pixel where it begins, x and y."""
    scale = side / max(case.truth.shape)
    height, width = _scaled_size(case, scale)
    return scale, (side - width) // 2, (side - height) // 2


def _scaled_size(case: Case, scale: float) -> tuple[int, int]:
    height, width = case.truth.shape
    return max(1, round(height * scale)), max(1, round(width * scale))


def _scaled(mask: Mask, scale: float, size: tuple[int, int]) -> Mask:
    """Return a mask at (H, W) `size`: shrunk by majority, enlarged as the squares that its pixels are."""
    resize = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    scaled = cv2.resize(mask.astype(np.float32), size[::-1], interpolation=resize)
    return np.asarray(scaled > 0.5)


def _in_panel(case: Case, side: int) -> list[tuple[int, int]]:
    scale, left, top = _placing(case, side)
    placed = np.round((case.points + 0.5) * scale + [left, top]).astype(int)
    return [(x, y) for x, y in placed.tolist()]


def _draw_numbers(pen: ImageDraw.ImageDraw, case: Case, left: int, top: int) -> None:
    for number, (x, y) in enumerate(_in_panel(case, PANEL), start=1):
        if number > EXTREME_POINTS:
            pen.text((left + x, top + y), str(number), INK, _font(11), anchor="mm")


def _draw_caption(pen: ImageDraw.ImageDraw, index: int, case: Case, x: int, y: int) -> None:
    name, font = f"{index + 1}  {case.name}", _font(14)
    while pen.textlength(name, font) > CELL and len(name) > 4:
        name = f"{name[:-4]}..."
    pen.text((x, y), name, INK, font)
    said = f"refused: {case.refused}" if case.score is None else f"score {case.score:.2f}"
    pen.text((x, y + 18), f"IoU {case.overlap:.3f}    {said}", INK, font)


def _draw_legend(pen: ImageDraw.ImageDraw, x: float, y: int) -> None:
    font = _font(15)
    entries: list[tuple[Colour, str]] = [
        (TRUTH, "truth; on the right: missed"),
        (MASK, "mask; on the right: too much"),
        (BOTH, "hit"),
        (NEITHER, "background"),
        (VOID, "does not count"),
        (CLICK, "click; corrections have their number"),
    ]
    for colour, text in entries:
        swatch = (x, y, x + 16, y + 16)
        (pen.ellipse if colour is CLICK else pen.rectangle)(swatch, fill=colour, outline=INK)
        pen.text((x + 24, y + 8), text, INK, font, anchor="lm")
        x += 24 + pen.textlength(text, font) + 32


def _font(size: int) -> Font:
    return ImageFont.load_default(size)
