import copy
import hashlib

import pytest
import torch
from torch import Tensor

from ml.losses import quality_loss
from ml.models.dextr_lite import DextrLite
from ml.training.optimiser import freeze_early

LITE0 = {"backbone": "efficientnet_lite0"}


def crops(count: int = 2, size: int = 64) -> Tensor:
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(5)) * 255


def clicks(count: int = 2, size: int = 64, channels: int = 3) -> Tensor:
    return torch.rand(count, channels, size // 4, size // 4, generator=torch.Generator().manual_seed(6)) * 255


def network(**arguments: object) -> DextrLite:
    torch.manual_seed(0)
    return DextrLite(**{**LITE0, **arguments})  # type: ignore[arg-type]


# Weights files in use have these tensors: a change here is a new architecture, which needs a new name.
@pytest.mark.parametrize(
    ("arguments", "parameters", "tensors"),
    [
        ({}, 3_910_882, "66b2d3208f03d875"),
        ({"head": "aspp"}, 4_799_586, "19bb1886a7ca10f6"),
        ({"backbone": "efficientnet_lite0"}, 2_624_586, "ae39b088a987b426"),
        ({"backbone": "efficientnet_lite1"}, 3_383_434, "11360412d5b0637d"),
        ({"guidance": 1}, 3_910_226, "03bd956ee12249fd"),
    ],
)
def test_names_and_shapes_of_the_tensors_stay_as_they_are(
    arguments: dict[str, object], parameters: int, tensors: str
) -> None:
    made = DextrLite(**arguments)  # type: ignore[arg-type]
    assert sum(parameter.numel() for parameter in made.parameters()) == parameters
    listed = "\n".join(f"{key} {tuple(value.shape)}" for key, value in sorted(made.state_dict().items()))
    assert hashlib.sha256(listed.encode()).hexdigest()[:16] == tensors


@pytest.mark.parametrize("head", ["psp", "aspp"])
@pytest.mark.parametrize(("count", "size", "channels"), [(1, 64, 3), (3, 96, 1), (1, 32, 2)])
def test_answers_have_half_the_crop_s_side_and_one_quality_each(
    head: str, count: int, size: int, channels: int
) -> None:
    made = network(head=head, guidance=channels).eval()
    with torch.no_grad():
        logits, quality = made(crops(count, size), clicks(count, size, channels))
    assert logits.shape == (count, 1, size // 2, size // 2)
    assert quality.shape == (count,)
    assert torch.isfinite(logits).all()
    assert torch.isfinite(quality).all()


def test_each_object_of_a_batch_is_answered_as_if_it_were_alone() -> None:
    made = network().eval()
    with torch.no_grad():
        together = made(crops(3), clicks(3))
        alone = [made(crops(3)[index : index + 1], clicks(3)[index : index + 1]) for index in range(3)]
    for index in range(3):
        assert torch.allclose(together[0][index], alone[index][0][0], atol=1e-4)
        assert torch.allclose(together[1][index], alone[index][1][0], atol=1e-4)


def test_clicks_begin_as_nothing_so_that_the_encoder_s_features_are_those_of_imagenet() -> None:
    made = network().eval()
    seen: list[Tensor] = []
    made.context.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    with torch.no_grad():
        for guidance in (clicks(), torch.zeros_like(clicks())):
            made(crops(), guidance)
        plain = made.encoder((crops() - 127) / 128)[-1]
    assert torch.equal(seen[0], seen[1])
    assert torch.equal(seen[0], plain)


def test_clicks_change_the_answer_and_learn_to_change_the_features() -> None:
    made = network()
    first, second = made(crops(), clicks())[0], made(crops(), torch.zeros_like(clicks()))[0]
    assert not torch.equal(first, second)
    first.sum().backward()
    gradient = made.clicks[2].weight.grad
    assert isinstance(gradient, Tensor)
    assert gradient.abs().max() > 0


def train_a_step(made: DextrLite, count: int = 2) -> None:
    """Change every parameter that learns, by its gradient and by decay."""
    made.train()
    optimiser = torch.optim.AdamW(
        [parameter for parameter in made.parameters() if parameter.requires_grad], lr=0.1, weight_decay=0.5
    )
    logits, quality = made(crops(count), clicks(count))
    (logits.square().mean() + quality.square().mean()).backward()
    optimiser.step()


def test_frozen_stages_get_no_gradient_and_stay_as_they_are() -> None:
    made = network()
    freeze_early(made)
    before = copy.deepcopy(made.state_dict())
    train_a_step(made)
    held = ("encoder.stem.", "encoder.stages.0.", "encoder.stages.1.")
    for name, parameter in made.named_parameters():
        if name.startswith(held):
            assert parameter.grad is None
            assert torch.equal(parameter, before[name])
        else:
            assert parameter.grad is not None, name
            assert not torch.equal(parameter, before[name]), name
    assert sum(name.startswith(held) for name, _ in made.named_parameters()) == 2 + 4 + 12


def test_without_freezing_everything_learns() -> None:
    made = network()
    before = copy.deepcopy(made.state_dict())
    train_a_step(made)
    assert [name for name, value in made.named_parameters() if torch.equal(value, before[name])] == []


def test_freezing_changes_no_answer() -> None:
    made = network().eval()
    plain = made(crops(), clicks())
    freeze_early(made)
    assert all(torch.equal(one, other) for one, other in zip(plain, made(crops(), clicks()), strict=True))


def test_the_quality_learns_without_disturbing_what_it_judges() -> None:
    made = network()
    logits, quality = made(crops(), clicks())
    quality_loss(quality, logits, torch.ones_like(logits)).backward()
    learned = {name for name, parameter in made.named_parameters() if parameter.grad is not None}
    assert learned == {f"quality.layers.{layer}.{part}" for layer in (0, 2) for part in ("weight", "bias")}


@pytest.mark.parametrize("head", ["psp", "aspp"])
def test_one_object_alone_can_be_learned_and_answered(head: str) -> None:
    made = network(head=head)
    train_a_step(made, count=1)
    made.eval()
    with torch.no_grad():
        logits, quality = made(crops(1), clicks(1))
    assert torch.isfinite(logits).all()
    assert torch.isfinite(quality).all()


def test_the_context_sees_the_whole_crop() -> None:
    made = network().eval()
    images = crops(1, 128).requires_grad_()
    logits, _ = made(images, clicks(1, 128))
    logits[0, 0, 0, 0].backward()
    assert images.grad is not None
    assert images.grad[0, :, -1, -1].abs().sum() > 0
