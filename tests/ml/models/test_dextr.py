import json
from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from ml.errors import DataInvalid
from ml.models import build_network
from ml.models.dextr import Bottleneck, expected_overlap
from tests.ml.models.networks import random_input, settled
from tests.ml.models.plain_dextr import plain_probability

KEYS = Path(__file__).parents[2] / "golden" / "dextr_checkpoint_keys.json"


def test_names_and_shapes_are_those_of_the_published_checkpoint() -> None:
    published = {name: tuple(shape) for name, shape in json.loads(KEYS.read_text()).items()}
    network = build_network("dextr", {})
    ours = {name: tuple(values.shape) for name, values in network.state_dict().items()}
    counters = {name for name in ours if name.endswith(".num_batches_tracked")}
    assert {name: shape for name, shape in ours.items() if name not in counters} == published
    assert (len(published), len(counters)) == (547, 109)
    assert sum(values.numel() for values in network.parameters()) == 48_800_385


def test_a_pass_at_512_costs_the_published_371_gigaflop() -> None:
    network = build_network("dextr", {}).eval().to("meta")
    crop, guidance = (torch.empty((1, channels, 512, 512), device="meta") for channels in (3, 1))
    with FlopCounterMode(display=False) as counter:
        logits, _ = network(crop, guidance)
    assert logits.shape == (1, 1, 512, 512)
    assert counter.get_flop_counts()["Global"][torch.ops.aten.convolution] == 371_388_841_984


# 72 makes 9 x 9 features, which neither 2 nor 6 bins divide.
@pytest.mark.parametrize(
    ("backbone", "head"), [("resnet101", "psp"), ("resnet50", "psp"), ("resnet50", "aspp")]
)
def test_probabilities_are_those_of_the_published_network(backbone: str, head: str) -> None:
    crop, guidance = random_input(2, 72)
    network = settled("dextr", {"backbone": backbone, "head": head}, crop, guidance)
    with torch.inference_mode():
        logits, _ = network(crop, guidance)
        expected = plain_probability(network.state_dict(), torch.cat([crop, guidance], dim=1), backbone)
    assert expected.max() - expected.min() > 0.2
    assert (logits.sigmoid() - expected).abs().max() < 1e-3


def test_the_stride_is_on_the_first_filter_and_the_last_layers_are_dilated() -> None:
    network = build_network("dextr", {"backbone": "resnet50"})
    first = {name: network.get_submodule(f"{name}.0") for name in ("layer1", "layer2", "layer3", "layer4")}
    assert all(isinstance(block, Bottleneck) and block.downsample is not None for block in first.values())
    assert [block.conv1.stride[0] for block in first.values()] == [1, 2, 1, 1]
    assert [block.conv2.stride[0] for block in first.values()] == [1, 1, 1, 1]
    assert [block.conv2.dilation[0] for block in first.values()] == [1, 1, 2, 4]


def test_further_guidance_widens_the_stem_alone() -> None:
    one, three = (
        build_network("dextr", {"backbone": "resnet50", "guidance": count}).state_dict() for count in (1, 3)
    )
    changed = [name for name in one if one[name].shape != three[name].shape]
    assert (changed, tuple(three["conv1.weight"].shape)) == (["conv1.weight"], (64, 6, 7, 7))


def test_a_batch_of_one_is_answered_and_not_learned_from() -> None:
    crop, guidance = random_input(2, 40)
    network = settled("dextr", {"backbone": "resnet50"}, crop, guidance)
    with torch.inference_mode():
        both, _ = network(crop, guidance)
        alone, _ = network(crop[:1], guidance[:1])
    torch.testing.assert_close(alone, both[:1], rtol=0, atol=1e-4)
    before = {name: values.clone() for name, values in network.state_dict().items()}
    with pytest.raises(DataInvalid, match="two objects at a time"):
        network.train()(crop[:1], guidance[:1])
    assert all(torch.equal(values, before[name]) for name, values in network.state_dict().items())


def test_the_dilated_head_learns_from_one_object() -> None:
    network = build_network("dextr", {"backbone": "resnet50", "head": "aspp"}).train()
    logits, _ = network(*random_input(1, 72))
    logits.sum().backward()
    assert all(values.grad is not None and values.grad.isfinite().all() for values in network.parameters())


def test_the_expected_overlap_is_that_of_independent_pixels() -> None:
    probabilities = torch.tensor(
        [[[[0.9, 0.8], [0.2, 0.0]]], [[[1.0, 1.0], [0.0, 0.0]]], [[[0.4, 0.1], [0.1, 0.1]]]]
    )
    # Two inside, 0.2 expected outside; all certain; nothing inside.
    expected = torch.tensor([1.7 / 2.2, 1 - 1e-4, 1e-4])
    torch.testing.assert_close(
        expected_overlap(probabilities.logit(1e-7)).sigmoid(), expected, rtol=0, atol=1e-5
    )


def test_the_estimate_teaches_the_network_nothing() -> None:
    logits = torch.ones((1, 1, 2, 2), requires_grad=True)
    assert not expected_overlap(logits).requires_grad
