"""Further clicks while training: where a person would click next, seeing the answer (the paper's 4.6)."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from ml.clicks import correction_click
from ml.data.examples import Example
from ml.losses import overlaps
from ml.predictor import Points, Probability
from ml.preprocess import InputSpec
from ml.training.config import CorrectionConfig


def corrected(
    examples: list[Example],
    logits: Tensor,
    truth: Tensor,
    *,
    spec: InputSpec,
    config: CorrectionConfig,
    seed: list[int],
) -> list[Example]:
    """Return the hardest objects of a batch with one more click, hardest first.

    `logits` and `truth` are (N, 1, h, h), those of the network's last answer. The click is the next that a
    person made there, or else a simulated one. Objects that are good enough without a person's correction,
    and those whose error is too small to click on, are left out.
    """
    overlap = overlaps(logits, truth).tolist()
    hard = [
        number
        for number, example in enumerate(examples)
        if overlap[number] < config.below or len(example.further)
    ]
    most = max(1, round(config.share * len(examples)))
    hardest = sorted(hard, key=overlap.__getitem__)[:most]
    answers = torch.sigmoid(logits.detach())[:, 0].float().cpu().numpy()
    clicked = (
        _clicked_again(
            examples[number], answers[number], spec, config.miss_cells, np.random.default_rng([*seed, number])
        )
        for number in hardest
    )
    return [example for example in clicked if example is not None]


def _clicked_again(
    example: Example, answer: Probability, spec: InputSpec, miss_cells: float, rng: np.random.Generator
) -> Example | None:
    # What serving shows the network is its answer to the extreme points, however many clicks follow.
    previous = answer if example.previous is None else example.previous
    made, further = example.further[:1], example.further[1:]
    click = made if len(made) else _simulated(example, answer, spec, miss_cells, rng)
    if click is None:
        return None
    places: Points = np.vstack([example.places, click])
    guidance = spec.draw(places, previous)
    return replace(example, places=places, guidance=guidance, further=further, previous=previous)


def _simulated(
    example: Example, answer: Probability, spec: InputSpec, miss_cells: float, rng: np.random.Generator
) -> Points | None:
    """Return where a person would click next, (2,) xy in cells of the guidance, or None for nowhere."""
    size = answer.shape[0]
    clicks = _to_window(example.places, spec) * size - 0.5
    click = correction_click(example.truth > 0.5, answer > 0.5, clicks)
    if click is None:
        return None
    missed = (click + rng.uniform(-miss_cells, miss_cells, 2)).clip(0, size - 1)
    return _from_window((missed + 0.5) / size, spec)


# Answer and guidance lie on one window, whose sides are 1 here; whole numbers are the middles of their cells.
def _to_window(places: Points, spec: InputSpec) -> Points:
    middle = 0.5 * spec.guidance_size / spec.size if spec.truncate else 0.5
    return (places + middle) / spec.guidance_size


def _from_window(shares: Points, spec: InputSpec) -> Points:
    if spec.truncate:
        return np.floor(shares * spec.size) * (spec.guidance_size / spec.size)
    return shares * spec.guidance_size - 0.5


def stacked(examples: list[Example], device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Return crops (N, 3, S, S) and guidance (N, C, g, g), in 0..255, and truth (N, 1, h, h), as tensors."""
    crops = torch.from_numpy(np.stack([example.crop for example in examples])).to(device)
    guidance = _tensor([example.guidance for example in examples], device)
    truth = _tensor([example.truth for example in examples], device)[:, None]
    # Channels last in memory, as they come: what CPU and GPU compute fastest.
    return crops.permute(0, 3, 1, 2).float(), guidance.permute(0, 3, 1, 2), truth


def _tensor(arrays: list[Probability], device: torch.device) -> Tensor:
    return torch.from_numpy(np.stack(arrays)).to(device)
