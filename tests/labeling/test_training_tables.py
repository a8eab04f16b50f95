"""What the tables of retraining never hold, whoever writes to them."""

import pytest
from django.db import IntegrityError, transaction

from labeling.models import ModelVersion, Project, Snapshot, Task, TrainingRun
from tests.factories import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

SHA = "a" * 64


def snapshot(project: Project, **changes: object) -> Snapshot:
    counts = {"image_count": 1, "object_count": 1, "held_out_image_count": 0, "held_out_object_count": 0}
    values = {"project": project, "sha256": SHA, "file_key": "snapshots/1/a.jsonl.gz", **counts, **changes}
    return Snapshot.objects.create(**values)


def version(project: Project, number: int = 1, **changes: object) -> ModelVersion:
    files = {"weights_key": "models/1/1.safetensors", "exported_key": "models/1/1.onnx"}
    named = {"sha256": SHA, "identity": "cells-1+aaaaaaaa", "name": "cells"}
    values = {"project": project, "number": number, "origin": "trained", "state": "ready", **files, **named}
    return ModelVersion.objects.create(**{**values, **changes})


def test_a_project_has_one_run_at_a_time_and_any_number_of_ended_ones() -> None:
    project = World().project
    for state in ("cancelled", "cancelled", "queued"):
        TrainingRun.objects.create(project=project, state=state)
    with pytest.raises(IntegrityError, match="one_training_run_a_project"), transaction.atomic():
        TrainingRun.objects.create(project=project, state="running")
    other = Project.objects.create(name="Other", created_by=project.created_by)
    TrainingRun.objects.create(project=other, state="running")


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "elsewhere"}, "run_state_known"),
        ({"state": "failed"}, "run_failed_says_why"),
        ({"state": "succeeded", "decision": "promoted"}, "run_succeeded_has_version"),
    ],
)
def test_a_run_says_how_it_ended(changes: dict[str, str], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TrainingRun.objects.create(project=World().project, **changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"number": 0}, "version_number_counts"),
        ({"exported_key": ""}, "version_serving_has_files"),
        ({"sha256": "../escape"}, "version_serving_has_files"),
        ({"state": "refused"}, "version_refused_says_why"),
    ],
)
def test_a_version_that_could_serve_has_its_files(changes: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        version(World().project, **changes)


def test_the_same_objects_are_the_same_snapshot_and_a_number_is_given_once() -> None:
    project = World().project
    snapshot(project)
    version(project)
    with pytest.raises(IntegrityError, match="snapshot_once"), transaction.atomic():
        snapshot(project)
    with pytest.raises(IntegrityError, match="version_number_once"), transaction.atomic():
        version(project)


def test_a_task_is_held_out_or_trained_on_and_nothing_else() -> None:
    task = World(images=1).tasks[0]
    assert task.split == ""
    with pytest.raises(IntegrityError, match="task_split_known"), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(split="both")


def test_a_project_goes_with_all_that_it_has_trained() -> None:
    project = World().project
    active = version(project)
    TrainingRun.objects.create(
        project=project, state="succeeded", decision="promoted", version=active, snapshot=snapshot(project)
    )
    Project.objects.filter(pk=project.pk).update(active_version=active)
    Project.objects.get(pk=project.pk).delete()
    assert (ModelVersion.objects.count(), TrainingRun.objects.count(), Snapshot.objects.count()) == (0, 0, 0)
