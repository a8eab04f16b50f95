"""What can be chosen of an export, what it is made of, and that both give the same archive for ever."""

import csv
import io
import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from PIL import Image as Pillow

from labeling.models import Annotation, Export, Snapshot, SnapshotKind, Task
from labeling.services import export_contents, exports
from labeling.services.annotations import annotation_create
from labeling.services.datasets import UploadFile, images_upload
from labeling.services.tasks import task_accept, task_submit
from labeling.shapes.exports import ExportOptions
from tests.factories import CLICKS, World, picture, proposal_make, rectangle
from tests.labeling.helpers import Api, nothing_changes, refused

pytestmark = pytest.mark.usefixtures("media")
stored = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def kitchen(images: int = 3) -> World:
    """A world of accepted images; the first has two overlapping objects, the last none."""
    world = World(images=images)
    cat, cup = world.labels
    for place, task in enumerate(world.tasks):
        if place == 0:
            _draw(world, task, cat.pk, (0, 0, 30, 30))
            _draw(world, task, cup.pk, (10, 10, 5, 5))
        elif place < images - 1:
            _draw(world, task, cup.pk, (0, 0, 4, 4))
        task_submit(task_id=task.pk, submitted_by=world.annotator)
        task_accept(task_id=task.pk, accepted_by=world.reviewer)
    return world


def _draw(world: World, task: Task, label: int, box: tuple[int, int, int, int]) -> Annotation:
    return annotation_create(
        task_id=task.pk,
        label_id=label,
        proposal_id=None,
        mask=rectangle(*box),
        client_id=None,
        created_by=world.annotator,
    )[0]


def export(world: World, format_name: str = "coco", **options: Any) -> tuple[Export, dict[str, bytes]]:
    """Return an export that has run, and what its archive holds."""
    row = exports.export_request(
        project=world.project,
        format_name=format_name,
        requested_by=world.admin,
        options=ExportOptions.model_validate(options),
    )
    exports.export_run(export_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.error_message) == ("ready", "")
    return row, unzipped(content(row))


def content(row: Export) -> bytes:
    with default_storage.open(row.file_key, "rb") as file:
        return file.read()  # type: ignore[no-any-return]


def unzipped(archive: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def instances(found: dict[str, bytes], split: str = "") -> dict[str, Any]:
    return json.loads(found[f"annotations/instances{split}.json"])  # type: ignore[no-any-return]


@stored
def test_a_snapshot_gives_the_same_archive_after_all_was_changed() -> None:
    world = kitchen()
    first, _ = export(world, research=True, images="display")
    assert first.snapshot is not None
    assert first.snapshot.kind == SnapshotKind.EXPORT
    before = content(first)
    # Everything that an export names is changed.
    world.project.name = "renamed"
    world.project.save()
    world.labels[0].name = "dog"
    world.labels[0].save()
    Annotation.objects.update(occluded=True, version=9)
    Task.objects.update(state="submitted")
    world.dataset.images.update(name="x.png")
    api = Api(world.admin)
    body = {
        "format": "coco",
        "options": {"research": True, "images": "display"},
        "snapshot_id": first.snapshot_id,
    }
    row = api.post(f"/projects/{world.project.pk}/exports", body).json()
    assert row["snapshot"]["sha256"] == first.snapshot.sha256
    exports.export_run(export_id=row["id"])
    assert content(Export.objects.get(pk=row["id"])) == before
    # A new one sees what is there now.
    second, found = export(world)
    assert second.snapshot_id != first.snapshot_id
    assert instances(found)["images"] == []


@stored
def test_the_same_content_is_the_same_snapshot() -> None:
    world = kitchen()
    assert export(world)[0].snapshot_id == export(world, "voc")[0].snapshot_id
    assert Snapshot.objects.count() == 1


@stored
def test_the_manifest_says_what_was_exported_and_how() -> None:
    world = kitchen()
    row, found = export(
        world, licence="CC BY 4.0", splits={"by": "hash", "shares": {"train": 0.5, "val": 0.5}}
    )
    manifest = json.loads(found["manifest.json"])
    assert row.snapshot is not None
    assert manifest["snapshot"] == row.snapshot.sha256
    assert manifest["options"] == row.options
    assert (manifest["licence"], manifest["images"], manifest["annotations"]) == ("CC BY 4.0", 3, 3)
    assert manifest["models"] == {"drawn by hand": 3}
    assert [(one["name"], one["annotations"]) for one in manifest["labels"]] == [("cat", 1), ("cup", 2)]
    assert sum(manifest["splits"].values()) == 3
    card = found["README.md"].decode()
    assert "3 images with 3 objects, as COCO instances." in card
    assert "| CC BY 4.0 |" in card
    assert "| cup | thing | 2 |" in card
    assert instances(found, "_train")["licenses"] == [{"id": 1, "name": "CC BY 4.0", "url": ""}]


@stored
def test_states_labels_verdicts_area_and_empty_images() -> None:
    world = kitchen()
    cat, cup = world.labels
    first, second, third = world.tasks

    def ids(**options: Any) -> tuple[list[int], list[int]]:
        found = instances(export(world, **options)[1])
        return [one["id"] for one in found["images"]], [one["area"] for one in found["annotations"]]

    images = [task.image_id for task in world.tasks]
    assert ids() == (images, [900, 25, 16])
    assert ids(label_ids=[cup.pk]) == (images, [25, 16])
    assert ids(label_ids=[cat.pk], empty=False) == (images[:1], [900])
    assert ids(min_area=25) == (images, [900, 25])
    assert ids(min_area=26, empty=False) == (images[:1], [900])
    first.annotations.filter(label=cat).update(
        verdict="accepted", verdict_by=world.reviewer, verdict_at=world.project.created_at
    )
    assert ids(verdicts=["accepted"]) == (images, [900])
    assert ids(verdicts=["none"], empty=False) == (images[:2], [25, 16])
    Task.objects.filter(pk=second.pk).update(state="submitted")
    assert ids() == ([images[0], images[2]], [900, 25])
    assert ids(states=["submitted"]) == ([images[1]], [16])
    assert ids(states=["submitted", "accepted"])[0] == images
    assert third.annotations.count() == 0


@stored
def test_a_label_that_was_left_out_has_no_number() -> None:
    world = kitchen()
    _, found = export(world, "png_semantic", label_ids=[world.labels[1].pk])
    listed = json.loads(found["classes.json"])
    assert [(one["value"], one["name"]) for one in listed["classes"]] == [(0, "background"), (1, "cup")]


@stored
def test_what_overlaps_is_seen_as_it_lies_or_by_its_size() -> None:
    world = kitchen(images=2)
    cat, cup = world.tasks[0].annotations.order_by("pk")
    # The large one lies in front.
    Annotation.objects.filter(pk=cat.pk).update(position=cup.position + 1)

    def middle(**options: Any) -> int:
        found = export(world, "png_semantic", **options)[1]
        [mask] = [entry["mask"] for entry in json.loads(found["classes.json"])["images"]][:1]
        return int(np.asarray(Pillow.open(io.BytesIO(found[mask])))[12, 12])

    assert middle() == 1
    assert middle(overlaps="area") == 2


@stored
def test_images_are_divided_by_a_hash_by_lists_and_as_in_training() -> None:
    world = kitchen(images=30)

    def parts(**splits: Any) -> dict[str, list[str]]:
        found = export(world, splits=splits)[1]
        return {
            name.removeprefix("splits/").removesuffix(".txt"): text.decode().split()
            for name, text in found.items()
            if name.startswith("splits/")
        }

    shares = {"train": 0.6, "val": 0.3, "test": 0.1}
    divided = parts(by="hash", shares=shares)
    assert [*divided] == ["train", "val", "test"]
    assert sum(map(len, divided.values())) == 30
    # What belongs to training stays there when the other two are divided anew.
    assert parts(by="hash", shares={"train": 0.6, "val": 0.1, "test": 0.3})["train"] == divided["train"]
    names = [task.image.name for task in world.tasks]
    listed = parts(by="lists", lists={"train": names[:2], "test": [names[5], "nowhere.png"]})
    assert {name: len(stems) for name, stems in listed.items()} == {"train": 2, "test": 1}
    Task.objects.filter(pk__in=[task.pk for task in world.tasks[:4]]).update(split="held_out")
    held = parts(by="held_out")
    assert {name: len(stems) for name, stems in held.items()} == {"train": 26, "val": 4}


@stored
def test_images_are_copied_as_seen_or_as_they_came() -> None:
    world = kitchen(images=2)
    for choice in ("display", "originals"):
        _, found = export(world, images=choice)
        for entry, task in zip(instances(found)["images"], world.tasks, strict=True):
            key = task.image.original_key if choice == "originals" else task.image.display_key
            with default_storage.open(key) as file:
                assert found[f"images/{entry['file_name']}"] == file.read()
    assert not [name for name in export(world)[1] if name.startswith("images/")]


@stored
def test_images_are_linked_to_where_they_can_be_had() -> None:
    world = kitchen(images=2)
    _, found = export(world, images="links")
    entries = instances(found)["images"]
    assert [entry["coco_url"] for entry in entries] == [
        f"/api/images/{task.image_id}/file" for task in world.tasks
    ]
    table = list(csv.DictReader(io.StringIO(found["images.csv"].decode(), newline="")))
    assert [(one["file_name"], one["link"]) for one in table] == [
        (entry["file_name"], entry["coco_url"]) for entry in entries
    ]
    assert not [name for name in found if name.startswith("images/")]
    # Crops need the pictures, and change nothing about that.
    _, found = export(world, images="links", crops=True)
    assert not [name for name in found if name.startswith("images/")]
    assert len([name for name in found if name.startswith("crops/")]) == 2
    assert "link" not in export(world)[1]["images.csv"].decode()


@stored
def test_crops_are_objects_seen_through_their_masks() -> None:
    world = kitchen(images=2)
    _, found = export(world, crops=True)
    crops = {name: Pillow.open(io.BytesIO(body)) for name, body in found.items() if name.startswith("crops/")}
    cat, cup = world.tasks[0].annotations.order_by("pk")
    assert {name.split("/")[1] for name in crops} == {f"cat_{cat.label_id}", f"cup_{cup.label_id}"}
    [small] = [crop for name, crop in crops.items() if "/cup_" in name]
    assert (small.size, small.mode) == ((5, 5), "RGBA")
    with default_storage.open(world.tasks[0].image.display_key) as file:
        whole = np.asarray(Pillow.open(file).convert("RGB"))
    assert np.array_equal(np.asarray(small)[..., :3], whole[10:15, 10:15])
    assert set(np.asarray(small)[..., 3].flat) == {255}
    # The images themselves were not asked for.
    assert not [name for name in found if name.startswith("images/")]


@stored
def test_clicks_and_times_are_told_where_they_are_asked_for() -> None:
    world = World(images=1)
    annotation = annotation_create(
        task_id=world.tasks[0].pk,
        label_id=world.labels[0].pk,
        proposal_id=proposal_make(world).pk,
        mask=None,
        client_id=None,
        created_by=world.annotator,
    )[0]
    Annotation.objects.filter(pk=annotation.pk).update(seconds=4.5, tool_seconds={"extreme": 4.5})
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    task_accept(task_id=world.tasks[0].pk, accepted_by=world.reviewer)
    assert "clicks.jsonl" not in export(world)[1]
    _, found = export(world, "voc", research=True)
    [line] = [json.loads(line) for line in found["clicks.jsonl"].splitlines()]
    assert line["clicks"] == [{"x": one.x, "y": one.y, "ms": one.t} for one in CLICKS]
    assert (line["model"], line["score"], line["version"]) == ("rectangle-1", 0.75, 1)
    assert (line["object_id"], line["label"], line["seconds"], line["tool_seconds"]) == (
        *(annotation.pk, annotation.label.name),
        *(4.5, {"extreme": 4.5}),
    )
    # Who it was is a number, not a name.
    assert line["annotator"] == world.annotator.pk
    assert b"annotator@" not in found["clicks.jsonl"]


@stored
def test_two_images_of_one_name_are_told_apart() -> None:
    world = World(images=0)
    for _ in range(2):
        # One after the other: that they are named alike is nobody's mistake.
        files = [UploadFile("a b.png", io.BytesIO(picture()))]
        images_upload(dataset=world.dataset, files=files, uploaded_by=world.admin)
    for task in world.project.tasks.all():
        _draw(world, task, world.labels[0].pk, (0, 0, 5, 5))
        task_submit(task_id=task.pk, submitted_by=world.annotator)
        task_accept(task_id=task.pk, accepted_by=world.reviewer)
    names = [one["file_name"] for one in instances(export(world)[1])["images"]]
    second = world.project.tasks.last()
    assert second is not None
    # Where no images are copied the first keeps its name, for whoever has the file already.
    assert names == ["a b.png", f"a_b_{second.image_id}.png"]
    _, found = export(world, images="display")
    assert [f"images/{one['file_name']}" for one in instances(found)["images"]] == [
        name for name in found if name.startswith("images/")
    ]


CHOICES: list[dict[str, Any]] = [
    {},
    {"min_area": 20},
    {"min_area": 20, "empty": False},
    {"states": ["submitted", "accepted", "open"]},
    {"verdicts": ["none"], "splits": {"by": "hash", "shares": {"train": 0.5, "test": 0.5}}},
    {"splits": {"by": "held_out"}},
    {"splits": {"by": "lists", "lists": {"val": ["photo1.png"]}}, "empty": False},
    {"splits": {"by": "lists", "lists": {"train": ["nowhere.png"]}}},
]


@stored
@pytest.mark.parametrize("options", CHOICES)
def test_the_preview_counts_what_the_export_then_holds(options: dict[str, Any]) -> None:
    world = kitchen(images=6)
    Task.objects.filter(pk=world.tasks[1].pk).update(state="submitted")
    Task.objects.filter(pk=world.tasks[2].pk).update(split="held_out")
    path = f"/projects/{world.project.pk}/exports/preview"
    told = Api(world.admin).post(path, {"options": options}).json()
    row, found = export(world, **options)
    assert (told["image_count"], told["annotation_count"]) == (row.image_count, row.annotation_count)
    manifest = json.loads(found["manifest.json"])
    assert {one["name"]: one["image_count"] for one in told["splits"]} == manifest["splits"]
    counts = {one["label_id"]: one["annotation_count"] for one in told["labels"]}
    assert counts == {one["id"]: one["annotations"] for one in manifest["labels"] if one["annotations"]}


@stored
@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"splits": {"by": "hash", "shares": {"train": 0.5, "val": 0.6}}}, "shares must add up to 1"),
        ({"splits": {"by": "hash"}}, "shares go with by=hash"),
        ({"splits": {"by": "lists", "lists": {"train": ["a"], "val": ["a"]}}}, "two lists"),
        ({"splits": {"by": "hash", "shares": {"holiday": 1}}}, "holiday"),
        ({"states": []}, "states"),
        ({"states": ["lost"]}, "states"),
        ({"min_area": -1}, "min_area"),
        ({"images": "symlinks"}, "images"),
        ({"licence": "x" * 201}, "licence"),
        ({"folder": "/etc"}, "folder"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(options: dict[str, Any], part: str) -> None:
    world = World(images=0)
    api = Api(world.admin)
    for path in ("exports", "exports/preview"):
        with nothing_changes():
            answer = api.post(f"/projects/{world.project.pk}/{path}", {"options": options})
            error = refused(answer, 400, "invalid")
        assert part in json.dumps(error)


@stored
def test_labels_and_snapshots_of_others_are_refused() -> None:
    world = kitchen(images=1)
    path = f"/projects/{world.project.pk}/exports"
    api = Api(world.admin)
    with nothing_changes():
        refused(api.post(path, {"options": {"label_ids": [10**6]}}), 400, "invalid")
        refused(api.post(path, {"snapshot_id": 10**6}), 404, "not_found")
        refused(Api(world.reviewer).post(f"{path}/preview", {}), 403, "not_allowed")
        refused(Api(world.stranger).post(f"{path}/preview", {}), 404, "not_found")
    training = Snapshot.objects.create(
        project=world.project,
        sha256="a" * 64,
        file_key="snapshots/x",
        image_count=1,
        object_count=1,
        held_out_image_count=0,
        held_out_object_count=0,
    )
    with nothing_changes():
        refused(api.post(path, {"snapshot_id": training.pk}), 404, "not_found")


def _elsewhere(does: Callable[[], object]) -> None:
    """Do something over a connection of its own, and wait."""

    def run() -> None:
        does()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@committed
def test_what_people_do_while_the_content_is_frozen_is_in_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export_contents, "BATCH", 1)
    world = kitchen(images=3)
    row = exports.export_request(project=world.project, format_name="coco", requested_by=world.admin)
    real, calls = export_contents._batch, Counter[str]()

    def meanwhile(*given: Any) -> Any:  # noqa: ANN401
        calls["batches"] += 1
        if calls["batches"] == 2:
            # The second image has not been read yet.
            _elsewhere(lambda: Annotation.objects.update(occluded=True))
            _elsewhere(lambda: Task.objects.filter(pk=world.tasks[2].pk).update(state="submitted"))
            _elsewhere(lambda: world.project.labels.create(name="late", color="#000000", position=9))
        return real(*given)

    monkeypatch.setattr(export_contents, "_batch", meanwhile)
    exports.export_run(export_id=row.pk)
    row.refresh_from_db()
    found = instances(unzipped(content(row)))
    assert (row.state, row.image_count, len(found["categories"])) == ("ready", 3, 2)
    assert [one["attributes"]["occluded"] for one in found["annotations"]] == [False] * 3
    monkeypatch.undo()
    assert instances(export(world)[1])["annotations"][0]["attributes"]["occluded"] is True


@committed
def test_a_run_that_goes_on_after_a_crash_exports_what_was_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    world = kitchen(images=2)
    row = exports.export_request(project=world.project, format_name="coco", requested_by=world.admin)

    class Killed(BaseException):
        pass

    def dies(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(exports, "write_package", dies)
    with pytest.raises(Killed):
        exports.export_run(export_id=row.pk)
    monkeypatch.undo()
    row.refresh_from_db()
    assert (row.state, row.snapshot is None) == ("running", False)
    Annotation.objects.update(occluded=True)
    exports.export_run(export_id=row.pk)
    row.refresh_from_db()
    found = instances(unzipped(content(row)))
    assert row.state == "ready"
    assert {one["attributes"]["occluded"] for one in found["annotations"]} == {False}
