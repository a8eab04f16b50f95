import math

import pytest
import torch
from torch import nn

from ml.models.dextr_lite import DextrLite
from ml.training.config import OptimiserConfig, ScheduleConfig
from ml.training.optimiser import RunningAverage, build_optimiser, freeze_early, rate_factor, trainable

SCHEDULE = ScheduleConfig(steps=110, warmup=10, last_rate=0.2)


@pytest.mark.parametrize(
    ("step", "factor"), [(0, 0.1), (4, 0.5), (9, 1.0), (10, 1.0), (60, 0.6), (110, 0.2), (500, 0.2)]
)
def test_the_rate_rises_in_a_line_and_falls_in_half_a_cosine(step: int, factor: float) -> None:
    assert rate_factor(step, SCHEDULE) == pytest.approx(factor)


def test_a_quarter_of_the_way_down_is_a_cosine() -> None:
    assert rate_factor(35, SCHEDULE) == pytest.approx(0.2 + 0.8 * (1 + math.cos(math.pi / 4)) / 2)


def test_there_may_be_no_warmup_and_nothing_but_warmup() -> None:
    assert rate_factor(0, ScheduleConfig(steps=10, warmup=0)) == 1
    assert rate_factor(9, ScheduleConfig(steps=10, warmup=10)) == 1


def test_the_encoder_has_its_own_rate_and_biases_and_norms_do_not_decay() -> None:
    network = DextrLite(backbone="efficientnet_lite0")
    freeze_early(network)
    config = OptimiserConfig(rate=1e-3, encoder_rate=1e-4, weight_decay=0.05)
    optimiser = build_optimiser(network, config)
    found = {
        parameter: (group["rate"], group["weight_decay"])
        for group in optimiser.param_groups
        for parameter in group["params"]
    }
    names = {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}
    assert len(found) == len(names) == len(trainable(network))
    for name, parameter in names.items():
        decay = 0.0 if name.endswith("bias") or ".filters.0.1." in name else 0.05
        rate = 1e-4 if name.startswith("encoder.") else 1e-3
        if parameter.ndim == 1:
            decay = 0.0
        assert found[parameter] == (rate, decay), name


def test_the_average_trails_behind_and_follows_closely_at_first() -> None:
    network = nn.BatchNorm1d(1)
    average = RunningAverage(network, decay=0.9)
    nn.init.constant_(network.weight, 2)
    network.running_mean = torch.tensor([10.0])
    kept = average.network.state_dict()
    average.update(network, step=0)
    # Step 0 keeps a tenth: 0.1 * 1 + 0.9 * 2.
    assert kept["weight"].item() == pytest.approx(1.9)
    assert kept["running_mean"].item() == pytest.approx(9)
    average.update(network, step=8)
    assert kept["weight"].item() == pytest.approx(1.95)
    average.update(network, step=10_000)
    assert kept["weight"].item() == pytest.approx(1.955)
    assert not average.network.training
    assert not any(parameter.requires_grad for parameter in average.network.parameters())
    assert (network.weight.item(), network.weight.requires_grad) == (2, True)


def test_freezing_leaves_other_networks_alone() -> None:
    network = nn.Linear(2, 2)
    freeze_early(network)
    assert len(trainable(network)) == 2
