"""How good a network is on the tuning set, through the same predictor that serves."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ml.clicks import extreme_points
from ml.data.objects import ObjectEntry, ObjectFiles
from ml.errors import PredictorError
from ml.metrics import iou
from ml.predictor import Predictor, Probability
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec, Crops, NetworkPredictor


@dataclass(frozen=True, slots=True)
class Validation:
    """Means over the tuning set at four exact clicks.

    Attributes:
        mean_iou: intersection over union.
        share_85: the share of objects where that is 0.85 or more.
        score_error: how far the network's own estimate of it was off.
    """

    mean_iou: float
    share_85: float
    score_error: float


def validate(
    network: nn.Module,
    *,
    inputs: InputSpec,
    answer: AnswerSpec,
    entries: list[ObjectEntry],
    files: ObjectFiles,
    device: torch.device,
) -> Validation:
    """Click every object of the tuning set and compare. The network is left in evaluation mode."""
    network.eval()

    def forward(crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        with torch.inference_mode():
            logits, quality = network(
                torch.from_numpy(crops).to(device).permute(0, 3, 1, 2).float(),
                torch.from_numpy(guidance).to(device).permute(0, 3, 1, 2),
            )
        return logits[:, 0].float().cpu().numpy(), quality.float().cpu().numpy()

    predictor = NetworkPredictor(version="validation", inputs=inputs, answer=answer, forward=forward)
    scored = np.array([_scored(predictor, entry, files) for entry in entries])
    overlaps, scores = scored[:, 0], scored[:, 1]
    return Validation(
        mean_iou=float(overlaps.mean()),
        share_85=float((overlaps >= 0.85).mean()),
        score_error=float(np.abs(scores - overlaps).mean()),
    )


def _scored(predictor: Predictor, entry: ObjectEntry, files: ObjectFiles) -> tuple[float, float]:
    """Return an object's true and estimated intersection over union; a refusal is worth nothing."""
    loaded = files.load(entry)
    try:
        prediction = predictor.predict(loaded.image, extreme_points(loaded.mask))
    except PredictorError:
        return 0.0, 0.0
    return iou(prediction.mask, loaded.mask), prediction.score
