"""Shapes as texts, which wait on disk until their image's size is known."""

import json
from typing import Any

from labeling.formats.records import Outline, Parts, Patch, Runs, Shape


def packed(shape: Shape) -> str:
    """Return a shape as a text, of which `unpacked` makes the same again."""
    return json.dumps(_as_json(shape), separators=(",", ":"))


def unpacked(text: str) -> Shape:
    """Return the shape that a text of `packed` stands for."""
    return _from_json(json.loads(text))


def _as_json(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, Runs):
        return {"size": [shape.height, shape.width], "counts": shape.counts}
    if isinstance(shape, Patch):
        return {"at": [shape.x, shape.y], "patch": _as_json(shape.runs)}
    if isinstance(shape, Parts):
        return {"parts": [_as_json(part) for part in shape.parts]}
    return {"rings": shape.rings, "relative": shape.relative, "rule": shape.rule}


def _from_json(value: dict[str, Any]) -> Shape:
    if "counts" in value:
        return _runs(value)
    if "patch" in value:
        x, y = value["at"]
        return Patch(x, y, _runs(value["patch"]))
    if "parts" in value:
        return Parts(tuple(_from_json(part) for part in value["parts"]))
    rings = tuple(tuple((x, y) for x, y in ring) for ring in value["rings"])
    return Outline(rings, value["relative"], value["rule"])


def _runs(value: dict[str, Any]) -> Runs:
    height, width = value["size"]
    return Runs(height, width, value["counts"])
