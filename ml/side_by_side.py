"""Two predictors on the same objects, clicked in turn: what a comparison and its pictures are made of."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ml.contact_sheet import Case, case_of
from ml.data.objects import ObjectEntry, ObjectFiles
from ml.evaluate import Answer, Outcome, Truth, evaluate_object, warm_up
from ml.gate import Comparison, compare
from ml.predictor import EXTREME_POINTS, Predictor

# Objects that are done, and the seconds that the others will take.
Done = Callable[[int, float], None]


@dataclass
class SideBySide:
    """What came of each object, before and after, in the order of `entries`."""

    entries: Sequence[ObjectEntry]
    before: list[Outcome] = field(default_factory=list)
    after: list[Outcome] = field(default_factory=list)
    cases: list[tuple[Case, Case]] = field(default_factory=list)

    def compared(self, *, seed: int) -> Comparison:
        """Return the comparison, in which objects of one picture belong together."""
        groups = [str(entry.image) for entry in self.entries]
        return compare(self.before, self.after, groups=groups, seed=seed)


def click_both(
    before: Predictor,
    after: Predictor,
    entries: Sequence[ObjectEntry],
    done: Done,
    *,
    miss: float = 0.0,
    seed: int = 0,
) -> SideBySide:
    """Click every object with both predictors, in turn: what else the machine does meets both alike.

    Clicks are those that people made, where there are any; others miss by up to `miss` pixels, as the team's
    do: what counts is what a model makes of such clicks.
    """
    sides = SideBySide(entries)
    began = time.monotonic()
    for number, truth in enumerate(_truths(entries)):
        answers: list[tuple[Outcome, Answer]] = []
        for predictor in (before, after):
            if number == 0:
                warm_up(predictor, truth)
            answers.append(evaluate_object(predictor, truth, jitter=miss, seed=seed))
        sides.before.append(answers[0][0])
        sides.after.append(answers[1][0])
        first, second = (case_of(truth, answer, outcome.overlaps[0]) for outcome, answer in answers)
        sides.cases.append((first, second))
        done(number + 1, (time.monotonic() - began) / (number + 1) * (len(entries) - number - 1))
    return sides


def _truths(entries: Sequence[ObjectEntry]) -> Iterator[Truth]:
    files = ObjectFiles()
    for number, entry in enumerate(entries):
        view = files.load(entry)
        made = None if view.clicks is None else view.clicks[:EXTREME_POINTS]
        yield Truth(f"{entry.image.stem} {number}", view.image, view.mask, None, made)
