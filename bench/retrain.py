"""Retraining, measured: does a project's model get better on its own kind of pictures, and at what price?

Run with: make bench NAME=retrain

CARDINAL_BENCH_NUCLEI names a folder with `nuclei.csv`, an index of microscopy with the sets `train` and
`heldout`; without it the objects are cells drawn by this file, so that the command runs anywhere.
"""

import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from bench._annotators import Annotators
from bench._cells import draw_cells
from bench.stack import decoded, make_project, png, report, running_stack
from labeling.domain import masks
from ml import load_predictor
from ml.clicks import extreme_points
from ml.data.objects import ObjectEntry, ObjectFiles, read_index
from ml.evaluate import Outcome, Truth, evaluate_object
from ml.gate import Comparison, compare
from ml.predictor import EXTREME_POINTS

PICTURES, OBJECTS_EACH, MISS = 30, 5, 2.0
HELD_OUT_EACH = 5
ANNOTATORS, PACE_S, CLICKING_S = 10, 3.0, 40.0
POLL_S, LONGEST_S = 1.0, 3600
ACTIVE = ("queued", "running")


@dataclass(frozen=True)
class Picture:
    """One photograph with some of its objects' masks, (H, W) bool each.

    `accepted` are the masks that the team stores when it has clicked those objects; their own where left out.
    """

    name: str
    content: bytes
    objects: list[np.ndarray]
    accepted: list[np.ndarray] = field(default_factory=list)


def main() -> None:
    """Accept masks, train, compare on pictures that the project has never seen."""
    learned, unseen = _data()
    with running_stack() as stack, stack.client() as client:
        project = _accepted(client, "cells", learned)
        annotators = Annotators(stack, learned[0].content, people=ANNOTATORS, pace_s=PACE_S)
        idle = annotators.click(CLICKING_S)
        started = time.monotonic()
        run = _start(client, project["id"])
        busy = annotators.click(LONGEST_S, until=lambda: _state(client, run)["state"] not in ACTIVE)
        first = _ended(client, run)
        seconds = time.monotonic() - started
        _report(_compared(client, first, unseen, miss=MISS), _compared(client, first, unseen), first, seconds)
        note = f"{ANNOTATORS} annotators, one object in {PACE_S:.0f} s each; idle {_p95(idle):.0f} ms"
        report("click_p95_while_training_ratio", _p95(busy) / _p95(idle), "ratio", len(busy), note)
        report("same_hash_twice", float(_same_again(client, project["id"], first)), "yes", 1, "1 is yes")
        wrong = _accepted(client, "shuffled", _shuffled(learned))
        refused = _ended(client, _start(client, wrong["id"]))
        note = "; ".join(refused["objections"]) or "no objection"
        report("shuffled_refused", float(refused["decision"] == "rejected"), "yes", 1, note)


def _report(as_people: Comparison, exact: Comparison, run: dict, seconds: float) -> None:
    before, after = as_people.mean_iou
    note = f"{as_people.n} objects of {as_people.groups} pictures, clicks that miss by up to {MISS:.0f} px"
    report("heldout_iou_before", before, "IoU", as_people.n, note)
    report("heldout_iou_after", after, "IoU", as_people.n, f"{run['decision']}; {note}")
    report("gain_ci_low", as_people.low, "IoU", as_people.n, _gain(as_people))
    note = f"{_gain(exact)}, from {exact.mean_iou[0]:.3f}; the same objects, exact clicks"
    report("exact_gain_ci_low", exact.low, "IoU", exact.n, note)
    held_out, check = run["held_out"], run["check"]
    report("gate_gain_ci_low", held_out["low"], "IoU", held_out["n"], _said(held_out))
    report("gate_check_ci_low", check["low"], "IoU", check["n"], _said(check))
    held = run["snapshot"]["held_out_object_count"]
    count = run["snapshot"]["object_count"]
    note = f"from the request to the decision; {count} objects, {held} of them held out; clicks beside it"
    report("seconds", seconds, "s", 1, note)


def _gain(comparison: Comparison) -> str:
    return f"gain {comparison.gain:.3f}, {comparison.low:.3f} to {comparison.high:.3f}"


def _said(compared: dict) -> str:
    before, after = (compared[side]["mean_iou"] for side in ("before", "after"))
    gain = f"gain {compared['gain']:.3f}, {compared['low']:.3f} to {compared['high']:.3f}"
    return f"{before:.3f} to {after:.3f}, {gain}, as the run's own gate saw it"


def _data() -> tuple[list[Picture], list[tuple[str, Truth]]]:
    """Return what the team accepts, and (picture, object) pairs that decide."""
    folder = os.environ.get("CARDINAL_BENCH_NUCLEI")
    if folder is None:
        sys.stderr.write("CARDINAL_BENCH_NUCLEI is not set: measured on drawn cells.\n")
        return _drawn(range(PICTURES)), _truths(_drawn(range(1000, 1000 + PICTURES)))
    entries = read_index(Path(folder) / "nuclei.csv")
    learned = _pictures([one for one in entries if one.set == "train"], most=PICTURES, each=OBJECTS_EACH)
    unseen = _pictures([one for one in entries if one.set == "heldout"], most=1000, each=HELD_OUT_EACH)
    return learned, _truths(unseen)


def _drawn(seeds: Sequence[int]) -> list[Picture]:
    made = [(seed, *draw_cells(seed, count=OBJECTS_EACH + 7)) for seed in seeds]
    return [Picture(f"cells-{seed}.png", png(image), found[:OBJECTS_EACH]) for seed, image, found in made]


def _pictures(entries: list[ObjectEntry], *, most: int, each: int) -> list[Picture]:
    """Return evenly chosen pictures that have enough objects, with evenly chosen objects of each."""
    by_image: dict[Path, list[ObjectEntry]] = defaultdict(list)
    for entry in entries:
        by_image[entry.image].append(entry)
    images = [image for image in sorted(by_image) if len(by_image[image]) >= each]
    files = ObjectFiles()
    return [
        Picture(
            image.name, image.read_bytes(), [files.load(one).mask for one in _evenly(by_image[image], each)]
        )
        for image in _evenly(images, most)
    ]


def _evenly(items: list, count: int) -> list:
    return [items[int(at)] for at in np.linspace(0, len(items) - 1, min(count, len(items)))]


def _truths(pictures: list[Picture]) -> list[tuple[str, Truth]]:
    return [
        (picture.name, Truth(f"{picture.name} {number}", decoded(picture.content), mask, None))
        for picture in pictures
        for number, mask in enumerate(picture.objects)
    ]


def _shuffled(pictures: list[Picture]) -> list[Picture]:
    """Return the pictures with each object's mask under the clicks of another one."""
    return [
        Picture(f"wrong-{one.name}", one.content, one.objects, [*one.objects[1:], one.objects[0]])
        for one in pictures
    ]


def _accepted(client: httpx.Client, name: str, pictures: list[Picture]) -> dict:
    """Label every object through the API as people do, and accept every task."""
    project = make_project(client, name, [(picture.name, picture.content) for picture in pictures])
    label, known = project["labels"][0]["id"], {picture.name: picture for picture in pictures}
    random = np.random.default_rng(3)
    while (answer := client.get(f"/api/projects/{project['id']}/tasks/next")).status_code == 200:
        task = answer.json()
        address = f"/api/tasks/{task['id']}"
        picture = known[task["image"]["name"]]
        for mask, stored in zip(picture.objects, picture.accepted or picture.objects, strict=True):
            points = extreme_points(mask, jitter=MISS, rng=random)
            _label_one(client, address, label, stored, points)
        client.post(f"{address}/submit").raise_for_status()
        client.post(f"{address}/accept").raise_for_status()
    return project


def _label_one(client: httpx.Client, address: str, label: int, mask: np.ndarray, points: np.ndarray) -> None:
    """Click an object, take the proposal, and draw it right."""
    asked = client.post(f"{address}/segment", json={"points": _body(points)})
    truth = {"size": list(mask.shape), "counts": masks.encode_crop(mask, (0, 0), mask.shape).counts}
    if asked.status_code != 200:
        client.post(f"{address}/annotations", json={"mask": truth, "label_id": label}).raise_for_status()
        return
    body = {"proposal_id": asked.json()["proposal_id"], "label_id": label}
    made = client.post(f"{address}/annotations", json=body).raise_for_status().json()
    body = {"version": made["version"], "mask": truth}
    client.patch(f"/api/annotations/{made['id']}", json=body).raise_for_status()


def _body(points: np.ndarray) -> list[dict]:
    return [{"x": float(max(x, 0)), "y": float(max(y, 0))} for x, y in points]


def _start(client: httpx.Client, project_id: int, **body: int) -> dict:
    return client.post(f"/api/projects/{project_id}/training-runs", json=body).raise_for_status().json()


def _state(client: httpx.Client, run: dict) -> dict:
    return client.get(f"/api/training-runs/{run['id']}").raise_for_status().json()


def _ended(client: httpx.Client, run: dict) -> dict:
    limit = time.monotonic() + LONGEST_S
    while time.monotonic() < limit:
        run = _state(client, run)
        if run["state"] == "succeeded":
            return run
        if run["state"] in ("failed", "cancelled"):
            raise SystemExit(f"The run ended as {run['state']}: {run['error']}\n{run['log']}")
        time.sleep(POLL_S)
    raise SystemExit("The run did not end in time.")


def _same_again(client: httpx.Client, project_id: int, first: dict) -> bool:
    """Train on the same snapshot from the same weights once more; return whether the weights are the same."""
    client.put(f"/api/projects/{project_id}/active-model", json={"version_id": None}).raise_for_status()
    run = _start(client, project_id, seed=first["seed"], snapshot_id=first["snapshot"]["id"])
    runs = (first, _ended(client, run))
    versions = [client.get(f"/api/models/{one['version_id']}").raise_for_status().json() for one in runs]
    return versions[0]["sha256"] == versions[1]["sha256"]


def _compared(
    client: httpx.Client, run: dict, unseen: list[tuple[str, Truth]], *, miss: float = 0.0
) -> Comparison:
    """Compare the weights that came out with those that come with Cardinal, with clicks that miss so far."""
    with _downloaded(client, run["version_id"]) as weights:
        before, after = load_predictor("default"), load_predictor(weights)
        sides: list[list[Outcome]] = [
            [evaluate_object(one, truth, most_clicks=EXTREME_POINTS, jitter=miss)[0] for _, truth in unseen]
            for one in (before, after)
        ]
    return compare(*sides, groups=[picture for picture, _ in unseen])


@contextmanager
def _downloaded(client: httpx.Client, version_id: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.safetensors"
        path.write_bytes(client.get(f"/api/models/{version_id}/file").raise_for_status().content)
        yield path


def _p95(samples: list[float]) -> float:
    return float(np.percentile(samples, 95))


if __name__ == "__main__":
    main()
