"""The Dockerfiles: linted, pinned, unprivileged, and made of files that exist and reach the builder."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.docker.files import (
    DOCKERFILES,
    ROOT,
    final_stage,
    image_environment,
    in_build_context,
    instructions,
    locked,
    tool,
)

EXTRAS = {"web": ["web", "s3"], "worker": ["web", "s3", "ml"]}
# What only a process with a model loads.
MODEL_PACKAGES = {
    "opencv-python", "opencv-python-headless", "torch", "torchvision", "onnx", "onnxruntime", "safetensors",
}  # fmt: skip


def declared(image: str) -> list[Requirement]:
    """Return what pyproject.toml asks of the image's extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = list(project["dependencies"])
    for extra in EXTRAS[image]:
        texts += project["optional-dependencies"][extra]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("path", DOCKERFILES.values(), ids=DOCKERFILES.keys())
def test_the_linter_finds_nothing(path: Path) -> None:
    answer = subprocess.run(
        [tool("hadolint"), "--no-color", "--failure-threshold", "style", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (answer.returncode, answer.stdout) == (0, "")


@pytest.mark.parametrize("path", DOCKERFILES.values(), ids=DOCKERFILES.keys())
def test_every_base_is_pinned_to_major_and_minor(path: Path) -> None:
    bases = [part.arguments()[0] for part in instructions(path) if part.name == "FROM"]
    assert bases
    for base in bases:
        assert re.fullmatch(r"(node|python):\d+\.\d+-slim-trixie|node:\d+\.\d+-trixie-slim", base), base


@pytest.mark.parametrize("path", DOCKERFILES.values(), ids=DOCKERFILES.keys())
def test_the_process_runs_as_an_ordinary_user_known_by_number(path: Path) -> None:
    users = [part.text for part in final_stage(path) if part.name == "USER"]
    assert users == ["10001:10001"]


@pytest.mark.parametrize("path", DOCKERFILES.values(), ids=DOCKERFILES.keys())
def test_what_is_copied_exists_and_reaches_the_builder(path: Path) -> None:
    copies = [part for part in instructions(path) if part.name == "COPY" and "--from=" not in part.text]
    sources = [source.rstrip("/") for part in copies for source in part.arguments()[:-1]]
    assert {"platform", "labeling", "ml", "pyproject.toml"} <= set(sources)
    for source in sources:
        assert (ROOT / source).exists(), source
        assert in_build_context(source), source


def test_the_bundled_weights_reach_the_builder() -> None:
    for name in ("default.safetensors", "default.onnx"):
        assert in_build_context(f"ml/weights/{name}")


@pytest.mark.parametrize(
    "path",
    [".git/config", "docker/.env", ".cardinal/run/secret", ".venv/bin/python", "frontend/node_modules/a.js",
     "frontend/.env.local", "tests/docker/files.py", "ml/__pycache__/a.pyc", "Makefile"],
)  # fmt: skip
def test_secrets_and_leftovers_stay_out_of_the_build_context(path: str) -> None:
    assert not in_build_context(path)


@pytest.mark.parametrize("image", DOCKERFILES)
def test_the_pinned_versions_are_within_what_the_project_asks_for(image: str) -> None:
    pins = locked(image)
    for requirement in declared(image):
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), (
            f"{requirement}: {version} is pinned; run docker/lock.sh"
        )


def test_a_package_in_both_images_has_one_version() -> None:
    web, worker = locked("web"), locked("worker")
    assert {name: worker.get(name) for name in web} == web


def test_the_web_image_has_nothing_of_a_model_and_the_worker_has() -> None:
    assert MODEL_PACKAGES & locked("web").keys() == set()
    assert MODEL_PACKAGES & locked("worker").keys() == {
        "opencv-python-headless",
        "onnxruntime",
        "safetensors",
    }


@pytest.mark.parametrize("image", DOCKERFILES)
def test_each_image_installs_its_own_list_and_the_package_without_more(image: str) -> None:
    runs = " ".join(part.text for part in instructions(DOCKERFILES[image]) if part.name == "RUN")
    assert f"pip install -r docker/requirements.{image}.txt" in runs
    assert "pip install --no-deps ." in runs


def test_the_images_share_where_they_write() -> None:
    web, worker = image_environment(DOCKERFILES["web"]), image_environment(DOCKERFILES["worker"])
    for name, value in {
        "DJANGO_SETTINGS_MODULE": "cardinal.settings.production",
        "CARDINAL_DATA": "/data",
        "TMPDIR": "/scratch",
        "PYTHONDONTWRITEBYTECODE": "1",
    }.items():
        assert (web[name], worker[name]) == (value, value)
    for path in DOCKERFILES.values():
        volumes = [part.text for part in final_stage(path) if part.name == "VOLUME"]
        assert volumes == ['["/data", "/scratch"]']
