"""How long a run will take, and how far it is."""

import pytest

from labeling.domain.training_plan import STORED, Rates, measured, plan


@pytest.mark.parametrize(
    ("objects", "held_out", "steps"), [(0, 0, 120), (100, 40, 120), (240, 40, 200), (9000, 1000, 3000)]
)
def test_a_run_has_a_step_an_object_within_bounds(objects: int, held_out: int, steps: int) -> None:
    planned = plan(objects=objects, held_out_objects=held_out)
    assert (planned.steps, planned.samples) == (steps, 16 * steps)


def test_time_follows_from_the_rates_and_no_more_than_four_hundred_objects_are_compared() -> None:
    planned = plan(objects=1000, held_out_objects=600, rates=Rates(trained=16.0, compared=4.0))
    # And the thirty of the check set.
    assert (planned.train_s, planned.check_s, planned.seconds) == (400.0, 107.5, 517.5)


def test_progress_goes_from_nothing_to_all_over_the_phases() -> None:
    planned = plan(objects=1000, held_out_objects=600, rates=Rates(trained=16.0, compared=4.0))
    reached = [
        planned.progress(phase, share) for phase in ("prepare", "train", "check") for share in (0.0, 0.5, 1.0)
    ]
    assert reached == sorted(reached)
    assert (reached[0], reached[4], reached[8]) == (0.0, pytest.approx(210 / 517.5), 1.0)
    assert (planned.seconds_left("train", 30.0), planned.seconds_left("check", 30.0)) == (137.5, 30.0)


def test_rates_are_what_a_run_has_shown() -> None:
    assert measured(steps=100, train_s=50, compared=30, check_s=10) == Rates(trained=32.0, compared=3.0)
    assert measured(steps=100, train_s=50, compared=0, check_s=10) is None
    assert STORED.trained > 0
    assert STORED.compared > 0
