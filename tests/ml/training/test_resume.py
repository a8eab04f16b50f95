"""A run that is killed by SIGKILL and started again ends as if nothing had happened."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ml.checkpoint import read_checkpoint

ROOT = Path(__file__).resolve().parents[3]
FILES = ("last.safetensors", "best.safetensors", "curves.csv")


def run(folder: Path, *options: str) -> int:
    """Run the program of `killed.py`; return its exit status."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.ml.training.killed", str(folder), *options],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


def step_of(folder: Path) -> int:
    state = torch.load(folder / "out" / "state.pt", weights_only=True)
    return int(state["progress"]["step"])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    assert run(folder) == 0
    return folder


# States are saved after steps 3, 4 (a validation), 6, 8 and 9.
@pytest.mark.parametrize(
    ("kills", "steps"),
    [
        ([["--after-step", "5"], ["--after-step", "8"]], [4, 6]),
        ([["--in-save", "2"]], [3]),
    ],
    ids=["between two states, twice", "while the state is written"],
)
def test_it_ends_with_the_same_weights_to_the_bit(
    undisturbed: Path, tmp_path: Path, kills: list[list[str]], steps: list[int]
) -> None:
    for options, step in zip(kills, steps, strict=True):
        assert run(tmp_path, *options) == -signal.SIGKILL
        assert step_of(tmp_path) == step
    assert run(tmp_path) == 0
    assert step_of(tmp_path) == 9
    for name in FILES:
        assert (tmp_path / "out" / name).read_bytes() == (undisturbed / "out" / name).read_bytes(), name
    for name in FILES[:2]:
        path = Path("out") / name
        assert read_checkpoint(tmp_path / path).sha256 == read_checkpoint(undisturbed / path).sha256
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        path.name for path in (undisturbed / "out").iterdir()
    )
