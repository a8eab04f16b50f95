"""Reads the container set-up: Dockerfiles, the build context's rules, the services as Compose sees them."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
COMPOSE = DOCKER / "compose.yaml"
COMPOSE_GPU = DOCKER / "compose.gpu.yaml"
DOCKERFILES = {"web": DOCKER / "web.Dockerfile", "worker": DOCKER / "worker.Dockerfile"}

# What the operator must give; everything else has a default.
REQUIRED = {
    "CARDINAL_SECRET_KEY": "k" * 50,
    "POSTGRES_PASSWORD": "p4ssw0rd",
    "CARDINAL_ALLOWED_HOSTS": "cardinal.example.org",
}


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile: `COPY`, and all that follows it."""

    name: str
    text: str

    def arguments(self) -> list[str]:
        """Return the words without the flags."""
        return [word for word in shlex.split(self.text) if not word.startswith("--")]


def instructions(path: Path) -> list[Instruction]:
    """Return the instructions of a Dockerfile, continuation lines joined, global ARG defaults filled in."""
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    found: list[Instruction] = []
    defaults: dict[str, str] = {}
    for line in filter(str.strip, joined.splitlines()):
        name, _, text = line.strip().partition(" ")
        if name == "ARG" and not any(past.name == "FROM" for past in found):
            key, _, value = text.partition("=")
            defaults[key] = value
        if name == "FROM":
            text = re.sub(r"\$\{(\w+)\}", lambda match: defaults[match[1]], text)
        found.append(Instruction(name, text.strip()))
    return found


def final_stage(path: Path) -> list[Instruction]:
    """Return the instructions after the last FROM, that one included."""
    parts = instructions(path)
    last = max(index for index, part in enumerate(parts) if part.name == "FROM")
    return parts[last:]


def image_environment(path: Path) -> dict[str, str]:
    """Return the variables that the final stage sets."""
    pairs = [word for part in final_stage(path) if part.name == "ENV" for word in shlex.split(part.text)]
    return dict(pair.split("=", 1) for pair in pairs)


def in_build_context(path: str) -> bool:
    """Tell whether .dockerignore lets a path (from the root) through: the last matching rule decides."""
    parents = [path, *map(str, Path(path).parents)][:-1]
    kept = True
    for rule in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = rule.strip().removeprefix("!")
        if not pattern or pattern.startswith("#"):
            continue
        patterns = [pattern, pattern.removeprefix("**/")] if pattern.startswith("**/") else [pattern]
        if any(fnmatchcase(parent, one) for parent in parents for one in patterns):
            kept = rule.startswith("!")
    return kept


def locked(image: str) -> dict[str, Version]:
    """Return what the image's list pins, by canonical name."""
    lines = (DOCKER / f"requirements.{image}.txt").read_text().splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pins}


def tool(name: str) -> str:
    """Return the path of a tool of the development extra: beside this Python, or anywhere on the path."""
    path = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if path is None:
        pytest.fail(f"{name} is missing: install the extra `dev`.")
    return path


def compose(*files: Path, **variables: str | None) -> subprocess.CompletedProcess[str]:
    """Run `docker-compose config` with the required values and `variables`; None leaves one out."""
    values = {key: value for key, value in {**REQUIRED, **variables}.items() if value is not None}
    arguments = [part for file in files for part in ("-f", str(file))]
    return subprocess.run(
        [tool("docker-compose"), "--env-file", os.devnull, *arguments, "config"],
        env={"PATH": os.environ["PATH"], **values},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def resolved(*files: Path, **variables: str | None) -> dict[str, Any]:
    """Return the set-up as Compose understands it: validated, merged, variables filled in."""
    answer = compose(*files, **variables)
    assert answer.returncode == 0, answer.stderr
    config: dict[str, Any] = yaml.safe_load(answer.stdout)
    return config
