"""Model versions for tests: rows with any files, or with the bundled weights under another name."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.db import transaction

from labeling.models import ModelVersion, Project, VersionState
from labeling.services.model_versions import project_lock, version_create, weights_store
from ml.checkpoint import read_checkpoint, write_checkpoint
from tests.factories import World

BUNDLED = Path(__file__).parents[2] / "ml" / "weights" / "default.safetensors"


def version_make(
    world: World,
    name: str = "cells",
    *,
    project: Project | None = None,
    weights: Path | None = None,
    **row: Any,
) -> ModelVersion:
    """Store a version as a run would, ready unless told otherwise; its files hold nothing but its name."""
    folder = Path(mkdtemp(prefix="cardinal-test-"))
    if weights is None:
        weights, exported = folder / "weights", folder / "exported"
        weights.write_bytes(f"weights of {name}".encode())
        exported.write_bytes(f"export of {name}".encode())
    else:
        exported = BUNDLED.with_suffix(".onnx")
    project = project or world.project
    stored = weights_store(project_id=project.pk, weights=weights, exported=exported)
    values = {
        "state": VersionState.READY,
        "signed": name,
        "architecture": "dextr_lite",
        "licence": "CC0-1.0",
        "parent": None,
        "metrics": {},
        "created_by": world.admin,
        **row,
    }
    with transaction.atomic():
        return version_create(project=project_lock(project_id=project.pk), stored=stored, name=name, **values)


@cache
def bundled_as(version: str) -> Path:
    """Return the bundled weights in a file that calls them otherwise."""
    path = Path(mkdtemp(prefix="cardinal-test-")) / "weights.safetensors"
    write_checkpoint(path, replace(read_checkpoint(BUNDLED), version=version), half=True)
    return path
