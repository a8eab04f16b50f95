import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ml.predictor import Probability
from ml.runtimes.batcher import Batcher
from ml.runtimes.network import Crops

ROOT = Path(__file__).resolve().parents[3]
# Long enough that it never decides: these batches go because they are full, or because nothing more comes.
LONG = 30.0


class Summing:
    """Answers each crop with its own numbers, and remembers how many came at a time."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        self.sizes.append(len(crops))
        sums = crops.astype(np.float32).sum(axis=3) + guidance.sum(axis=3)
        return sums, sums[:, 0, 0]


def question(number: int, count: int = 1) -> tuple[Crops, Probability]:
    crops = np.full((count, 4, 4, 3), number, np.uint8)
    return crops, np.full((count, 4, 4, 1), 0.5, np.float32)


def ask(batcher: Batcher, numbers: list[int]) -> list[tuple[Probability, Probability]]:
    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(lambda number: batcher(*question(number)), numbers))


def test_every_caller_gets_its_own_answer() -> None:
    forward = Summing()
    batcher = Batcher(forward, window_seconds=0.002)
    numbers = list(range(48))
    for number, (logits, quality) in zip(numbers, ask(batcher, numbers), strict=True):
        assert np.array_equal(logits, np.full((1, 4, 4), 3 * number + 0.5, np.float32))
        assert quality.tolist() == [3 * number + 0.5]
    batcher.close()
    assert sum(forward.sizes) == 48
    assert max(forward.sizes) <= 16


def test_calls_at_the_same_time_share_a_pass() -> None:
    forward = Summing()
    batcher = Batcher(forward, largest=6, window_seconds=LONG)
    answers = ask(batcher, list(range(6)))
    batcher.close()
    assert forward.sizes == [6]
    assert [quality.item() for _, quality in answers] == [3 * number + 0.5 for number in range(6)]


def test_a_lone_call_waits_for_the_window_alone() -> None:
    forward = Summing()
    batcher = Batcher(forward, window_seconds=0)
    assert batcher(*question(2))[1].tolist() == [6.5]
    batcher.close()
    assert forward.sizes == [1]


def test_a_call_of_several_crops_gets_all_of_them() -> None:
    forward = Summing()
    batcher = Batcher(forward, largest=5, window_seconds=LONG)
    with ThreadPoolExecutor(2) as pool:
        three, two = pool.submit(batcher, *question(1, 3)), pool.submit(batcher, *question(2, 2))
        assert (three.result()[1].tolist(), two.result()[1].tolist()) == ([3.5] * 3, [6.5] * 2)
    batcher.close()
    assert forward.sizes == [5]


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), KeyboardInterrupt()])
def test_an_error_reaches_every_caller_of_its_batch_and_no_later_one(error: BaseException) -> None:
    forward = Summing()

    def failing_on_sevens(crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        if (crops == 7).any():
            raise error
        return forward(crops, guidance)

    batcher = Batcher(failing_on_sevens, largest=3, window_seconds=LONG)
    with ThreadPoolExecutor(3) as pool:
        outcomes = [pool.submit(batcher, *question(number)) for number in (6, 7, 8)]
    assert [outcome.exception() for outcome in outcomes] == [error] * 3
    assert [quality.item() for _, quality in ask(batcher, [1, 2, 3])] == [3.5, 6.5, 9.5]
    batcher.close()


def test_an_answer_of_the_wrong_length_is_an_error_and_not_a_wait() -> None:
    def nothing(crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        return None  # type: ignore[return-value]

    batcher = Batcher(nothing, largest=1)
    with pytest.raises(TypeError):
        batcher(*question(1))
    batcher.close()


def test_closing_answers_what_waits_and_refuses_what_comes_later() -> None:
    forward, entered, leave = Summing(), threading.Event(), threading.Event()

    def slow(crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        entered.set()
        assert leave.wait(LONG)
        return forward(crops, guidance)

    batcher = Batcher(slow, largest=1, window_seconds=LONG)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(batcher, *question(1))
        assert entered.wait(LONG)
        second = pool.submit(batcher, *question(2))
        wait_until_queued(batcher._waiting)
        closing = pool.submit(batcher.close)
        leave.set()
        closing.result(LONG)
        assert (first.result(LONG)[1].item(), second.result(LONG)[1].item()) == (3.5, 6.5)
    assert not batcher._thread.is_alive()
    with pytest.raises(RuntimeError, match="closed"):
        batcher(*question(3))
    batcher.close()


def wait_until_queued(waiting: "queue.SimpleQueue[object]") -> None:
    while waiting.empty():
        threading.Event().wait(0.001)


def test_closing_ends_the_wait_for_company() -> None:
    batcher = Batcher(Summing(), largest=2, window_seconds=LONG)
    crops, guidance = question(4)
    asked = threading.Event()

    class Counted(np.ndarray):
        """Tells when the batcher counts its crops: from then on it waits for more."""

        def __len__(self) -> int:
            asked.set()
            return super().__len__()

    with ThreadPoolExecutor(2) as pool:
        alone = pool.submit(batcher, crops.view(Counted), guidance)
        assert asked.wait(LONG)
        pool.submit(batcher.close).result(LONG / 3)
        assert alone.result(LONG)[1].item() == 12.5


def test_a_program_with_a_batcher_ends_by_itself() -> None:
    program = (
        "import numpy as np\n"
        "from ml.runtimes.batcher import Batcher\n"
        "batcher = Batcher(lambda crops, guidance: (guidance[..., 0], guidance[:, 0, 0, 0]))\n"
        "print(batcher(np.zeros((1, 2, 2, 3), np.uint8), np.ones((1, 2, 2, 1), np.float32))[1].tolist())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("[1.0]\n", "")
