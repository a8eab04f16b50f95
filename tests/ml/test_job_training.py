"""A job that is trained by several processes: as one would, or not at all, and never left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch

from ml.checkpoint import read_checkpoint
from ml.job_training import MOST_PROCESSES, processes_for, train_together
from tests.ml.job_folder import new_job

ROOT = Path(__file__).resolve().parents[2]
# Only that nothing waits for ever: a machine that is busy may take its time.
LIMIT_S = 600
SCARCE = ("-m", "tests.ml.scarce", "finetune")


def begin(folder: Path) -> "subprocess.Popen[str]":
    """Start the job of a folder in two processes of one thread each."""
    return subprocess.Popen(
        [sys.executable, "-m", "ml", "finetune", "--json", "--processes", "2", str(folder)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, list[dict[str, Any]]]:
    out, _ = process.communicate(timeout=LIMIT_S)
    return process.returncode, [json.loads(line) for line in out.splitlines()]


def parts(folder: Path) -> list[psutil.Process]:
    """Return the processes that train in a folder, but for the one that leads them."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if str(folder) in words and "--part" in words:
            found.append(process)
    return found


def waited(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def sha256(folder: Path) -> str:
    return read_checkpoint(folder / "out" / "candidate.safetensors").sha256


def test_two_processes_end_with_one_verdict_also_when_they_were_killed_on_the_way(
    tmp_path: Path, start: Path
) -> None:
    whole = new_job(tmp_path / "whole", start, steps=30)
    status, lines = ended(begin(whole))
    assert status == 0
    steps = [line["step"] for line in lines if line["phase"] == "train"]
    # The first alone tells: no step comes twice.
    assert steps == sorted(set(steps))
    assert (steps[-1], lines[-1]["phase"]) == (30, "done")
    assert json.loads((whole / "out" / "report.json").read_text())["steps"] == 30
    killed = new_job(tmp_path / "killed", start, steps=30)
    process = begin(killed)
    state = killed / "out" / "run" / "state.pt"
    waited(state.exists)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    waited(lambda: not parts(killed))
    assert torch.load(state, weights_only=True)["progress"]["step"] in range(7, 31)
    status, lines = ended(begin(killed))
    assert (status, lines[-1]["phase"]) == (0, "done")
    assert sha256(killed) == sha256(whole)


def test_they_stop_together_and_go_on(tmp_path: Path, start: Path) -> None:
    folder = new_job(tmp_path, start, steps=2000)
    process = begin(folder)
    assert process.stdout is not None
    # They are at work once the first one tells.
    assert json.loads(process.stdout.readline())["phase"] == "train"
    process.send_signal(signal.SIGTERM)
    status, _ = ended(process)
    assert status == 130
    assert not parts(folder)
    assert torch.load(folder / "out" / "run" / "state.pt", weights_only=True)["progress"]["step"] > 0


def test_memory_that_one_of_them_lacks_gives_all_of_them_smaller_batches(
    tmp_path: Path, start: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDINAL_TEST_HOLDS", "4")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.chdir(ROOT)
    folder = new_job(tmp_path, start, steps=2)
    assert train_together(folder, 2, lambda: False, options=("--json",), program=SCARCE)
    assert (folder / "out" / "batch").read_text() == "8"
    # Half of the objects a step, twice as many steps.
    assert torch.load(folder / "out" / "run" / "state.pt", weights_only=True)["progress"]["step"] == 4
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["batch", "run"]


def test_why_they_failed_is_said(tmp_path: Path, start: Path) -> None:
    folder = new_job(tmp_path, start)
    (folder / "train.csv").write_text("set,image,mask,value,kind\n")
    status, lines = ended(begin(folder))
    assert status == 3
    assert {(line["phase"], line["code"]) for line in lines} == {("failed", "data_invalid")}


def test_each_gpu_gets_a_process_and_a_share_that_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for gpus, expected in ((0, 1), (1, 1), (2, 2), (8, MOST_PROCESSES)):
        monkeypatch.setattr(torch.cuda, "device_count", lambda gpus=gpus: gpus)
        assert processes_for(0) == expected
    assert [processes_for(asked) for asked in (1, 3, 9)] == [1, 3, 4]
