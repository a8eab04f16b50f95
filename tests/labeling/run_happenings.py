"""What happens to training runs. Each is a world before, and what happens then."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

from labeling.models import Snapshot, TrainingRun
from labeling.services.datasets import UploadFile, images_upload
from labeling.services.prelabel_runs import prelabel_do
from labeling.services.prelabels import prelabel_request
from labeling.services.tasks import task_accept, task_submit
from labeling.services.training import run_cancel, run_request
from labeling.services.training_runs import run_do
from tests.factories import World, picture
from tests.labeling.runs import run_make, stand_in

PROGRESS = """
say(phase="train", step=1, steps=1, seconds_left=0.0, loss=0.5, iou=0.8, tune_iou=None)
finish()
"""


def _accept_enough(world: World) -> None:
    files = [UploadFile(f"more{number}.png", BytesIO(picture())) for number in range(16)]
    images_upload(dataset=world.dataset, files=files, uploaded_by=world.admin)
    for task in world.tasks:
        world.annotation(task, by=world.admin)
        task_submit(task_id=task.pk, submitted_by=world.admin)
        task_accept(task_id=task.pk, accepted_by=world.admin)


def _train(world: World) -> None:
    run = run_request(project=world.project, requested_by=world.admin)
    run_do(run_id=run.pk, train=stand_in(Path(mkdtemp(prefix="cardinal-test-")), PROGRESS))


def _request(world: World) -> None:
    # What is accepted is counted before: an earlier run's snapshot needs none.
    run_request(project=world.project, snapshot_id=Snapshot.objects.get().pk, requested_by=world.admin)


def _requested(world: World) -> None:
    run_make(world)
    _request(world)


def _cancel(world: World) -> None:
    run_cancel(run=TrainingRun.objects.latest("pk"), cancelled_by=world.admin)


def _fail(world: World) -> None:
    # Its snapshot has no file.
    run_do(run_id=TrainingRun.objects.latest("pk").pk, train=stand_in(Path(mkdtemp(prefix="cardinal-test-"))))


def _prelabel(world: World) -> None:
    content = b'{"images": [], "categories": [], "annotations": [{}]}'
    row = prelabel_request(
        project=world.project,
        file_name="found.json",
        stream=BytesIO(content),
        size=len(content),
        requested_by=world.admin,
    )
    prelabel_do(prelabelling_id=row.pk)


WITH_RUNS: dict[str, tuple[Callable[[World], object], Callable[[World], object]]] = {
    "a detector's file becomes drafts": (lambda world: None, _prelabel),
    "a training run is asked for": (run_make, _request),
    "a training run is cancelled": (_requested, _cancel),
    "a training run fails": (_requested, _fail),
    "a training run makes a better model": (_accept_enough, _train),
}
