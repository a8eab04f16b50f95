"""The folder of a training run, as the model's side reads it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labeling.domain import masks
from labeling.models import Label, Snapshot
from labeling.services.annotations import annotation_create
from labeling.services.snapshots import snapshot_take
from labeling.services.tasks import task_accept, task_submit
from labeling.services.training_jobs import JobSettings, PictureGone, job_write
from labeling.trainer import Training
from ml.data.objects import ObjectFiles, check_files, read_index
from ml.job import read_job
from tests.factories import CLICKS, World, proposal_make
from tests.ml.training.small import new_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

SETTINGS = JobSettings(start=Path("/weights.safetensors"), name="p1-v2", licence="CC0-1.0", seed=7, steps=150)
NAME = 'cat, "tabby"\nкошка/../🐈'


def world() -> World:
    """A world with one drawn and one clicked object on each of four accepted images."""
    made = World(images=4)
    Label.objects.filter(pk=made.labels[0].pk).update(name=NAME)
    for task in made.tasks:
        made.annotation(task)
        annotation_create(
            task_id=task.pk,
            label_id=made.labels[1].pk,
            proposal_id=proposal_make(made, task).pk,
            mask=None,
            client_id=None,
            created_by=made.annotator,
        )
        task_submit(task_id=task.pk, submitted_by=made.annotator)
        task_accept(task_id=task.pk, accepted_by=made.reviewer)
    return made


def taken(made: World) -> Snapshot:
    return snapshot_take(project=made.project, taken_by=made.admin)


def test_every_object_is_in_one_index_with_its_picture_mask_label_and_clicks(tmp_path: Path) -> None:
    made = world()
    snapshot = taken(made)
    job_write(snapshot=snapshot, folder=tmp_path, settings=SETTINGS)
    train, held_out = read_index(tmp_path / "train.csv"), read_index(tmp_path / "held_out.csv")
    check_files([*train, *held_out])
    # At least half of so few images; by the hash of their content it can be one more.
    assert len(held_out) == snapshot.held_out_object_count
    assert (len(train), len(held_out)) in [(4, 4), (2, 6)]
    assert {entry.image for entry in train} & {entry.image for entry in held_out} == set()
    assert {entry.set for entry in train} == {NAME, "cup"}
    files = ObjectFiles()
    for entry in [*train, *held_out]:
        row = made.project.labels.get(name=entry.set).annotations.get(pk=int(entry.mask.stem))
        view = files.load(entry)
        truth = masks.decode(masks.Rle((48, 64), row.mask_counts))
        assert np.array_equal(view.mask, truth)
        assert view.image.shape == (48, 64, 3)
        clicked = () if entry.set == NAME else tuple((click.x, click.y) for click in CLICKS)
        assert entry.clicks == clicked


def test_the_job_says_what_it_starts_from_and_what_comes_out_is_called(tmp_path: Path) -> None:
    job_write(snapshot=taken(world()), folder=tmp_path, settings=SETTINGS)
    job = read_job(tmp_path)
    assert (str(job.start), job.name, job.licence) == ("/weights.safetensors", "p1-v2", "CC0-1.0")
    assert (job.seed, job.steps, job.click_error_pixels) == (7, 150, None)


def test_a_half_written_folder_is_written_again_and_results_stay(tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    (tmp_path / "masks" / "999.png").write_bytes(b"left over")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "state").write_bytes(b"step 100")
    made = world()
    job_write(snapshot=taken(made), folder=tmp_path, settings=SETTINGS)
    before = (tmp_path / "train.csv").read_bytes()
    job_write(snapshot=taken(made), folder=tmp_path, settings=SETTINGS)
    assert (tmp_path / "train.csv").read_bytes() == before
    assert len(list((tmp_path / "masks").iterdir())) == 8
    assert (tmp_path / "out" / "state").read_bytes() == b"step 100"


def test_a_folder_without_a_job_is_not_whole(tmp_path: Path) -> None:
    made = world()
    snapshot = taken(made)
    job_write(snapshot=snapshot, folder=tmp_path, settings=SETTINGS)
    assert json.loads((tmp_path / "job.json").read_text())["format"] == 1
    made.dataset.images.update(display_key="images/gone.png")
    with pytest.raises(PictureGone):
        job_write(snapshot=snapshot, folder=tmp_path, settings=SETTINGS)
    assert not (tmp_path / "job.json").exists()


def test_a_snapshot_becomes_weights_and_a_report_through_the_training_command(tmp_path: Path) -> None:
    new_run(tmp_path / "start", input={"size": 64}).train(lambda report: None)
    start = tmp_path / "start" / "out" / "last.safetensors"
    folder = tmp_path / "job"
    settings = JobSettings(start=start, name="p1-v1", licence="unstated", seed=1, steps=2, threads=1)
    snapshot = taken(world())
    job_write(snapshot=snapshot, folder=folder, settings=settings)
    heard: list[dict[str, Any]] = []
    assert Training(folder).run(heard.append, lambda: False) is True
    assert {one["phase"] for one in heard} == {"train", "check", "done"}
    report = json.loads((folder / "out" / "report.json").read_text())
    counts = (snapshot.held_out_object_count, snapshot.held_out_image_count)
    assert (report["better"], report["held_out"]["n"], report["held_out"]["groups"]) == (False, *counts)
