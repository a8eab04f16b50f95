"""Networks on ONNX Runtime: the CPU's way, without torch."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime

from ml.checkpoint import Checkpoint
from ml.errors import WeightsRefused
from ml.predictor import Probability
from ml.runtimes.cores import available_cores
from ml.runtimes.network import Crops, NetworkPredictor
from ml.runtimes.onnx_file import read_onnx

SUFFIX = ".onnx"
INPUTS, OUTPUTS = ("crop", "guidance"), ("logits", "quality")
# More than this is never told apart by one click; other clicks want cores too.
MOST_THREADS = 4
# What a weights file may say otherwise without a new export: the graph does not depend on it.
REWRITABLE = ("answer", "version", "licence", "data", "metrics")


class OnnxForward:
    """One pass of an exported network. Safe for threads.

    `threads` share a pass, by default as many as this process may use, four at most; they sleep between
    passes instead of spinning, so that other work on the same cores is not slowed. Raises `WeightsRefused`
    for a file that is damaged or was not made by `python -m ml export`.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        content, self.checkpoint = read_onnx(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or min(MOST_THREADS, available_cores())
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
            self._try_out()
        # onnxruntime's own errors share no parent below Exception.
        except Exception as error:
            first = str(error).partition("\n")[0][:200]
            raise WeightsRefused(f"{path} cannot be used by this ONNX Runtime: {first}") from error

    def __call__(self, crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        """Answer crops and guidance, see `Forward`."""
        # A CPU gains nothing from several at a time.
        answers = [
            self._session.run(OUTPUTS, {"crop": crop[None], "guidance": clicks[None]})
            for crop, clicks in zip(crops, guidance, strict=True)
        ]
        logits, quality = zip(*answers, strict=True)
        return _joined(logits), _joined(quality)

    def _try_out(self) -> None:
        """Answer nothing once: the first pass is slow, and shows whether the graph takes what is promised."""
        spec = self.checkpoint.input
        logits, quality = self(
            np.zeros((1, spec.size, spec.size, 3), np.uint8),
            np.zeros((1, spec.guidance_size, spec.guidance_size, spec.channels), np.float32),
        )
        if (
            logits.ndim != 3
            or quality.shape != (1,)
            or {logits.dtype, quality.dtype} != {np.dtype("float32")}
        ):
            raise ValueError(f"it answers {logits.dtype} {logits.shape} and {quality.dtype} {quality.shape}")


def load_onnx_predictor(path: Path, *, expected: Checkpoint | None = None) -> NetworkPredictor:
    """Return the predictor of an exported network, warm.

    `expected` is the weights file beside it, whose word counts for how an answer is read. Raises
    `WeightsRefused` for a damaged or foreign file, or one that was made from other weights.
    """
    forward = OnnxForward(path)
    checkpoint = exported = forward.checkpoint
    if expected is not None:
        checkpoint = expected
        kept = {name: getattr(exported, name) for name in REWRITABLE}
        if replace(expected, tensors={}, **kept) != exported:
            raise WeightsRefused(
                f"{path} was made from other weights; make it again with `python -m ml export`."
            )
    return NetworkPredictor(
        version=checkpoint.identity, inputs=checkpoint.input, answer=checkpoint.answer, forward=forward
    )


def _joined(parts: tuple[Probability, ...]) -> Probability:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
