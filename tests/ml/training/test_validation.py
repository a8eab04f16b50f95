from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from ml.data.objects import ObjectFiles, read_index
from ml.errors import ImageInvalid
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec
from ml.training.validation import Validation, validate
from tests.ml.objects_folder import write_objects

SPEC = InputSpec(size=64, relax_pixels=0, guidance="box", guidance_size=64, resize="area", truncate=False)
ANSWER = AnswerSpec(threshold=0.5, paste="logits")


class Colour(nn.Module):
    """Takes what is redder than a bias for object, and gives every answer the same quality."""

    def __init__(self, *, quality: float = 0, bias: float = 0) -> None:
        super().__init__()
        self.quality, self.bias = quality, bias

    def forward(self, crop: Tensor, guidance: Tensor) -> tuple[Tensor, Tensor]:
        return crop[:, :1] - crop[:, 1:2] - self.bias, torch.full((len(crop),), self.quality)


def validated(network: nn.Module, folder: Path) -> Validation:
    write_objects(folder, tune=3)
    return validate(
        network,
        inputs=SPEC,
        answer=ANSWER,
        entries=read_index(folder / "tune.csv"),
        files=ObjectFiles(),
        device=torch.device("cpu"),
    )


def test_a_network_that_sees_the_object_scores_nearly_one(tmp_path: Path) -> None:
    found = validated(Colour().train(), tmp_path)
    assert found.mean_iou > 0.96
    assert found.share_85 == 1
    assert found.score_error == pytest.approx(found.mean_iou - 0.5, abs=1e-6)


def test_an_answer_without_an_object_is_worth_nothing_and_so_is_its_estimate(tmp_path: Path) -> None:
    assert validated(Colour(quality=3, bias=300), tmp_path) == Validation(0, 0, 0)


def test_the_network_is_asked_in_evaluation_mode(tmp_path: Path) -> None:
    network = Colour().train()
    validated(network, tmp_path)
    assert not network.training


def test_a_file_that_is_gone_is_no_bad_answer_but_an_error(tmp_path: Path) -> None:
    write_objects(tmp_path)
    entries = read_index(tmp_path / "tune.csv")
    (tmp_path / "tune0.jpg").unlink()
    with pytest.raises(ImageInvalid, match=r"tune0.jpg"):
        validate(
            Colour(),
            inputs=SPEC,
            answer=ANSWER,
            entries=entries,
            files=ObjectFiles(),
            device=torch.device("cpu"),
        )
