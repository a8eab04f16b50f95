import time

import numpy as np
import pytest

from ml.errors import EmptyMask, UnknownPredictor
from ml.runtimes.fake import FakePredictor

IMAGE = np.zeros((40, 60, 3), np.uint8)
POINTS = [(10, 20), (30, 5), (50, 20), (30, 35)]


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARDINAL_ALLOW_FAKE_PREDICTOR", "1")


def test_the_answer_is_the_ellipse_between_the_points() -> None:
    result = FakePredictor.with_options("").predict(IMAGE, POINTS)
    rows, columns = np.mgrid[:40, :60]
    expected = ((columns - 30) / 20) ** 2 + ((rows - 20) / 15) ** 2 <= 1
    assert np.array_equal(result.mask, expected)
    assert (result.score, result.offset, result.probability.dtype) == (0.9, (10, 5), np.float32)


def test_two_by_two_pixels_are_no_empty_mask() -> None:
    result = FakePredictor.with_options("").predict(IMAGE, [(5, 5), (6, 5), (5, 6), (6, 6)])
    assert result.mask.sum() == 4


def test_it_fails_and_finds_nothing_when_told_to() -> None:
    with pytest.raises(RuntimeError, match="told to fail"):
        FakePredictor.with_options("fail").predict(IMAGE, POINTS)
    with pytest.raises(EmptyMask):
        FakePredictor.with_options("empty").predict(IMAGE, POINTS)


def test_it_sleeps_when_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    FakePredictor.with_options("slow=2.5").predict(IMAGE, POINTS)
    assert slept == [2.5]


@pytest.mark.parametrize("options", ["fast", "slow=ever", "slow=", "slow", "fail=1"])
def test_other_options_are_refused(options: str) -> None:
    with pytest.raises(UnknownPredictor, match="slow=SECONDS, fail and empty"):
        FakePredictor.with_options(options)
