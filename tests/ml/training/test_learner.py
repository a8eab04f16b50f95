from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from ml.data.examples import Example
from ml.data.objects import ObjectFiles
from ml.data.stream import example
from ml.errors import DataInvalid
from ml.training.learner import Learner
from tests.ml.training.small import new_run


@pytest.fixture
def batch(tmp_path: Path) -> list[Example]:
    recipe = new_run(tmp_path).recipe
    return [example(recipe, ObjectFiles(), number) for number in range(2)]


def learner(folder: Path, **sections: Any) -> Learner:
    """Return a fresh learner; the same settings give the same."""
    return new_run(folder, **sections).learner


def weights(made: Learner) -> list[Tensor]:
    """Return copies of all that a step changes."""
    state = made.optimiser.state_dict()["state"]
    kept = [
        *made.network.state_dict().values(),
        *made.average.network.state_dict().values(),
        *(part for one in state.values() for part in one.values()),
    ]
    return [tensor.clone() for tensor in kept]


def equal(one: list[Tensor], other: list[Tensor]) -> bool:
    return len(one) == len(other) and all(map(torch.equal, one, other))


def test_a_step_depends_on_weights_batch_and_number_alone(tmp_path: Path, batch: list[Example]) -> None:
    found = []
    for noise in (1, 2):
        made = learner(tmp_path)
        torch.manual_seed(noise)
        figures = [made.step(batch, number) for number in (0, 4)]
        found.append((figures, weights(made)))
    assert found[0][0] == found[1][0]
    assert equal(found[0][1], found[1][1])


def test_a_step_tells_loss_and_overlap_of_the_answers_before_it(tmp_path: Path, batch: list[Example]) -> None:
    made = learner(tmp_path, loss={"jaccard_weight": 0, "quality_weight": 0}, optimiser={"rate": 1e-9})
    loss, overlap = made.step(batch, 0)
    assert loss == pytest.approx(0.7, abs=0.3)
    assert 0 <= overlap <= 1


def test_rates_follow_the_schedule(tmp_path: Path, batch: list[Example]) -> None:
    made = learner(tmp_path, optimiser={"rate": 0.01, "encoder_rate": 0.001}, schedule={"warmup": 4})
    assert made.rate == 0.01
    made.step(batch, 0)
    assert made.rate == pytest.approx(0.0025)
    assert {group["lr"] for group in made.optimiser.param_groups} == {0.0025, 0.00025}


def test_learning_lowers_the_loss(tmp_path: Path, batch: list[Example]) -> None:
    made = learner(tmp_path, corrections={"start": 1.0})
    losses = [made.step(batch, 1)[0] for _ in range(8)]
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize(
    ("number", "corrections", "passes"),
    [
        (0, {"start": 0.5, "again": 1.0}, 1),
        (3, {"start": 0.5, "again": 1.0}, 3),
        (3, {"start": 0.5, "again": 0.0}, 2),
        (5, {"start": 1.0}, 1),
        (5, {"start": 0.0, "below": 0.0}, 1),
    ],
)
def test_corrections_are_learned_from_their_start_on(
    tmp_path: Path, batch: list[Example], number: int, corrections: dict[str, float], passes: int
) -> None:
    made = learner(tmp_path, corrections=corrections)
    asked: list[int] = []
    made.network.register_forward_pre_hook(lambda _, inputs: asked.append(len(inputs[0])))
    made.step(batch, number)
    assert len(asked) == passes
    assert asked[0] == 2


def poisoned_weight(made: Learner) -> None:
    with torch.no_grad():
        next(made.network.parameters()).fill_(torch.nan)


def poisoned_gradient(made: Learner) -> None:
    next(made.network.parameters()).register_hook(lambda gradient: gradient * torch.inf)


def test_corrections_leave_the_running_statistics_alone(tmp_path: Path, batch: list[Example]) -> None:
    def statistics(corrections: dict[str, float]) -> dict[str, Tensor]:
        made = learner(tmp_path, corrections=corrections)
        made.step(batch, 0)
        state = made.network.state_dict()
        return {name: value for name, value in state.items() if name.endswith(("_mean", "_var"))}

    first = learner(tmp_path).network.state_dict()
    without = statistics({"start": 1.0})
    with_corrections = statistics({"start": 0.0, "again": 1.0})
    assert all(torch.equal(value, without[name]) for name, value in with_corrections.items())
    assert any(not torch.equal(value, first[name]) for name, value in without.items())


def test_corrections_count_as_much_as_they_are_told_to(tmp_path: Path, batch: list[Example]) -> None:
    def moved(weight: float) -> list[Tensor]:
        made = learner(tmp_path, corrections={"start": 0.0, "weight": weight})
        made.step(batch, 0)
        return weights(made)

    assert equal(moved(1.0), moved(1.0))
    assert not equal(moved(1.0), moved(3.0))


@pytest.mark.parametrize(
    ("poison", "message"),
    [(poisoned_weight, "The loss is nan at step 3:"), (poisoned_gradient, "The gradient is nan at step 3:")],
)
def test_what_is_no_number_is_refused_before_it_spreads(
    tmp_path: Path, batch: list[Example], poison: Callable[[Learner], None], message: str
) -> None:
    made = learner(tmp_path, corrections={"start": 1.0})
    made.step(batch, 0)
    poison(made)
    parts = [dict(made.network.named_parameters()), made.average.network.state_dict()]
    before = [{name: value.detach().clone() for name, value in part.items()} for part in parts]
    with pytest.raises(DataInvalid, match=message) as caught:
        made.step(batch, 3)
    assert "lower rates" in str(caught.value)
    for part, kept in zip(parts, before, strict=True):
        assert all(torch.equal(value.nan_to_num(9), kept[name].nan_to_num(9)) for name, value in part.items())
