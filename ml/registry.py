"""Names to predictors: loaded when first asked for, once per process, under a lock."""

import importlib.util
import os
import threading
from collections.abc import Callable
from pathlib import Path

from ml.errors import UnknownPredictor, WeightsRefused
from ml.predictor import Predictor

Loader = Callable[[str], Predictor]
# Weights, and what they are exported to for CPUs.
FILES = (".safetensors", ".onnx")

# The one table that says what serving uses when nobody chose.
ALIASES = {"default": str(Path(__file__).parent / "weights" / "default.safetensors")}

_loaded: dict[str, Predictor] = {}
_lock = threading.Lock()


def load_predictor(name: str | os.PathLike[str]) -> Predictor:
    """Return the predictor of this name, or that of a weights file at this path.

    A name may carry options behind a colon. Equal names get the same object. Raises `UnknownPredictor`,
    `WeightsRefused` for files that are no weights of ours, and what the predictor's own loading raises.
    """
    text = os.fspath(name)
    resolved = ALIASES.get(text, text)
    loader: Loader
    if Path(resolved).suffix in FILES:
        loader, options = _load_file, os.path.abspath(resolved)
        resolved = options
    else:
        family, _, options = resolved.partition(":")
        if family not in _LOADERS:
            raise _unknown(text)
        loader = _LOADERS[family]
    with _lock:
        if resolved not in _loaded:
            _loaded[resolved] = loader(options)
        return _loaded[resolved]


def read_predictor(path: Path) -> Predictor:
    """Return the predictor of a weights file, read anew; whoever asks keeps it as long as it is wanted.

    Raises `WeightsRefused`.
    """
    return _load_file(os.path.abspath(path))


def predictor_names() -> list[str]:
    """Return the names that `load_predictor` knows, aliases first."""
    return [*ALIASES, *_LOADERS]


def _unknown(text: str) -> UnknownPredictor | WeightsRefused:
    if os.sep in text or Path(text).suffix:
        return WeightsRefused(f"{text} is no weights file that this version reads. Nothing of it was loaded.")
    return UnknownPredictor(f"There is no predictor {text!r}. Known are {', '.join(predictor_names())}.")


# Each runtime is imported by its loader: who never asks for a model never pays for its libraries.
def _load_grabcut(options: str) -> Predictor:
    from ml.runtimes.grabcut import GrabCutPredictor  # noqa: PLC0415

    if options:
        raise UnknownPredictor(f"The predictor grabcut takes no options, but got {options!r}.")
    return GrabCutPredictor()


def _load_fake(options: str) -> Predictor:
    from ml.runtimes.fake import FakePredictor  # noqa: PLC0415

    return FakePredictor.with_options(options)


def _load_file(path: str) -> Predictor:
    """Load a weights file: on a GPU where there is one, else its exported companion, else on torch's CPU."""
    weights, exported = Path(path).with_suffix(FILES[0]), Path(path).with_suffix(FILES[1])
    if not Path(path).exists():
        raise WeightsRefused(f"There is no weights file {path}.")
    if weights.exists() and (_gpu() or (not exported.exists() and _torch_installed())):
        from ml.runtimes.torch import load_torch_predictor  # noqa: PLC0415

        return load_torch_predictor(weights)
    if not exported.exists():
        raise WeightsRefused(
            f"{path} needs torch, or the file that `python -m ml export {path}` makes beside it."
        )
    from ml.checkpoint import read_checkpoint  # noqa: PLC0415
    from ml.runtimes.onnx import load_onnx_predictor  # noqa: PLC0415

    return load_onnx_predictor(exported, expected=read_checkpoint(weights) if weights.exists() else None)


def _gpu() -> bool:
    """Return whether torch has a GPU; it is imported only where the driver has one, for that is slow."""
    if not Path("/dev/nvidiactl").exists() or not _torch_installed():
        return False
    import torch  # noqa: PLC0415

    return torch.cuda.is_available()


def _torch_installed() -> bool:
    return importlib.util.find_spec("torch") is not None


_LOADERS: dict[str, Loader] = {"grabcut": _load_grabcut, "fake": _load_fake}
