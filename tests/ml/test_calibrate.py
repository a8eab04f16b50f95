import numpy as np
import pytest

from ml.calibrate import calibrated, fitted_line
from ml.checkpoint import Checkpoint
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec


def logit(shares: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(shares / (1 - shares)))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-logits)))


TRUE = np.linspace(0.4, 0.97, 40)


def checkpoint(answer: AnswerSpec) -> Checkpoint:
    return Checkpoint(
        architecture="dextr_lite",
        network={},
        input=InputSpec(),
        answer=answer,
        version="some-1",
        licence="",
        data="",
        metrics={"steps": 7},
        tensors={},
    )


def test_estimates_that_are_right_stay_as_they_are() -> None:
    assert fitted_line(TRUE, TRUE) == pytest.approx((1.0, 0.0), abs=1e-3)


def test_a_line_undoes_estimates_that_are_too_sure_of_themselves() -> None:
    boastful = sigmoid(2 * logit(TRUE) + 0.5)
    assert fitted_line(boastful, TRUE) == pytest.approx((0.5, -0.25), abs=1e-3)


def test_worthless_estimates_are_not_turned_round() -> None:
    scale, _ = fitted_line(TRUE[::-1].copy(), TRUE)
    assert scale == 0.1


def test_certain_estimates_have_finite_lines() -> None:
    scores = np.where(TRUE > 0.7, 1.0, 0.0)
    assert np.isfinite(fitted_line(scores, TRUE)).all()


def test_a_line_is_laid_over_the_one_before() -> None:
    boastful = sigmoid(2 * logit(TRUE) + 0.5)
    result = calibrated(checkpoint(AnswerSpec(quality_scale=3.0, quality_shift=1.0)), boastful, TRUE)
    assert result.answer.quality_scale == pytest.approx(1.5, abs=1e-2)
    assert result.answer.quality_shift == pytest.approx(0.25, abs=1e-2)


def test_the_figures_are_written_down_beside_older_ones() -> None:
    metrics = calibrated(checkpoint(AnswerSpec()), TRUE, TRUE).metrics
    assert metrics["steps"] == 7
    assert metrics["tune_iou"] == round(float(TRUE.mean()), 4)
    assert metrics["tune_score_spearman"] == 1.0
    assert metrics["tune_score_error"] < 0.001
