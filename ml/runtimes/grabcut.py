"""GrabCut seeded by extreme points: no weights, the same answer every time.

The idea of "extreme clicking": edges between the four points give a first outline; what lies well inside it
is object for sure, what lies outside the points' box is background for sure, and a graph cut with colour
models of both decides the rest. A correction is a further point that the first outline has to pass.
"""

from time import perf_counter

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.predictor import EXTREME_POINTS, Image, Mask, Points, Prediction, Probability, checked_input
from ml.preprocess import nearest_pixels
from ml.runtimes.frame import Frame
from ml.runtimes.grabcut_score import FALLBACK_SCORE, estimate
from ml.runtimes.outline import arcs, fill
from ml.runtimes.seeds import Guess, Trimap, depth_in, guess_from, trimap_from

VERSION = "grabcut-1"
SEED = 20180
ROUNDS = 1
# Each colour model has five parts, and needs as many pixels.
FEWEST_SEEDS = 5
# A correction farther from the boundary than this share of the object's size was outvoted.
IGNORED = 0.15
# A piece or a hole smaller than this share of the largest piece is noise.
SPECK = 0.01
# Smooths the steps of the cells before they are enlarged.
BLUR = 0.7
HALF = 127

# The probability of being object in 255 steps.
Shades = NDArray[np.uint8]


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
        guess = guess_from(frame, small, places)
        guessed = perf_counter()
        cut = _cut(small, guess)
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


def _cut(small: Image, guess: Guess) -> Mask | None:
    """Return the object's cells, or None when there are too few of one side to learn its colours from."""
    cut = _cut_once(small, trimap_from(guess, insist=False))
    if cut is None or _heeds_corrections(cut, guess):
        return cut
    # Colours alone may outvote a correction; a click that changes nothing is worse than a coarse outline.
    return _cut_once(small, trimap_from(guess, insist=True))


def _cut_once(small: Image, trimap: Trimap) -> Mask | None:
    wanted = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    if min(int(wanted.sum()), int((~wanted).sum())) < FEWEST_SEEDS:
        return None
    object_for_sure, ground_for_sure = trimap == cv2.GC_FGD, trimap == cv2.GC_BGD
    no_box, background, foreground = (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65))
    # OpenCV's random numbers belong to the thread: seeding them here makes every call answer alike.
    cv2.setRNGSeed(SEED)
    cv2.grabCut(small, trimap, no_box, background, foreground, ROUNDS, cv2.GC_INIT_WITH_MASK)
    tidy = _without_specks((trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD))
    # However small, what the clicks say stays.
    cut: Mask = (tidy | object_for_sure) & ~ground_for_sure
    return cut


def _heeds_corrections(cut: Mask, guess: Guess) -> bool:
    """Return whether the boundary comes close to all corrections, their small sure places not counted."""
    if not len(guess.corrections):
        return True
    tidy = _without_specks(cut)
    from_boundary = np.maximum(depth_in(tidy), depth_in(~tidy))
    x, y = guess.corrections.T
    near_enough = max(guess.reach + 1, IGNORED * float(np.sqrt(tidy.sum())))
    return bool((from_boundary[y, x] <= near_enough).all())


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
