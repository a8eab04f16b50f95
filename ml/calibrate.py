"""What a network cannot know of itself: how its estimates compare with the truth on a tuning set."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.checkpoint import Checkpoint
from ml.clicks import extreme_points
from ml.data.objects import ObjectEntry, ObjectFiles
from ml.errors import DataInvalid, PredictorError
from ml.metrics import iou, spearman
from ml.predictor import Predictor

# Estimates stay this far from 0 and 1, where their logits would be infinite.
SURE = 1e-4
ROUNDS = 25
FEWEST = 10


def estimates(
    predictor: Predictor, entries: Sequence[ObjectEntry], files: ObjectFiles
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a predictor's scores at four exact clicks and the true overlaps, (N,) each; no refusals."""
    pairs = []
    for entry in entries:
        loaded = files.load(entry)
        try:
            prediction = predictor.predict(loaded.image, extreme_points(loaded.mask))
        except PredictorError:
            continue
        pairs.append((prediction.score, iou(prediction.mask, loaded.mask)))
    if len(pairs) < FEWEST:
        raise DataInvalid(f"{len(pairs)} answers are too few to calibrate on; {FEWEST} are needed.")
    scores, overlaps = np.array(pairs, np.float64).T
    return scores, overlaps


def fitted_line(scores: NDArray[np.float64], overlaps: NDArray[np.float64]) -> tuple[float, float]:
    """Return scale and shift that bring scores' logits closest to the overlaps, by cross-entropy.

    Newton's method on a convex function of two numbers. The scale never falls below a tenth: a line that
    turns the order of the scores round would hide that they are worthless.
    """
    logits = np.log(scores.clip(SURE, 1 - SURE) / (1 - scores.clip(SURE, 1 - SURE)))
    inputs = np.stack([logits, np.ones_like(logits)], axis=1)
    line = np.array([1.0, 0.0])
    for _ in range(ROUNDS):
        expected = 1 / (1 + np.exp((-inputs @ line).clip(-50, 50)))
        slope = inputs.T @ (expected - overlaps)
        curvature = (inputs * (expected * (1 - expected))[:, None]).T @ inputs + 1e-6 * np.eye(2)
        line = line - np.linalg.solve(curvature, slope)
    return max(0.1, float(line[0])), float(line[1])


def calibrated(
    checkpoint: Checkpoint, scores: NDArray[np.float64], overlaps: NDArray[np.float64]
) -> Checkpoint:
    """Return the checkpoint with its quality line refitted and the figures on these answers written down.

    The scores are those of the checkpoint as it is, its present line included.
    """
    scale, shift = fitted_line(scores, overlaps)
    before = checkpoint.answer
    answer = replace(
        before,
        quality_scale=scale * before.quality_scale,
        quality_shift=scale * before.quality_shift + shift,
    )
    logits = np.log(scores.clip(SURE, 1 - SURE) / (1 - scores.clip(SURE, 1 - SURE)))
    after = 1 / (1 + np.exp(-(scale * logits + shift)))
    figures = {
        "tune_iou": round(float(overlaps.mean()), 4),
        "tune_score_error": round(float(np.abs(after - overlaps).mean()), 4),
        "tune_score_spearman": round(float(spearman(scores.tolist(), overlaps.tolist()) or 0.0), 4),
    }
    return replace(checkpoint, answer=answer, metrics={**checkpoint.metrics, **figures})
