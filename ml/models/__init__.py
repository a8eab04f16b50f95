"""Architectures by name. A weights file names one and its arguments; nothing else can be built from it."""

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ml.errors import WeightsRefused

if TYPE_CHECKING:
    from torch import nn


MOST_GUIDANCE = 16


# Imported when built: who only reads a weights file's header needs no torch.
def _dextr() -> "type[nn.Module]":
    from ml.models.dextr import Dextr  # noqa: PLC0415

    return Dextr


def _dextr_lite() -> "type[nn.Module]":
    from ml.models.dextr_lite import DextrLite  # noqa: PLC0415

    return DextrLite


_ARCHITECTURES: "dict[str, Callable[[], type[nn.Module]]]" = {"dextr": _dextr, "dextr_lite": _dextr_lite}


def build_network(architecture: str, arguments: Mapping[str, Any]) -> "nn.Module":
    """Return a network with random weights.

    It takes crops, (N, 3, S, S), and guidance, (N, C, g, g), both float in 0..255, and returns logits,
    (N, 1, h, w), and logits of the estimated intersection over union, (N,). Raises `WeightsRefused` for an
    unknown architecture or argument.
    """
    if architecture not in _ARCHITECTURES:
        known = ", ".join(_ARCHITECTURES)
        raise WeightsRefused(f"There is no architecture {architecture!r}; this version knows {known}.")
    kind = _ARCHITECTURES[architecture]()
    unknown = sorted(set(arguments) - set(inspect.signature(kind).parameters))
    if unknown:
        raise WeightsRefused(f"The architecture {architecture} takes no argument {', '.join(unknown)}.")
    try:
        _check_guidance(arguments.get("guidance", 1))
        return kind(**arguments)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise WeightsRefused(f"The architecture {architecture} cannot be built so: {error}.") from error


def _check_guidance(channels: object) -> None:
    if type(channels) is not int or not 1 <= channels <= MOST_GUIDANCE:
        raise ValueError(f"guidance is {channels!r}")
