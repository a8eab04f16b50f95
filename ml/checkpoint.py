"""The weights file: tensors beside everything needed to use them, checked before it is believed.

It is a safetensors file, which can hold numbers and text alone; reading it never runs anything. Its header
carries one JSON object under `cardinal`.
"""

import hashlib
import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from ml.errors import WeightsRefused
from ml.preprocess import InputSpec
from ml.runtimes.network import AnswerSpec

FORMAT = 1
HEADER = "cardinal"
SUFFIX = ".safetensors"
# The longest version leaves room for the hash where answers are signed with both.
VERSION = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")
HASH = re.compile(r"[0-9a-f]{64}")
# No side or margin of ours comes near it; a file that asks for more asks for memory.
LARGEST = 2048
# On the logit scale, where 20 is certainty.
STEEPEST = 100
Tensors = Mapping[str, NDArray[np.generic]]
Spec = TypeVar("Spec", InputSpec, AnswerSpec)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A network's weights and what is known about them.

    Attributes:
        architecture: name in `ml.models`, such as `dextr_lite`.
        network: the architecture's arguments.
        input, answer: how the network is fed and how its answer becomes a mask.
        version: a name that people read; `identity` adds the hash.
        licence, data: under which terms, and from what, the weights were made.
        metrics: figures by name, as measured when it was written.
        tensors: arrays by name, as the network's state.
        sha256: over the tensors; empty until written.
    """

    architecture: str
    network: dict[str, Any]
    input: InputSpec
    answer: AnswerSpec
    version: str
    licence: str
    data: str
    metrics: dict[str, float]
    tensors: Tensors
    sha256: str = ""

    @property
    def identity(self) -> str:
        """Version and hash: what a mask made with these weights is signed with."""
        return f"{self.version}+{self.sha256[:8]}"

    def header(self) -> dict[str, Any]:
        """Return all but the tensors, as JSON takes it."""
        kept = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "tensors"}
        return {"format": FORMAT, **kept, "input": asdict(self.input), "answer": asdict(self.answer)}


def write_checkpoint(path: Path, checkpoint: Checkpoint, *, half: bool = False) -> str:
    """Write a weights file at once or not at all; return its hash. `half` stores float32 as float16.

    Tensors with values that float16 cannot hold stay float32. Raises `WeightsRefused` for what could not be
    read again.
    """
    _check_finite(checkpoint.tensors, path)
    # safetensors writes memory as it lies: an array in another order than C would come back scrambled.
    tensors = {
        name: np.asarray(_halved(values) if half else values, order="C")
        for name, values in checkpoint.tensors.items()
    }
    digest = tensors_sha256(tensors)
    header = header_text(replace(checkpoint, sha256=digest))
    parse_header(header, path)
    temporary = path.with_name(f"{path.name}.part")
    try:
        temporary.write_bytes(save(tensors, metadata={HEADER: header}))
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return digest


def _halved(values: NDArray[np.generic]) -> NDArray[np.generic]:
    if values.dtype != np.float32:
        return values
    with np.errstate(over="ignore"):
        halved = values.astype(np.float16)
    return halved if np.isfinite(halved).all() else values


def read_checkpoint(path: Path) -> Checkpoint:
    """Return a weights file's content, float16 as float32. Raises `WeightsRefused` for all others."""
    try:
        with safe_open(path, framework="numpy") as file:
            header = (file.metadata() or {}).get(HEADER)
            if header is None:
                raise WeightsRefused(
                    f"{path} is no weights file of Cardinal; `python -m ml convert` reads published ones."
                )
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    # A numpy without a file's type of numbers knows no such attribute.
    except (SafetensorError, OSError, TypeError, AttributeError) as error:
        raise WeightsRefused(
            f"{path} is no weights file, or a damaged one: {error}. Fetch it again."
        ) from error
    checkpoint = parse_header(header, path)
    if tensors_sha256(tensors) != checkpoint.sha256:
        raise WeightsRefused(f"{path} is damaged: its content does not match its hash. Fetch it again.")
    _check_finite(tensors, path)
    whole = {
        name: values.astype(np.float32) if values.dtype == np.float16 else values
        for name, values in tensors.items()
    }
    return replace(checkpoint, tensors=whole)


def _check_finite(tensors: Tensors, path: Path) -> None:
    for name, values in tensors.items():
        if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
            raise WeightsRefused(f"{path} has values that are not finite, in {name}. Train it again.")


def header_text(checkpoint: Checkpoint) -> str:
    """Return what a file's header says about a checkpoint; `parse_header` reads it."""
    return json.dumps(checkpoint.header(), sort_keys=True)


def parse_header(text: str, path: Path) -> Checkpoint:
    """Return what a header says, without tensors. Raises `WeightsRefused`, naming what is wrong in `path`."""
    try:
        header = json.loads(text, parse_constant=_refuse_constant)
        if header.pop("format") != FORMAT:
            raise WeightsRefused(f"{path} has a format that this version does not read. Update Cardinal.")
        header["input"] = _spec(InputSpec, header["input"])
        header["answer"] = _spec(AnswerSpec, header["answer"])
        checkpoint = Checkpoint(**header, tensors={})
        _check_header(checkpoint)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise WeightsRefused(f"{path} has a header that cannot be used: {error}. Fetch it again.") from error
    return checkpoint


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is no figure")


def _spec(kind: type[Spec], values: Mapping[str, Any]) -> Spec:
    """Return a specification whose every value has the type of its default, or is one of its choices."""
    hints = get_type_hints(kind)
    if unknown := set(values) - set(hints):
        raise TypeError(f"there is no {', '.join(sorted(unknown))}")
    for name, value in values.items():
        choices = get_args(hints[name])
        fits = (
            value in choices
            if choices
            else type(value) in ((float, int) if hints[name] is float else (hints[name],))
        )
        if not fits:
            raise TypeError(f"{name} is {value!r}")
    return kind(**values)


def _check_header(checkpoint: Checkpoint) -> None:
    for name in ("architecture", "licence", "data"):
        if not isinstance(getattr(checkpoint, name), str):
            raise TypeError(f"{name} is no text")
    if not isinstance(checkpoint.network, dict) or not isinstance(checkpoint.metrics, dict):
        raise TypeError("network and metrics have to be objects")
    if not all(type(value) in (int, float) and math.isfinite(value) for value in checkpoint.metrics.values()):
        raise TypeError("metrics have to be finite figures")
    if not isinstance(checkpoint.sha256, str) or not HASH.fullmatch(checkpoint.sha256):
        raise ValueError(f"sha256 is {checkpoint.sha256!r}")
    if not isinstance(checkpoint.version, str) or not VERSION.fullmatch(checkpoint.version):
        raise ValueError(f"version is {checkpoint.version!r}")
    inputs, answer = checkpoint.input, checkpoint.answer
    ranges = {
        "size": 1 <= inputs.size <= LARGEST,
        "guidance_size": 1 <= inputs.guidance_size <= LARGEST,
        "relax_pixels": 0 <= inputs.relax_pixels <= LARGEST,
        "relax_share": 0 <= inputs.relax_share <= 1,
        "bump_width": 0 < inputs.bump_width <= LARGEST,
        "threshold": 0 < answer.threshold < 1,
        "slack_share": 0 <= answer.slack_share <= 1,
        "quality_scale": abs(answer.quality_scale) <= STEEPEST,
        "quality_shift": abs(answer.quality_shift) <= STEEPEST,
    }
    if wrong := [name for name, fits in ranges.items() if not fits]:
        raise ValueError(f"{', '.join(wrong)} out of range")


def tensors_sha256(tensors: Tensors) -> str:
    """Return a hash over names, types, shapes and values, in the order of the names."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        values = tensors[name]
        digest.update(f"{name} {values.dtype.str} {values.shape}\n".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()
