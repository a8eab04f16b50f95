"""The ONNX file that `python -m ml export` writes, read with suspicion before a runtime sees it.

An ONNX file may name other files, bring functions and loops, and ask for operators of others; ours hold one
flat graph of standard operators with all its weights. Whatever has more is refused by walking through the
file's fields (Protocol Buffers; the numbers are those of ONNX's published schema).
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ml.checkpoint import HEADER, Checkpoint, parse_header
from ml.errors import WeightsRefused

# The graph's hash in the file's properties: a flipped bit in a weight would go unnoticed without it.
GRAPH_HASH = "cardinal.graph_sha256"
STANDARD_OPERATORS = (b"", b"ai.onnx")


class OnnxFile(NamedTuple):
    """A file's bytes, and what its properties say of the weights that it was made from."""

    content: bytes
    checkpoint: Checkpoint


class _Foreign(ValueError):
    """Something that no file of ours has."""


class _Model:
    """Fields of a model."""

    GRAPH, OPERATORS, PROPERTIES, TRAINING, FUNCTIONS = 7, 8, 14, 20, 25


class _Graph:
    """Fields of a graph."""

    NODE, WEIGHTS, SPARSE_WEIGHTS = 1, 5, 15


class _Node:
    """Fields of a node."""

    ATTRIBUTE, DOMAIN = 5, 7


class _Attribute:
    """Fields of a node's attribute."""

    TENSOR, GRAPH, TENSORS, GRAPHS, SPARSE_TENSOR, SPARSE_TENSORS = 5, 6, 10, 11, 22, 23


class _Tensor:
    """Fields of a tensor."""

    EXTERNAL, LOCATION = 13, 14


def read_onnx(path: Path) -> OnnxFile:
    """Return an exported network. Raises `WeightsRefused` for a damaged file and for all but ours."""
    try:
        content = path.read_bytes()
        properties = _properties(memoryview(content))
        if HEADER not in properties:
            raise _Foreign("it carries no header")
        _check(memoryview(content))
        if graph_sha256(content) != properties.get(GRAPH_HASH):
            raise WeightsRefused(
                f"{path} is damaged: its graph does not match its hash. Run `python -m ml export` again."
            )
    except _Foreign as error:
        raise WeightsRefused(f"{path} was not made by `python -m ml export`: {error}.") from error
    except (OSError, ValueError) as error:
        raise WeightsRefused(f"{path} is no ONNX file, or a damaged one: {error}.") from error
    return OnnxFile(content, parse_header(properties[HEADER], path))


def graph_sha256(content: bytes) -> str:
    """Return the hash of a model file's graph. Raises `ValueError` for what cannot be read."""
    digest = hashlib.sha256()
    for number, value in _fields(memoryview(content)):
        if number == _Model.GRAPH:
            digest.update(_message(value))
    return digest.hexdigest()


def _properties(model: memoryview) -> dict[str, str]:
    pairs = [
        dict(_fields(_message(value))) for number, value in _fields(model) if number == _Model.PROPERTIES
    ]
    return {_text(pair.get(1)): _text(pair.get(2)) for pair in pairs}


def _check(model: memoryview) -> None:
    for number, value in _fields(model):
        if number in (_Model.TRAINING, _Model.FUNCTIONS):
            raise _Foreign("it brings functions")
        if number == _Model.OPERATORS:
            _check_domain(dict(_fields(_message(value))).get(1, b""))
        elif number == _Model.GRAPH:
            _check_graph(_message(value))


def _check_graph(graph: memoryview) -> None:
    for number, value in _fields(graph):
        if number == _Graph.SPARSE_WEIGHTS:
            raise _Foreign("it has sparse weights")
        if number == _Graph.WEIGHTS:
            _check_tensor(_message(value))
        elif number == _Graph.NODE:
            _check_node(_message(value))


def _check_node(node: memoryview) -> None:
    for number, value in _fields(node):
        if number == _Node.DOMAIN:
            _check_domain(value)
        elif number == _Node.ATTRIBUTE:
            for kind, inner in _fields(_message(value)):
                if kind in (_Attribute.GRAPH, _Attribute.GRAPHS):
                    raise _Foreign("it has a graph within a graph")
                if kind in (_Attribute.SPARSE_TENSOR, _Attribute.SPARSE_TENSORS):
                    raise _Foreign("it has sparse weights")
                if kind in (_Attribute.TENSOR, _Attribute.TENSORS):
                    _check_tensor(_message(inner))


def _check_tensor(tensor: memoryview) -> None:
    for number, value in _fields(tensor):
        if number == _Tensor.EXTERNAL or (number == _Tensor.LOCATION and value != 0):
            raise _Foreign("its weights lie in another file")


def _check_domain(value: int | memoryview | bytes) -> None:
    if value not in STANDARD_OPERATORS:
        raise _Foreign("it asks for operators outside the standard")


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Give each field's number and value: a whole number, or the bytes of all other kinds."""
    position = 0
    while position < len(message):
        tag, position = _whole(message, position)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, position = _whole(message, position)
            yield number, value
            continue
        if kind not in (1, 2, 5):
            raise ValueError("a field has a kind that does not exist")
        length, position = _whole(message, position) if kind == 2 else ({1: 8, 5: 4}[kind], position)
        if length > len(message) - position:
            raise ValueError("it ends too early")
        yield number, message[position : position + length]
        position += length


def _whole(message: memoryview, position: int) -> tuple[int, int]:
    """Return a whole number of variable length, and the position behind it."""
    number = 0
    for shift in range(0, 70, 7):
        if position >= len(message):
            raise ValueError("it ends too early")
        byte = message[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
    raise ValueError("a number has too many digits")


def _message(value: int | memoryview | None) -> memoryview:
    if not isinstance(value, memoryview):
        raise ValueError("a field is a number where it should not be")
    return value


def _text(value: int | memoryview | None) -> str:
    return bytes(_message(value)).decode()
