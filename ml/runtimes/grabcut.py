"""GrabCut seeded by extreme points: no weights, the same answer every time.

The idea of "extreme clicking": edges between the four points give a first outline; what lies well inside it
is object for sure, what lies outside the points' box is background for sure, and a graph cut with colour
models of both decides the rest. A correction is a further point that the first outline has to pass.
"""

from dataclasses import dataclass
from time import perf_counter

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.predictor import EXTREME_POINTS, Image, Mask, Points, Prediction, Probability, checked_input
from ml.preprocess import nearest_pixels
from ml.runtimes.frame import Frame
from ml.runtimes.grabcut_score import FALLBACK_SCORE, estimate
from ml.runtimes.outline import arcs, edge_path, fill

VERSION = "grabcut-1"
SEED = 20180
ROUNDS = 1
# Deeper in the first outline than this share of its depth is object for sure.
CORE_DEPTH = 0.07
# Around a correction both sides of the outline are sure, this share of the box's longer side far.
CORRECTION_REACH = 0.03
# Each colour model has five parts, and needs as many pixels.
FEWEST_SEEDS = 5
# A piece or a hole smaller than this share of the largest piece is noise.
SPECK = 0.01
# Smooths the steps of the cells before they are enlarged.
BLUR = 0.7
HALF = 127

Cells = NDArray[np.int64]
Trimap = NDArray[np.uint8]
# The probability of being object in 255 steps.
Shades = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Guess:
    """What is known before the cut, each (rows, columns).

    `region` is what the edges' outline encloses and `depth` how many cells deep in it; `box` is that of the
    clicks; `rounded` is what arcs through the extreme points enclose.
    """

    region: Mask
    depth: NDArray[np.float32]
    box: Mask
    rounded: Mask


class GrabCutPredictor:
    """OpenCV's GrabCut behind the common door. Holds no state: any number of threads may share it."""

    @property
    def version(self) -> str:
        """The name that answers are kept under."""
        return VERSION

    def predict(self, image: Image, points: ArrayLike) -> Prediction:
        """Return the object between its extreme points; see `ml.predictor.Predictor.predict`.

        Points that span hardly any pixels, and a cut that finds nothing, get the shape of arcs through the
        four points and a low score.
        """
        started = perf_counter()
        image, places = checked_input(image, points)
        frame = Frame.around(places, (image.shape[0], image.shape[1]))
        small = frame.take(image)
        framed = perf_counter()
        guess = _guess(frame, small, places)
        guessed = perf_counter()
        cut = _cut(frame.cells(places), small, guess)
        cut_done = perf_counter()
        shaded = None if cut is None else _enlarged(frame, cut)
        if cut is None or shaded is None:
            shaded, score = _arcs_in_box(frame, places), FALLBACK_SCORE
        else:
            score = estimate(small, cut, guess.region, guess.rounded, guess.box)
        prediction = _prediction(image, frame, shaded, score)
        ended = perf_counter()
        moments = (started, framed, guessed, cut_done, ended)
        steps = zip(("crop", "outline", "cut", "paste"), np.diff(moments).tolist(), strict=True)
        prediction.timings_ms.update({name: 1000 * seconds for name, seconds in steps})
        prediction.timings_ms["total"] = 1000 * (ended - started)
        return prediction


def _guess(frame: Frame, small: Image, points: Points) -> Guess:
    size = (frame.rows, frame.columns)
    cells = frame.cells(points)
    extremes, corrections = cells[:EXTREME_POINTS], cells[EXTREME_POINTS:]
    rounded = fill(arcs(frame.to_frame(points)[:EXTREME_POINTS]), size)
    region = fill(edge_path(small, extremes, corrections), size)
    # The image's edge bounds an object as well as any other edge does.
    depth = cv2.distanceTransform(np.pad(region, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    return Guess(
        region=region, depth=depth.astype(np.float32), box=frame.box_in_frame(cells), rounded=rounded
    )


def _cut(cells: Cells, small: Image, guess: Guess) -> Mask | None:
    trimap = _trimap(cells, guess)
    sure = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    if min(int(sure.sum()), int((~sure).sum())) < FEWEST_SEEDS:
        return None
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    # OpenCV's random numbers belong to the thread: seeding them here makes every call answer alike.
    cv2.setRNGSeed(SEED)
    object_for_sure, ground_for_sure = trimap == cv2.GC_FGD, trimap == cv2.GC_BGD
    no_box = (0, 0, 1, 1)
    cv2.grabCut(small, trimap, no_box, background, foreground, ROUNDS, cv2.GC_INIT_WITH_MASK)
    tidy = _without_specks((trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD))
    # However small, what the clicks say stays.
    return (tidy | object_for_sure) & ~ground_for_sure


def _without_specks(cut: Mask) -> Mask:
    """Return the cut without pieces and holes that are too small next to its largest piece to be meant."""
    fewest = SPECK * _largest(cut)
    pieces = _pieces_from(cut, fewest)
    return ~_pieces_from(~pieces, fewest)


def _pieces_from(cells: Mask, fewest: float) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=4)
    kept = stats[:count, cv2.CC_STAT_AREA] >= fewest
    kept[0] = False
    pieces: Mask = kept[labels]
    return pieces


def _largest(cells: Mask) -> int:
    stats = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=4)[2]
    return int(stats[1:, cv2.CC_STAT_AREA].max(initial=0))


def _trimap(cells: Cells, guess: Guess) -> Trimap:
    trimap = np.full(guess.region.shape, cv2.GC_BGD, np.uint8)
    trimap[guess.box] = cv2.GC_PR_BGD
    trimap[guess.region] = cv2.GC_PR_FGD
    trimap[guess.depth > max(CORE_DEPTH * float(guess.depth.max()), 1)] = cv2.GC_FGD
    corrections = cells[EXTREME_POINTS:]
    if len(corrections):
        reach = max(2, round(CORRECTION_REACH * int(np.ptp(cells, axis=0).max())))
        near = np.zeros(trimap.shape, np.uint8)
        for x, y in corrections.tolist():
            cv2.circle(near, (x, y), reach, 1, thickness=-1)
        away = cv2.distanceTransform((~guess.region).astype(np.uint8), cv2.DIST_L2, 5)
        trimap[(near > 0) & (guess.depth > 1.5)] = cv2.GC_FGD
        trimap[(near > 0) & (away > 1.5)] = cv2.GC_BGD
    trimap[cells[:, 1], cells[:, 0]] = cv2.GC_FGD
    return trimap


def _enlarged(frame: Frame, cut: Mask) -> Shades | None:
    """Return the cut within the clicks' box in full resolution, or None when nothing of it is left there."""
    soft = cv2.GaussianBlur(cut.astype(np.uint8) * 255, (0, 0), BLUR)
    shaded = frame.box_in_image(soft.astype(np.uint8, copy=False))
    return shaded if int(shaded.max()) > HALF else None


def _arcs_in_box(frame: Frame, points: Points) -> Shades:
    left, top, right, bottom = frame.box
    outline = arcs(points[:EXTREME_POINTS] - [left, top])
    shaded = fill(outline, (bottom - top + 1, right - left + 1)).astype(np.uint8) * 255
    pixels = nearest_pixels(points) - [left, top]
    shaded[pixels[:, 1], pixels[:, 0]] = 255
    return shaded


def _prediction(image: Image, frame: Frame, shaded: Shades, score: float) -> Prediction:
    def render() -> Probability:
        return shaded.astype(np.float32) / np.float32(255)

    return Prediction(
        size=(image.shape[0], image.shape[1]),
        offset=frame.box[:2],
        local_mask=shaded > HALF,
        render_probability=render,
        score=score,
    )
