"""A predictor against true masks, with simulated clicks."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from ml.clicks import correction_click, extreme_points
from ml.errors import ImageInvalid, PredictorError
from ml.files import Pair, read_image, read_mask
from ml.metrics import box_error_percent, clicks_to, hard_gain, iou, mean_curve, share_above, spearman
from ml.predictor import EXTREME_POINTS, Image, Mask, Points, Predictor

# Clicks after which an object that is not good enough yet is given up.
MOST_CLICKS = 10
GOOD, VERY_GOOD = 0.85, 0.90

Figure = float | int | list[float] | None


@dataclass(frozen=True, slots=True)
class Truth:
    """An image with its object's pixels and those that do not count, (H, W) bool each.

    `clicks` are the four that a person made, (4, 2) xy; without them they are simulated.
    """

    name: str
    image: Image
    mask: Mask
    void: Mask | None
    clicks: Points | None = None

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The object's tight box, x, y, width and height in pixels."""
        ys, xs = np.flatnonzero(self.mask.any(axis=1)), np.flatnonzero(self.mask.any(axis=0))
        return int(xs[0]), int(ys[0]), int(xs[-1] - xs[0]) + 1, int(ys[-1] - ys[0]) + 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a predictor said to clicks, (N, 2) xy: a mask, (H, W) bool, with its score, or why there is none.

    A refused answer has an empty mask, no score and the error's code.
    """

    points: Points
    mask: Mask
    score: float | None
    refused: str | None
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one object.

    Attributes:
        name: the stem of its files.
        size: (H, W) of the image in pixels.
        box: the object's tight box, x, y, width and height in pixels.
        area: the object's pixels.
        overlaps: intersection over union after 4, 5, ... clicks, as many as were made.
        box_error, score: box error in percent and the predictor's own estimate, at the clicks asked for.
        latency_ms: from image and four points to the full-size mask.
        refused: the code of the first refusal, at whichever click it came.
    """

    name: str
    size: tuple[int, int]
    box: tuple[int, int, int, int]
    area: int
    overlaps: list[float]
    box_error: float
    score: float | None
    latency_ms: float
    refused: str | None

    def overlap_at(self, clicks: int) -> float:
        """Return the overlap after so many clicks; what needed fewer keeps its last."""
        return self.overlaps[min(clicks - EXTREME_POINTS, len(self.overlaps) - 1)]


def read_truths(pairs: Iterable[Pair], void: int | None = None) -> Iterator[Truth]:
    """Read pairs one by one. Raises `ImageInvalid` when a file is damaged or a pair differs in size."""
    for pair in pairs:
        image = read_image(pair.image)
        mask, left_out = read_mask(pair.mask, void)
        if image.shape[:2] != mask.shape:
            raise ImageInvalid(f"{pair.image} and {pair.mask} differ in size.")
        yield Truth(pair.name, image, mask, left_out)


def evaluate_object(
    predictor: Predictor,
    truth: Truth,
    *,
    clicks: int = EXTREME_POINTS,
    most_clicks: int = MOST_CLICKS,
    jitter: float = 0.0,
    seed: int = 0,
) -> tuple[Outcome, Answer]:
    """Click one object and correct it until it is very good and all `clicks` are made.

    Returns what came of it and the answer at `clicks` clicks. A click adds nothing where no error is left to
    mend; the overlap then stays as it is. A predictor that refuses the points scores nothing. With `jitter`
    clicks miss by up to that many pixels, at random by the seed and the object's name alone: every predictor
    gets the same four clicks, in whichever order objects come.
    """
    overlaps: list[float] = []
    refusals: list[str] = []
    for answer in _click_through(predictor, truth, max(clicks, most_clicks), jitter, seed):
        made = len(answer.points)
        overlaps.append(iou(answer.mask, truth.mask, truth.void))
        if answer.refused:
            refusals.append(answer.refused)
        if made == EXTREME_POINTS:
            latency_ms = answer.latency_ms
        if made <= clicks:
            shown = answer
        if made >= clicks and overlaps[-1] >= VERY_GOOD:
            break
    outcome = Outcome(
        name=truth.name,
        size=(truth.mask.shape[0], truth.mask.shape[1]),
        box=truth.box,
        area=int(truth.mask.sum()),
        overlaps=overlaps,
        box_error=box_error_percent(shown.mask, truth.mask, truth.void),
        score=shown.score,
        latency_ms=latency_ms,
        refused=refusals[0] if refusals else None,
    )
    return outcome, shown


def warm_up(predictor: Predictor, truth: Truth) -> None:
    """Ask once for nothing, so that what a predictor does only the first time is in no latency."""
    _ask(predictor, truth, extreme_points(truth.mask))


def summarise(
    outcomes: list[Outcome],
    *,
    clicks: int = EXTREME_POINTS,
    most_clicks: int = MOST_CLICKS,
    jitter: float = 0.0,
) -> dict[str, Figure]:
    """Return the figures over all objects, those of quality at `clicks` clicks.

    Objects that never get good enough count as `most_clicks` in the mean clicks to 85 and 90 percent.
    Refused answers have no score and are no part of its correlation with the true overlap.
    """
    curves = [outcome.overlaps for outcome in outcomes]
    at_clicks = [outcome.overlap_at(clicks) for outcome in outcomes]
    latencies = [outcome.latency_ms for outcome in outcomes]
    scored = [
        (outcome.score, overlap)
        for outcome, overlap in zip(outcomes, at_clicks, strict=True)
        if outcome.score is not None
    ]
    most = max(clicks, most_clicks)
    hard_n, gain = hard_gain(curves)
    return {
        "mean_iou": float(np.mean(at_clicks)),
        "share_85": share_above(at_clicks, GOOD),
        "share_90": share_above(at_clicks, VERY_GOOD),
        "clicks_to_85": clicks_to(curves, GOOD, EXTREME_POINTS, most),
        "clicks_to_90": clicks_to(curves, VERY_GOOD, EXTREME_POINTS, most),
        "box_error_percent": float(np.mean([outcome.box_error for outcome in outcomes])),
        "latency_p50_ms": float(np.percentile(latencies, 50)),
        "latency_p95_ms": float(np.percentile(latencies, 95)),
        "n": len(outcomes),
        "mean_iou_by_clicks": mean_curve(curves, most - EXTREME_POINTS + 1),
        "hard_n": hard_n,
        "hard_gain_fifth": gain,
        "score_spearman": spearman([score for score, _ in scored], [overlap for _, overlap in scored]),
        "jitter": jitter,
    }


def _click_through(
    predictor: Predictor, truth: Truth, most: int, jitter: float, seed: int
) -> Iterator[Answer]:
    """Yield the answers to 4, 5, ... clicks, until no error is left to click on or all `most` are made."""
    rng = _generator(seed, truth.name)
    points = truth.clicks
    if points is None:
        points = extreme_points(truth.mask, jitter=jitter, rng=rng)
    while True:
        yield (answer := _ask(predictor, truth, points))
        if len(points) >= most:
            return
        click = correction_click(truth.mask, answer.mask, points, void=truth.void, jitter=jitter, rng=rng)
        if click is None:
            return
        points = np.vstack([points, click])


def _generator(seed: int, name: str) -> np.random.Generator:
    digest = hashlib.sha256(name.encode(errors="surrogateescape")).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def _ask(predictor: Predictor, truth: Truth, points: Points) -> Answer:
    """Return the answer and the milliseconds from image and points to the full-size mask."""
    started = perf_counter()
    try:
        prediction = predictor.predict(truth.image, points)
        mask = prediction.mask
    except PredictorError as error:
        empty = np.zeros(truth.mask.shape, np.bool_)
        return Answer(points, empty, None, error.code, 1000 * (perf_counter() - started))
    return Answer(points, mask, prediction.score, None, 1000 * (perf_counter() - started))
