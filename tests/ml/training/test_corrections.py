from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from ml.data.examples import Example
from ml.predictor import Mask
from ml.preprocess import CropWindow, InputSpec
from ml.training.config import CorrectionConfig
from ml.training.corrections import corrected, stacked

SPEC = InputSpec(size=64, guidance="roles", guidance_size=16, truncate=False)
EXACT = CorrectionConfig(below=0.99, share=1, miss_cells=0)


def square(low: int = 8, high: int = 24) -> Mask:
    """Return a square in the 32 cells of an answer."""
    mask = np.zeros((32, 32), np.bool_)
    mask[low:high, low:high] = True
    return mask


def clicked(truth: Mask, spec: InputSpec = SPEC) -> Example:
    """Return an object with clicks in the middles of the square's sides."""
    places = np.array([(4, 8), (8, 4), (11, 8), (8, 11)], np.float64) * (spec.guidance_size / 16)
    return Example(
        crop=np.zeros((64, 64, 3), np.uint8),
        places=places,
        guidance=spec.draw(places),
        truth=truth.astype(np.float32),
        further=np.zeros((0, 2)),
    )


def logits(*masks: Mask) -> Tensor:
    return torch.stack([torch.from_numpy(np.where(mask, 2.0, -2.0)) for mask in masks])[:, None]


def truths(examples: list[Example]) -> Tensor:
    return torch.from_numpy(np.stack([example.truth for example in examples]))[:, None]


def answer_with_a_bite() -> Mask:
    """Return the square without 4 x 8 cells at its right side, deepest at (21, 13) and further on."""
    mask = square()
    mask[12:20, 20:24] = False
    return mask


def test_the_fifth_click_lies_on_the_true_boundary_next_to_the_error() -> None:
    examples = [clicked(square())]
    (found,) = corrected(
        examples, logits(answer_with_a_bite()), truths(examples), spec=SPEC, config=EXACT, seed=[0]
    )
    # The boundary's cell next to the deepest one is (23, 13): half as many cells, between whole ones.
    assert found.places[:4].tolist() == examples[0].places.tolist()
    assert found.places[4].tolist() == [11.25, 6.25]
    # As serving would place a click on that pixel of an image whose window has a pixel for each cell.
    window = CropWindow(left=100, top=50, width=32, height=32, box=(108, 58, 123, 73), size=64)
    assert found.places[4].tolist() == SPEC.places(np.array([(123.0, 63.0)]), window)[0].tolist()
    assert found.guidance.tobytes() == SPEC.draw(found.places).tobytes()
    assert found.guidance[6, 11, 1] > 100
    assert (found.truth is examples[0].truth, found.crop is examples[0].crop) == (True, True)


def test_where_clicks_fall_on_whole_cells_corrections_do_too() -> None:
    spec = InputSpec(size=64, guidance_size=64)
    examples = [clicked(square(), spec)]
    (found,) = corrected(
        examples, logits(answer_with_a_bite()), truths(examples), spec=spec, config=EXACT, seed=[0]
    )
    window = CropWindow(left=0, top=0, width=64, height=64, box=(16, 16, 47, 47), size=64)
    assert found.places[4].tolist() == [47, 27]
    assert found.places[4].tolist() == spec.places(np.array([(47.0, 27.0)]), window)[0].tolist()


def test_only_objects_below_the_bar_are_corrected_and_the_hardest_first() -> None:
    bitten, tiny = answer_with_a_bite(), square(14, 18)
    examples = [clicked(square()) for _ in range(4)]
    answers = logits(bitten, square(), tiny, square())
    # Overlaps 0.875, 1, 0.0625, 1.
    for below, share, expected in (
        (0.9, 1.0, [2, 0]),
        (0.9, 0.25, [2]),
        (0.9, 0.1, [2]),
        (0.5, 1.0, [2]),
        (0.05, 1.0, []),
    ):
        config = CorrectionConfig(below=below, share=share, miss_cells=0)
        found = corrected(examples, answers, truths(examples), spec=SPEC, config=config, seed=[0])
        numbers = [
            next(number for number, one in enumerate(examples) if one.truth is example.truth)
            for example in found
        ]
        assert numbers == expected


def test_a_perfect_answer_has_nothing_to_click_on() -> None:
    examples = [clicked(square())]
    config = CorrectionConfig(below=1, share=1)
    assert corrected(examples, logits(square()), truths(examples), spec=SPEC, config=config, seed=[0]) == []


def test_clicks_miss_within_their_bounds_and_the_same_seed_misses_the_same() -> None:
    examples = [clicked(square())]
    config = CorrectionConfig(below=1, share=1, miss_cells=3)
    found = [
        corrected(
            examples, logits(answer_with_a_bite()), truths(examples), spec=SPEC, config=config, seed=[seed]
        )[0].places[4]
        for seed in (*range(30), 0)
    ]
    offsets = np.array(found) - [11.25, 6.25]
    assert np.abs(offsets).max() == pytest.approx(1.5, abs=0.15)
    assert np.abs(offsets).max() <= 1.5
    assert found[0].tolist() == found[30].tolist() != found[1].tolist()


def test_a_click_that_misses_stays_in_the_window() -> None:
    whole = np.ones((32, 32), np.bool_)
    examples = [replace(clicked(whole), places=np.array([(0, 8), (8, 0), (15, 8), (8, 15)], np.float64))]
    answer = whole.copy()
    answer[12:20, 20:] = False
    config = CorrectionConfig(below=1, share=1, miss_cells=8)
    for seed in range(20):
        (found,) = corrected(
            examples, logits(answer), truths(examples), spec=SPEC, config=config, seed=[seed]
        )
        assert (found.places[4] <= 15.25).all()
        assert (found.places[4] >= -0.25).all()


def test_a_sixth_click_goes_elsewhere() -> None:
    answer = answer_with_a_bite()
    answer[20:24, 10:18] = False
    examples = [clicked(square())]
    (once,) = corrected(examples, logits(answer), truths(examples), spec=SPEC, config=EXACT, seed=[0])
    (twice,) = corrected([once], logits(answer), truths([once]), spec=SPEC, config=EXACT, seed=[0])
    assert len(twice.places) == 6
    # Not next to the fifth: more than a cell and a half of the answer away.
    assert np.hypot(*(twice.places[5] - once.places[4])) * 2 > 1.5


def test_with_feedback_every_further_click_shows_the_answer_before_the_first() -> None:
    spec = replace(SPEC, feedback=True)
    answer = answer_with_a_bite()
    examples = [clicked(square(), spec)]
    (once,) = corrected(examples, logits(answer), truths(examples), spec=spec, config=EXACT, seed=[0])
    sure = torch.sigmoid(logits(answer))[0, 0].float().numpy()
    assert once.previous is not None
    assert np.array_equal(once.previous, sure)
    assert np.array_equal(once.guidance, spec.draw(once.places, sure))
    answer[20:24, 10:18] = False
    (twice,) = corrected([once], logits(answer), truths([once]), spec=spec, config=EXACT, seed=[0])
    assert twice.previous is once.previous
    assert np.array_equal(twice.guidance, spec.draw(twice.places, sure))


def test_a_person_s_corrections_come_before_simulated_ones_and_however_good_the_answer_is() -> None:
    made = np.array([(6.5, 8.0), (7.0, 11.0)])
    examples = [replace(clicked(square()), further=made)]
    config = CorrectionConfig(below=0.5, share=1, miss_cells=3)
    perfect = logits(square())
    (once,) = corrected(examples, perfect, truths(examples), spec=SPEC, config=config, seed=[0])
    assert once.places[4:].tolist() == [[6.5, 8.0]]
    assert once.further.tolist() == [[7.0, 11.0]]
    assert once.guidance.tobytes() == SPEC.draw(once.places).tobytes()
    (twice,) = corrected([once], perfect, truths([once]), spec=SPEC, config=config, seed=[0])
    assert twice.places[4:].tolist() == made.tolist()
    assert len(twice.further) == 0
    assert corrected([twice], perfect, truths([twice]), spec=SPEC, config=config, seed=[0]) == []


def test_examples_are_stacked_as_networks_take_them() -> None:
    examples = [clicked(square()), replace(clicked(square()), crop=np.full((64, 64, 3), 7, np.uint8))]
    crops, guidance, truth = stacked(examples, torch.device("cpu"))
    assert (crops.shape, guidance.shape, truth.shape) == ((2, 3, 64, 64), (2, 3, 16, 16), (2, 1, 32, 32))
    assert crops[1].unique().tolist() == [7]
    assert torch.equal(guidance[0, 2], torch.from_numpy(examples[0].guidance[..., 2]))
    assert torch.equal(truth[0, 0], torch.from_numpy(examples[0].truth))
    assert {tensor.dtype for tensor in (crops, guidance, truth)} == {torch.float32}
    assert crops.is_contiguous(memory_format=torch.channels_last)
