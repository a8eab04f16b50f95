import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from ml.training.distributed import Processes
from tests.ml.objects_folder import write_objects

ROOT = Path(__file__).resolve().parents[3]
# Only that nothing waits for ever: a machine that is busy may take its time.
LIMIT_S = 600


def twins(folder: Path, *options: str) -> tuple[int, list[dict[str, Any] | None]]:
    """Run the program of `twins.py` in two processes; return the exit status and what each wrote down."""
    if not (folder / "data").exists():
        write_objects(folder / "data")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"),
            *("-m", "tests.ml.training.twins", str(folder), *options),
        ],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    files = [folder / f"{rank}.json" for rank in (0, 1)]
    return done.returncode, [json.loads(file.read_text()) if file.exists() else None for file in files]


def test_two_processes_hold_one_network_stop_together_and_go_on(tmp_path: Path) -> None:
    status, (first, second) = twins(tmp_path, "--stop-at", "3")
    assert status == 0
    assert first is not None
    # One asked, both stopped, after the same step; the figures of the first are those of both.
    assert first == second
    assert (first["over"], first["step"], len(first["validations"])) == (False, 3, 1)
    assert torch.load(tmp_path / "out" / "state.pt", weights_only=True)["progress"]["step"] == 3
    status, (first, second) = twins(tmp_path)
    assert status == 0
    assert first == second
    assert first is not None
    assert (first["over"], first["step"] in {4, 5}) == (True, True)
    assert (tmp_path / "out" / "last.safetensors").exists()


def test_when_one_process_fails_the_other_ends_as_well(tmp_path: Path) -> None:
    status, (first, second) = twins(tmp_path, "--fail-at", "1")
    assert status == 1
    assert second is None
    # Unless it was ended before it could tell.
    assert first is None or "Another process of this run has ended" in first["error"]


def test_one_process_alone_shares_with_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    alone = Processes.join()
    assert (alone.rank, alone.world) == (0, 1)
    assert alone.first((0.5, 2.0)) == [0.5, 2.0]
    assert (alone.any(True), alone.any(False), alone.same(7)) == (True, False, True)
    network = nn.Linear(1, 1)
    alone.average_gradients(network)
    assert network.weight.grad is None
    alone.leave()
