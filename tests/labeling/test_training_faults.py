"""A training run in real processes: whole, and killed with its worker at random steps."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from cardinal.embedded.process import wait_until
from tests.factories import picture, rectangle
from tests.labeling.site import Site, eventually, site
from tests.ml.training.small import new_run

IMAGES = 16
LONG_S = 240
# What beat would do half a minute later.
RESUME = """
from dataclasses import replace
from datetime import timedelta
from labeling.services import training
training.JOBS = replace(training.JOBS, stale=timedelta(0))
assert training.runs_resume() == 1
"""


@pytest.fixture(scope="module")
def house() -> Iterator[Site]:
    """A site whose project has just enough accepted images, and serves a small network."""
    folder = Path(tempfile.mkdtemp(prefix="cardinal-faults-", dir="/tmp"))
    try:
        with site(folder) as made:
            made.start_training_worker()
            _accept_images(made)
            _serve_small_network(made, folder / "start")
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _accept_images(house: Site) -> None:
    dataset = house.post("/datasets", {"name": "squares"}).json()["id"]
    files = [("files", (f"{n}.png", picture(seed=n))) for n in range(IMAGES)]
    address = f"{house.address}/datasets/{dataset}/images"
    httpx.post(address, files=files, headers=house.headers, timeout=60).raise_for_status()
    labels = [{"name": "square", "color": "#010203"}]
    body = {"name": "squares", "dataset_ids": [dataset], "labels": labels}
    house.project = house.post("/projects", body).json()
    label = house.project["labels"][0]["id"]
    tasks = house.get(f"/projects/{house.project['id']}/tasks").json()["results"]
    for number, task in enumerate(tasks):
        mask = rectangle(4 + number, 6, 20, 18).model_dump()
        for path, body in (
            ("annotations", {"label_id": label, "mask": mask}),
            ("submit", {}),
            ("accept", {}),
        ):
            house.post(f"/tasks/{task['id']}/{path}", body).raise_for_status()


def _serve_small_network(house: Site, folder: Path) -> None:
    """Upload weights that train in seconds, and have them serve."""
    new_run(folder, input={"feedback": True, "size": 64}).train(lambda report: None)
    weights = folder / "out" / "last.safetensors"
    address = f"{house.address}/projects/{house.project['id']}/models"
    files = {"file": ("small.safetensors", weights.read_bytes())}
    answer = httpx.post(address, files=files, data={"name": "Small"}, headers=house.headers, timeout=60)
    version = answer.raise_for_status().json()

    def checked() -> bool:
        return bool(house.get(f"/models/{version['id']}").json()["state"] != "checking")

    assert wait_until(checked, timeout_s=LONG_S)
    _serve(house, version["id"])


def _serve(house: Site, version_id: int) -> None:
    address = f"{house.address}/projects/{house.project['id']}/active-model"
    body = {"version_id": version_id}
    httpx.put(address, json=body, headers=house.headers, timeout=60).raise_for_status()


def _start(house: Site, **body: int) -> dict[str, Any]:
    answer = house.post(f"/projects/{house.project['id']}/training-runs", body)
    return answer.raise_for_status().json()  # type: ignore[no-any-return]


def _run(house: Site, run: dict[str, Any]) -> dict[str, Any]:
    return house.get(f"/training-runs/{run['id']}").json()  # type: ignore[no-any-return]


def _step(house: Site, run: dict[str, Any]) -> int:
    latest = _run(house, run)["latest"]
    return latest["step"] if latest else 0


def _ended(house: Site, run: dict[str, Any]) -> dict[str, Any]:
    assert wait_until(lambda: _run(house, run)["state"] not in ("queued", "running"), timeout_s=LONG_S)
    ended = _run(house, run)
    assert ended["state"] == "succeeded", ended
    return ended


def _training_processes(house: Site) -> list[psutil.Process]:
    """Return the commands that train in this site's folder; another site may train beside it."""
    folder = str(house.folder / "training")
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(word.startswith(folder) for word in process.info["cmdline"] or [])
    ]


def test_a_run_whose_worker_is_killed_again_and_again_ends_with_the_same_weights(house: Site) -> None:
    whole = _ended(house, _start(house, seed=3))
    first = house.get(f"/models/{whole['version_id']}").json()
    assert first["sha256"]
    # From the same version once more, should the first one have been promoted.
    _serve(house, whole["start_id"])
    run = _start(house, seed=3, snapshot_id=whole["snapshot"]["id"])
    reached = 0
    for share in sorted(random.sample(range(5, 95), 2)):
        target = max(reached + 1, share * 120 // 100)
        assert wait_until(lambda wanted=target: _step(house, run) >= wanted, timeout_s=LONG_S), share  # type: ignore[misc]
        reached = _step(house, run)
        house.kill("train")
        eventually(lambda: not _training_processes(house), "the training command to end with its worker")
        assert _run(house, run)["state"] == "running"
        house.start_training_worker()
        house.run_python(RESUME)
    again = _ended(house, run)
    second = house.get(f"/models/{again['version_id']}").json()
    assert (second["sha256"], second["identity"]) == (first["sha256"], first["identity"])
    assert again["decision"] == whole["decision"]
    steps = [point["step"] for point in again["curves"]]
    assert steps == sorted(set(steps))
    assert not list((house.folder / "training").iterdir())


def test_a_run_that_is_cancelled_ends_its_command_and_frees_the_project(house: Site) -> None:
    run = _start(house, seed=4)
    assert wait_until(lambda: _step(house, run) >= 1, timeout_s=LONG_S)
    assert house.post(f"/training-runs/{run['id']}/cancel").json()["state"] == "cancelled"
    eventually(lambda: not _training_processes(house), "the training command to end")
    eventually(lambda: not list((house.folder / "training").iterdir()), "the folder to go")
    assert _run(house, run)["version_id"] is None
    again = _start(house, seed=5)
    assert again["state"] == "queued"
    house.post(f"/training-runs/{again['id']}/cancel")
