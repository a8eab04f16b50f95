"""Names to predictors: loaded when first asked for, once per process, under a lock."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from ml.errors import UnknownPredictor, WeightsRefused
from ml.predictor import Predictor

Loader = Callable[[str], Predictor]

# The one table that says what serving uses when nobody chose.
ALIASES = {"default": "grabcut"}

_loaded: dict[str, Predictor] = {}
_lock = threading.Lock()


def load_predictor(name: str | os.PathLike[str]) -> Predictor:
    """Return the predictor of this name, or that of a weights file at this path.

    A name may carry options behind a colon. Equal names get the same object. Raises `UnknownPredictor`,
    `WeightsRefused` for files that are no weights of ours, and what the predictor's own loading raises.
    """
    text = os.fspath(name)
    resolved = ALIASES.get(text, text)
    family, _, options = resolved.partition(":")
    loader = _LOADERS.get(family)
    if loader is None:
        raise _unknown(text)
    with _lock:
        if resolved not in _loaded:
            _loaded[resolved] = loader(options)
        return _loaded[resolved]


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


_LOADERS: dict[str, Loader] = {"grabcut": _load_grabcut, "fake": _load_fake}
