"""Imports: a file is checked, started by a person, and written once whatever happens meanwhile."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any, Literal
from zipfile import ZipFile

import numpy as np
import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django.fixtures import Settings

from labeling.domain import masks
from labeling.domain.errors import Refused
from labeling.formats import FORMATS
from labeling.models import Annotation, AuditEntry, Export, Import, Label, Review, Task
from labeling.services import exports, import_runs, import_writing
from labeling.services.annotations import annotation_change
from labeling.services.attributes import attribute_add
from labeling.services.import_runs import import_do
from labeling.services.imports import import_cancel, import_request, import_start, imports_resume
from labeling.services.leases import lease_take
from labeling.services.projects import label_add, project_create
from labeling.services.skips import task_skip
from labeling.services.tasks import task_accept, task_submit
from labeling.shapes.imports import ImportStart
from labeling.shapes.requests import AnnotationChange, AttributeCreate, LabelCreate
from tests.factories import World, rectangle
from tests.labeling.helpers import (
    Api,
    Listener,
    at_once,
    nothing_changes,
    refused,
    refused_field,
    stored_files,
)

pytestmark = pytest.mark.usefixtures("media")
stored = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)
OPEN = ImportStart(state="open")
SUBMITTED = ImportStart(state="submitted")
ACCEPTED = ImportStart(state="accepted")


@pytest.fixture(autouse=True)
def queue() -> Iterator[redis.Redis]:
    """The real broker, with nothing waiting in it."""
    client = redis.Redis.from_url(django_settings.BROKER_URL)
    client.delete("default")
    yield client
    client.delete("default")


def found(*objects: tuple[str, str, tuple[int, int, int, int]], **extra: object) -> bytes:
    """Return a COCO file: (image, label, box of the mask) each."""
    names = list(dict.fromkeys(name for name, _, _ in objects))
    labels = list(dict.fromkeys(label for _, label, _ in objects))
    return json.dumps(
        {
            "images": [{"id": number, "file_name": name} for number, name in enumerate(names)],
            "categories": [{"id": number, "name": label} for number, label in enumerate(labels)],
            "annotations": [
                {
                    "image_id": names.index(name),
                    "category_id": labels.index(label),
                    "segmentation": {"size": [48, 64], "counts": rectangle(*box).counts},
                    **extra,
                }
                for name, label, box in objects
            ],
        }
    ).encode()


BOX = (10, 12, 31, 25)
ONE = found(("photo1.png", "cat", BOX))
TWO = found(("photo1.png", "cat", BOX), ("photo1.png", "cup", (0, 0, 5, 5)), ("photo2.png", "cup", BOX))


def request(world: World, content: bytes = ONE, name: str = "found.json") -> Import:
    return import_request(
        project=world.project,
        file_name=name,
        format_name=None,
        stream=BytesIO(content),
        size=len(content),
        requested_by=world.admin,
    )


def checked(world: World, content: bytes = ONE, name: str = "found.json") -> Import:
    row = request(world, content, name)
    import_do(import_id=row.pk)
    row.refresh_from_db()
    return row


def imported(world: World, content: bytes = ONE, options: ImportStart = SUBMITTED) -> Import:
    row = checked(world, content)
    assert row.state == "checked", (row.error_message, row.problems)
    import_start(row=row, options=options, started_by=world.admin)
    import_do(import_id=row.pk)
    row.refresh_from_db()
    return row


def live(task: Task) -> list[Annotation]:
    return list(task.annotations.filter(deleted_at=None).order_by("position"))


def of_imports() -> set[str]:
    return {path for path in stored_files() if path.startswith("imports/")}


# The file comes in, and is checked.


@committed
def test_a_file_is_queued_audited_and_told(queue: redis.Redis) -> None:
    world = World(images=1)
    listener = Listener(f"project.{world.project.pk}")
    answer = Api(world.admin).form(f"/projects/{world.project.pk}/imports", file=("found.json", ONE))
    row, body = Import.objects.get(), answer.json()
    assert answer.status_code == 202
    assert (body["state"], body["file_name"], body["format"], body["options"]) == (
        "queued",
        "found.json",
        None,
        None,
    )
    assert queue.llen("default") == 1
    assert listener.events(1) == [{"type": "import.changed", "imported": body}]
    assert AuditEntry.objects.get(action="import.request").data == {"file": "found.json"}
    assert row.file_key.startswith(f"imports/{world.project.pk}/")


@stored
def test_a_check_says_what_a_file_holds_and_writes_nothing() -> None:
    world = World(images=3)
    world.annotation(world.tasks[1])
    content = found(
        ("photo1.png", "CAT", BOX),
        ("photo2.png", "dog", BOX),
        ("photo2.png", "CAT", BOX),
        ("x.png", "cat", BOX),
    )
    row = checked(world, content)
    body = Api(world.admin).get(f"/imports/{row.pk}").json()
    assert {name: body[name] for name in ("state", "format", "image_count", "annotation_count")} == {
        "state": "checked",
        "format": "coco",
        "image_count": 2,
        "annotation_count": 3,
    }
    assert (body["occupied_image_count"], body["progress"], body["finished_at"]) == (1, 1.0, None)
    assert body["labels"] == [
        {"name": "CAT", "kind": "thing", "annotation_count": 2, "label_id": world.labels[0].pk},
        {"name": "dog", "kind": "thing", "annotation_count": 1, "label_id": None},
    ]
    assert (body["problem_count"], body["problems"]) == (
        1,
        [{"entry": "found.json, images[2]", "message": "the project has no image “x.png”."}],
    )
    assert (Annotation.objects.count(), world.project.labels.count()) == (1, 2)
    assert of_imports() == {row.staged_key}


@stored
@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"PK\x03\x04 broken", "x.zip", "This archive is broken: File is not a zip file. Pack it again."),
        (b"GIF89a", "x.gif", "It is not clear which format this file has. Choose one."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, name: str, message: str) -> None:
    world = World(images=1)
    row = checked(world, content, name)
    assert (row.state, row.error_code, row.error_message) == ("failed", "file_invalid", message)
    assert row.finished_at is not None
    assert of_imports() == set()


@stored
def test_what_is_no_file_is_refused(settings: Settings) -> None:
    world = World(images=0)
    api, path = Api(world.admin), f"/projects/{world.project.pk}/imports"
    settings.MAX_IMPORT_BYTES = 10
    with nothing_changes():
        assert refused_field(api.form(path), "file") == "Choose a file to import."
        refused_field(api.form(path, file=("a.json", b"")), "file")
        refused_field(api.form(path, file=("a.json", b"{}"), format="svg"), "format")
        refused(api.form(path, file=("a.json", bytes(11))), 413, "too_large")
    assert api.form(path, file=("a.json", b"{}"), format="yolo").json()["format"] == "yolo"


@stored
def test_a_member_outside_of_the_archive_is_told_and_left_alone() -> None:
    world = World(images=1)
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("annotations/instances.json", ONE)
        archive.writestr("../../evil.json", ONE)
    row = checked(world, out.getvalue(), "x.zip")
    assert row.problems == [
        {"entry": "../../evil.json", "message": "would lie outside of the archive, and is left alone."}
    ]
    assert (row.state, row.object_count) == ("checked", 1)


# It is started.


@stored
def test_objects_are_written_as_chosen_and_handed_in() -> None:
    world = World(images=3)
    row = imported(world, TWO)
    assert (row.state, row.progress, row.written_image_count, row.written_object_count) == ("done", 1.0, 2, 3)
    first, second, third = world.tasks
    assert [(task.state, task.annotation_count) for task in world.tasks] == [
        ("submitted", 2),
        ("submitted", 1),
        ("open", 0),
    ]
    assert first.submitted_by == world.admin
    one, two = live(first)
    assert (one.label, one.mask_counts, one.bbox, one.area) == (
        world.labels[0],
        rectangle(*BOX).counts,
        [10.0, 12.0, 31.0, 25.0],
        775,
    )
    assert one.position < two.position
    assert (one.version, one.created_by, one.score, one.proposal) == (1, world.admin, None, None)
    audit = AuditEntry.objects.get(action="task.import", object_id=second.pk)
    assert audit.data == {"annotations": 1, "state": "submitted", "file": row.pk}
    assert of_imports() == set()
    assert third.submitted_by is None


@stored
def test_accepted_ones_have_a_review_and_open_ones_are_left_to_people() -> None:
    world = World(images=1)
    imported(world, ONE, ACCEPTED)
    [task] = world.tasks
    review = Review.objects.get()
    assert (task.state, task.submitted_by, review.reviewer, review.verdict) == (
        "accepted",
        world.admin,
        world.admin,
        "accept",
    )
    other = project_create(
        name="b",
        dataset_ids=[world.dataset.pk],
        labels=[LabelCreate(name="cat", color="#0072b2")],
        created_by=world.admin,
    )
    world.project = other
    imported(world, ONE, OPEN)
    [task] = world.tasks
    assert (task.state, task.submitted_by, task.annotation_count) == ("open", None, 1)


@stored
@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_an_export_is_imported_into_another_project_with_the_same_images(format_name: str) -> None:
    world = World(images=2)
    for task in world.tasks:
        world.annotation(task)
    export = exports.export_request(
        project=world.project,
        format_name=format_name,
        requested_by=world.admin,
        options=exports.ExportOptions(states=["open"]),
    )
    exports.export_run(export_id=export.pk)
    with default_storage.open(Export.objects.get().file_key, "rb") as file:
        content = file.read()
    drawn = {task.image_id: [one.mask_counts for one in live(task)] for task in world.tasks}
    world.project = project_create(
        name="copy", dataset_ids=[world.dataset.pk], labels=[], created_by=world.admin
    )
    row = imported(world, content)
    assert (row.format, row.problem_count, row.written_image_count) == (format_name, 0, 2)
    assert [label.name for label in world.labels] == ["cat"]
    for task in world.tasks:
        [one] = live(task)
        if format_name == "voc":
            # A border of two pixels is void.
            assert one.bbox == [7.0, 8.0, 6.0, 4.0]
        else:
            assert [one.mask_counts] == drawn[task.image_id]


@stored
def test_problems_and_missing_labels_are_refused_unless_asked_for() -> None:
    world = World(images=1)
    content = found(("photo1.png", "dog", BOX), ("photo1.png", "cat", BOX), ("x.png", "cat", BOX))
    row = checked(world, content)
    start, api = f"/imports/{row.pk}/start", Api(world.admin)
    with nothing_changes():
        error = refused(api.post(start, {}), 409, "import_has_problems")
        assert error["details"] == {"problems": 1}
        assert error["message"].startswith("1 entry of this file cannot be imported.")
    sound = checked(world, found(("photo1.png", "dog", BOX)))
    with nothing_changes():
        error = refused(
            api.post(f"/imports/{sound.pk}/start", {"create_labels": False}), 409, "labels_missing"
        )
        assert error["details"] == {"labels": ["dog"]}
    # The rest of the file, without what would need a new label.
    assert api.post(start, {"skip_problems": True, "create_labels": False}).status_code == 202
    import_do(import_id=row.pk)
    row.refresh_from_db()
    assert (row.written_object_count, world.project.labels.count()) == (1, 2)
    assert (row.problem_count, row.problems[1:]) == (
        2,
        [
            {
                "entry": "photo1.png",
                "message": "gets 1 of 2 objects: the project lacks the others' labels.",
            }
        ],
    )


@stored
def test_labels_are_made_with_the_files_kind_and_colour() -> None:
    world = World(images=1)
    export = exports.export_request(
        project=world.project, format_name="png_semantic", requested_by=world.admin
    )
    label_add(
        project=world.project,
        label=LabelCreate(name="sky", color="#00ff00", kind="stuff"),
        added_by=world.admin,
    )
    world.annotation()
    annotation = Annotation.objects.get()
    Annotation.objects.filter(pk=annotation.pk).update(label=world.labels[2])
    Export.objects.filter(pk=export.pk).update(
        options=exports.ExportOptions(states=["open"]).model_dump(mode="json")
    )
    exports.export_run(export_id=export.pk)
    with default_storage.open(Export.objects.get().file_key, "rb") as file:
        content = file.read()
    world.project = project_create(
        name="b", dataset_ids=[world.dataset.pk], labels=[], created_by=world.admin
    )
    imported(world, content)
    assert [(one.name, one.kind, one.color) for one in Label.objects.filter(project=world.project)] == [
        ("sky", "stuff", "#00ff00")
    ]


@stored
def test_answers_go_to_attributes_of_that_name_and_required_ones_keep_a_task_open() -> None:
    world = World(images=2)
    cat = world.labels[0]
    made = [
        attribute_add(label=cat, attribute=AttributeCreate(**about), added_by=world.admin)
        for about in (
            {"name": "age", "kind": "number", "required": True},
            {"name": "coat", "kind": "choice", "choices": ["grey"], "default": "grey"},
        )
    ]
    said = {"age": 3, "coat": "violet", "mood": "good", "occluded": True}
    row = imported(world, found(("photo1.png", "cat", BOX), attributes=said, iscrowd=1))
    [one] = live(world.tasks[0])
    assert one.attributes == {str(made[0].pk): 3}
    assert (one.occluded, one.crowd, one.truncated) == (True, True, False)
    # The file's own answer did not hold, and no other one is put in its place.
    assert (row.lost_answer_count, row.left_open_count, world.tasks[0].state) == (2, 0, "submitted")
    row = imported(world, found(("photo2.png", "cat", BOX)))
    assert live(world.tasks[1])[0].attributes == {str(made[1].pk): "grey"}
    assert (row.left_open_count, world.tasks[1].state, world.tasks[1].submitted_by) == (1, "open", None)


# What is there already.


def _worked_on() -> World:
    """Return a world with an open task that has an object, an accepted one, a skipped one and a fresh one."""
    world = World(images=4)
    first, second, third, _ = world.tasks
    world.annotation(first, by=world.admin)
    world.annotation(second)
    task_submit(task_id=second.pk, submitted_by=world.annotator)
    task_accept(task_id=second.pk, accepted_by=world.reviewer)
    task_skip(task_id=third.pk, reason="unclear", text="", skipped_by=world.annotator)
    return world


FOUR = found(*((f"photo{number}.png", "cup", BOX) for number in range(1, 5)))


@stored
@pytest.mark.parametrize(
    ("existing", "tasks", "written", "kept"),
    [
        ("keep", [("open", 1), ("accepted", 1), ("submitted", 1), ("submitted", 1)], 2, 2),
        ("add", [("submitted", 2), ("accepted", 1), ("submitted", 1), ("submitted", 1)], 3, 1),
        ("replace", [("submitted", 1), ("submitted", 1), ("submitted", 1), ("submitted", 1)], 4, 0),
    ],
)
def test_existing_work_is_kept_added_to_or_replaced(
    existing: Literal["keep", "add", "replace"], tasks: list[tuple[str, int]], written: int, kept: int
) -> None:
    world = _worked_on()
    row = imported(world, FOUR, ImportStart(existing=existing))
    assert [(task.state, task.annotation_count) for task in world.tasks] == tasks
    assert (row.occupied_count, row.written_image_count, row.kept_image_count) == (2, written, kept)
    for task in world.tasks:
        assert task.annotation_count == len(live(task))
        assert task.skip is None


@stored
def test_what_was_replaced_can_be_brought_back() -> None:
    world = World(images=1)
    before = world.annotation(by=world.admin)
    imported(world, ONE, ImportStart(existing="replace", state="open"))
    before.refresh_from_db()
    assert (before.deleted_at is None, before.version, before.updated_by) == (False, 2, world.admin)
    annotation_change(
        annotation_id=before.pk,
        task_id=world.tasks[0].pk,
        change=AnnotationChange(version=2, deleted=False),
        changed_by=world.admin,
    )
    assert len(live(world.tasks[0])) == 2


@stored
def test_replacing_what_was_handed_in_and_left_open_sends_it_back() -> None:
    world = _worked_on()
    imported(world, FOUR, ImportStart(existing="replace", state="open"))
    assert [task.state for task in world.tasks] == ["open", "changes_requested", "open", "open"]


@stored
def test_a_task_that_somebody_works_on_now_is_left_to_them() -> None:
    world = World(images=2)
    lease_take(task_id=world.tasks[0].pk, user=world.annotator)
    row = imported(world, TWO)
    assert [task.annotation_count for task in world.tasks] == [0, 1]
    assert row.problems == [
        {"entry": "photo1.png", "message": "is being worked on by annotator now; it was left alone."}
    ]
    assert (row.state, row.kept_image_count, row.problem_count) == ("done", 1, 1)


@committed
def test_whoever_has_the_task_open_is_told_of_each_object() -> None:
    world = World(images=1)
    row = checked(world)
    import_start(row=row, options=SUBMITTED, started_by=world.admin)
    task = world.tasks[0]
    listener = Listener(f"task.{task.pk}")
    import_do(import_id=row.pk)
    assert [event["type"] for event in listener.events(1)] == ["task.changed"]
    client = redis.Redis.from_url(django_settings.BROKER_URL)
    client.hset(f"cardinal:presence:{{{task.pk}}}:pages", "1:x", "{}")
    again = checked(world, found(("photo1.png", "cup", (1, 1, 9, 9))))
    import_start(row=again, options=ImportStart(existing="replace"), started_by=world.admin)
    import_do(import_id=again.pk)
    told = listener.events(3)
    client.delete(f"cardinal:presence:{{{task.pk}}}:pages")
    assert [event["type"] for event in told] == ["task.changed", "annotation.changed", "annotation.changed"]
    assert [event["annotation"]["deleted"] for event in told[1:]] == [True, False]


# Crashes, repetition, cancelling.


@stored
def test_a_worker_that_dies_is_followed_by_one_that_goes_on_and_writes_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(images=3)
    row = checked(world, found(*((f"photo{number}.png", "cup", BOX) for number in (1, 2, 3))))
    import_start(row=row, options=SUBMITTED, started_by=world.admin)
    write, seen = import_writing._write_image, []

    def die(*given: Any, **named: Any) -> object:
        seen.append(1)
        counts = write(*given, **named)
        if len(seen) == 2:
            raise SystemExit
        return counts

    with monkeypatch.context() as patched:
        patched.setattr(import_writing, "_write_image", die)
        with pytest.raises(SystemExit):
            import_do(import_id=row.pk)
    row.refresh_from_db()
    # What the second one wrote is gone with its transaction.
    assert (row.state, row.written_image_count) == ("importing", 1)
    assert [task.annotation_count for task in world.tasks] == [1, 0, 0]
    import_do(import_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.written_image_count, row.written_object_count) == ("done", 3, 3)
    assert [task.annotation_count for task in world.tasks] == [1, 1, 1]
    assert Annotation.objects.count() == 3


def _die(*_: object) -> None:
    raise SystemExit


@stored
def test_a_check_that_was_broken_off_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(images=1)
    row = request(world)
    with monkeypatch.context() as patched:
        patched.setattr(import_runs, "_facts", _die)
        with pytest.raises(SystemExit):
            import_do(import_id=row.pk)
    row.refresh_from_db()
    assert (row.state, of_imports()) == ("checking", {row.file_key})
    import_do(import_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.object_count) == ("checked", 1)


@committed
def test_two_workers_at_once_write_each_object_once() -> None:
    world = World(images=3)
    row = checked(world, found(*((f"photo{number}.png", "cup", BOX) for number in (1, 2, 3))))
    import_start(row=row, options=SUBMITTED, started_by=world.admin)
    at_once(*[lambda: import_do(import_id=row.pk)] * 3)
    row.refresh_from_db()
    if row.state != "done":
        import_do(import_id=row.pk)
        row.refresh_from_db()
    assert (row.state, row.written_object_count, Annotation.objects.count()) == ("done", 3, 3)


@stored
def test_starting_twice_is_starting_once_and_another_choice_comes_too_late(queue: redis.Redis) -> None:
    world = World(images=1)
    row = checked(world)
    import_start(row=row, options=SUBMITTED, started_by=world.admin)
    with nothing_changes():
        import_start(row=row, options=SUBMITTED, started_by=world.admin)
        with pytest.raises(Refused, match="importing and cannot be imported now"):
            import_start(row=row, options=ACCEPTED, started_by=world.admin)
    queued = request(world)
    with nothing_changes(), pytest.raises(Refused, match="is queued and cannot"):
        import_start(row=queued, options=SUBMITTED, started_by=world.admin)


@stored
def test_a_cancelled_import_keeps_what_is_written_and_writes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(images=3)
    row = checked(world, found(*((f"photo{number}.png", "cup", BOX) for number in (1, 2, 3))))
    import_start(row=row, options=SUBMITTED, started_by=world.admin)
    reach = import_writing._reach

    def cancel_after(*given: Any, **named: Any) -> None:
        reach(*given, **named)
        if given[1].number == 1:
            monkeypatch.setattr(import_writing, "_reach", reach)
            import_cancel(row=row, cancelled_by=world.admin)

    monkeypatch.setattr(import_writing, "_reach", cancel_after)
    import_do(import_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.written_image_count) == ("cancelled", 1)
    assert [task.annotation_count for task in world.tasks] == [1, 0, 0]
    assert of_imports() == set()
    assert AuditEntry.objects.filter(action="import.cancel").count() == 1


@stored
def test_files_go_when_a_waiting_import_is_cancelled() -> None:
    world = World(images=1)
    api = Api(world.admin)
    for row in (request(world), checked(world)):
        assert api.post(f"/imports/{row.pk}/cancel").json()["state"] == "cancelled"
        import_do(import_id=row.pk)
        row.refresh_from_db()
        assert (row.state, row.finished_at is None) == ("cancelled", False)
    assert of_imports() == set()


@stored
def test_a_file_that_is_gone_from_the_storage_is_told() -> None:
    world = World(images=1)
    row = request(world)
    default_storage.delete(row.file_key)
    import_do(import_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.error_code) == ("failed", "file_gone")


@stored
def test_what_lost_its_worker_is_queued_again_and_what_nobody_starts_is_given_up(queue: redis.Redis) -> None:
    world = World(images=1)
    lost, fresh, old, young = request(world), request(world), checked(world), checked(world)
    queue.delete("default")
    now = timezone.now()
    for row, age in ((lost, timedelta(minutes=3)), (old, timedelta(days=8)), (young, timedelta(days=6))):
        Import.objects.filter(pk=row.pk).update(updated_at=now - age)
    assert imports_resume() == 1
    assert queue.llen("default") == 1
    states = {row.pk: row.state for row in Import.objects.all()}
    assert [states[row.pk] for row in (lost, fresh, old, young)] == [
        "queued",
        "queued",
        "cancelled",
        "checked",
    ]
    assert not default_storage.exists(old.staged_key)


@stored
def test_a_task_that_is_removed_meanwhile_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(images=2)
    row = checked(world, TWO)
    import_start(row=row, options=SUBMITTED, started_by=world.admin)
    world.tasks[0].delete()
    import_do(import_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.written_image_count, row.problems) == (
        "done",
        1,
        [{"entry": "Image 1", "message": "was removed from the project meanwhile."}],
    )


@stored
def test_large_images_of_many_objects_are_written_whole() -> None:
    world = World(images=1)
    boxes = [(x, y, 2, 2) for x in range(0, 64, 2) for y in range(0, 48, 2)] * 3
    row = imported(world, found(*(("photo1.png", "cat", box) for box in boxes)))
    [task] = world.tasks
    assert (row.written_object_count, task.annotation_count) == (2304, 2304)
    drawn = np.sum([masks.decode(masks.Rle((48, 64), one.mask_counts)) for one in live(task)], axis=0)
    assert (drawn == 3).all()


@stored
def test_the_list_is_newest_first() -> None:
    world = World(images=0)
    rows = [request(world) for _ in range(3)]
    path = f"/projects/{world.project.pk}/imports"
    page = Api(world.admin).get(path, limit=2).json()
    assert [one["id"] for one in page["results"]] == [rows[2].pk, rows[1].pk]
    assert [one["id"] for one in Api(world.admin).get(path, cursor=page["next"]).json()["results"]] == [
        rows[0].pk
    ]
