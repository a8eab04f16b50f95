"""Weights from outside, made ready to serve: read with suspicion, exported, and made to answer once."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.checkpoint import SUFFIX, Checkpoint, read_checkpoint
from ml.convert import convert
from ml.errors import EmptyMask, WeightsRefused
from ml.export import export
from ml.runtimes.onnx import load_onnx_predictor

PUBLISHED = ".pth"
WEIGHTS = f"weights{SUFFIX}"
# A picture and an object in it, to see that an answer comes at all.
SIDE = 96
CLICKS = ((16.0, 48.0), (48.0, 16.0), (80.0, 48.0), (48.0, 80.0))


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a file turned out to be, and where its weights and their export lie now."""

    checkpoint: Checkpoint
    weights: Path
    exported: Path


def admit(source: Path, folder: Path) -> Admitted:
    """Put an uploaded weights file, or a published checkpoint, into `folder` together with its export.

    Raises `WeightsRefused` for everything that cannot serve; nothing in the file is run.
    """
    weights = folder / WEIGHTS
    if source.suffix == PUBLISHED:
        convert(source, weights)
    elif source.suffix == SUFFIX:
        # Read before it is copied: half a file is refused under the name that it came with.
        read_checkpoint(source)
        shutil.copyfile(source, weights)
    else:
        raise WeightsRefused(f"{source} is neither a {SUFFIX} file nor a published checkpoint ({PUBLISHED}).")
    checkpoint = read_checkpoint(weights)
    exported = export(weights)
    _answers(checkpoint, exported)
    return Admitted(checkpoint, weights, exported)


def _answers(checkpoint: Checkpoint, exported: Path) -> None:
    predictor = load_onnx_predictor(exported, expected=checkpoint)
    picture = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    try:
        score = predictor.predict(picture, np.array(CLICKS)).score
    except EmptyMask:
        return
    if not 0 <= score <= 1:
        raise WeightsRefused("The network answers with numbers that are none. Train it again.")
