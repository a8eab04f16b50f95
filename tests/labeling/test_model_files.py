"""Versions' files on a worker's disk: fetched once, checked, and never half."""

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from labeling import model_files
from labeling.model_files import FilesUnavailable, VersionFiles, files_of, forget_local, local_weights
from tests.factories import World
from tests.labeling.versions import version_make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture(autouse=True)
def root(settings: Settings, tmp_path: Path) -> Path:
    settings.MODEL_CACHE_ROOT = str(tmp_path / "models")
    return tmp_path / "models"


def made(name: str = "cells", world: World | None = None) -> VersionFiles:
    return files_of(version_make(world or World(images=0), name))


def folders(root: Path) -> set[str]:
    return {path.name for path in root.iterdir() if path.is_dir()}


def test_files_are_fetched_once_and_lie_under_the_hash_of_the_weights(root: Path) -> None:
    files = made()
    with local_weights(files) as path:
        assert path == root / files.sha256 / "weights.safetensors"
        assert path.read_bytes() == b"weights of cells"
        assert path.with_suffix(".onnx").read_bytes() == b"export of cells"
    default_storage.delete(files.weights_key)
    with local_weights(files) as path:
        assert path.read_bytes() == b"weights of cells"


def test_what_is_not_the_file_of_its_name_is_not_kept(root: Path) -> None:
    files = made()
    default_storage.save(files.weights_key, ContentFile(b"weights of somebody"))
    with pytest.raises(FilesUnavailable, match="is damaged"), local_weights(files):
        pass
    assert folders(root) == set()


@pytest.mark.parametrize("gone", ["weights_key", "exported_key"])
def test_what_is_gone_leaves_nothing_half(root: Path, gone: str) -> None:
    files = made()
    default_storage.delete(getattr(files, gone))
    with pytest.raises(FilesUnavailable, match="is not in the storage any more"), local_weights(files):
        pass
    assert folders(root) == set()


def test_what_a_killed_worker_left_is_in_nobodys_way(root: Path) -> None:
    files = made()
    left = root / f"{files.sha256}.part"
    left.mkdir(parents=True)
    (left / "weights.safetensors").write_bytes(b"wei")
    with local_weights(files) as path:
        assert path.read_bytes() == b"weights of cells"
    assert folders(root) == {files.sha256}


def test_the_ones_that_were_longest_not_loaded_go(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "MOST_KEPT", 2)
    world = World(images=0)
    first, second, third = (made(name, world) for name in ("a", "b", "c"))
    for age, files in ((300, first), (200, second)):
        with local_weights(files):
            pass
        os.utime(root / files.sha256, (age, age))
    with local_weights(first):
        pass
    with local_weights(third):
        pass
    assert folders(root) == {first.sha256, third.sha256}
    forget_local(first)
    assert folders(root) == {third.sha256}
