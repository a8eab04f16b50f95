"""Training runs for tests: rows of ended ones, and commands that stand in for the training one."""

import json
import sys
import textwrap
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from labeling.models import Snapshot, TrainingRun
from labeling.services.tasks import task_accept, task_submit
from labeling.trainer import Training
from tests.factories import World, picture
from tests.labeling.versions import version_make

FIGURES = {"mean_iou": 0.7, "share_85": 0.25, "clicks_to_90": 6.5, "latency_p50_ms": 30.0}
CURVE = [{"step": 10, "loss": 0.5, "iou": 0.8, "tune_iou": None}]


def comparison(before: float = 0.7, after: float = 0.8) -> dict[str, Any]:
    """Return what a report says of two models."""
    sides = {"before": {**FIGURES, "mean_iou": before}, "after": {**FIGURES, "mean_iou": after}}
    return {"n": 40, "groups": 12, "gain": after - before, "low": 0.011, "high": 0.042, **sides}


def snapshot_make(world: World, *, objects: int = 100) -> Snapshot:
    """Write the row of a snapshot without its file."""
    return Snapshot.objects.create(
        project=world.project,
        sha256=f"{objects:064x}",
        file_key=f"snapshots/1/{objects}.jsonl.gz",
        image_count=52,
        object_count=objects + 40,
        held_out_image_count=12,
        held_out_object_count=40,
    )


def run_make(world: World, **changes: Any) -> TrainingRun:
    """Store a run that has ended, with its picture, as a worker would have left it."""
    key = default_storage.save("training/1/evidence.png", File(BytesIO(picture())))
    values = {
        "project": world.project,
        "requested_by": world.admin,
        "state": "succeeded",
        "decision": "promoted",
        "report": {"held_out": comparison(), "steps": 200},
        "curves": CURVE,
        "evidence_key": key,
        **changes,
    }
    if "version" not in values:
        values["version"] = version_make(world, "trained")
    if "snapshot" not in values:
        values["snapshot"] = snapshot_make(world)
    return TrainingRun.objects.create(**values)


def accepted_world(images: int = 16) -> World:
    """Return a world with one accepted object on each image: just enough to train on."""
    world = World(images=images)
    for task in world.tasks:
        world.annotation(task)
        task_submit(task_id=task.pk, submitted_by=world.annotator)
        task_accept(task_id=task.pk, accepted_by=world.reviewer)
    return world


# What a command writes that went well; `better` is its last word.
WRITE_RESULT = """
import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
def say(**said):
    print(json.dumps(said), flush=True)
def finish(better=True):
    out = folder / "out"
    out.mkdir(exist_ok=True)
    (out / "candidate.safetensors").write_bytes(b"weights")
    (out / "candidate.onnx").write_bytes(b"export")
    (out / "evidence.png").write_bytes(b"picture")
    (out / "report.json").write_text(json.dumps(REPORT | {
        "better": better, "objections": [] if better else ["The gain may be none."],
    }))
    say(phase="done", better=better)
"""


def stand_in(folder: Path, code: str = "finish()") -> Callable[[Path], Training]:
    """Return what starts a script instead of the training command; `say` and `finish` are there for it."""
    report = {
        "format": 1,
        "held_out": {**comparison(), "objects": [{"name": "a", "before": 0.7, "after": 0.8}]},
        "megabytes": 8.0,
        "steps": 120,
        "sha256": "c" * 64,
        "version": "project-1",
        "architecture": "dextr_lite",
        "licence": "CC0-1.0",
    }
    script = folder / "stand_in.py"
    start = f"import json\nREPORT = json.loads({json.dumps(json.dumps(report))})\n"
    script.write_text(start + WRITE_RESULT + textwrap.dedent(code))
    return lambda job: Training(job, program=(sys.executable, str(script)), grace_s=2.0)
