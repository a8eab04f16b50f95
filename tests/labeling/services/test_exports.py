"""Exports: requested, written once, cancelled, gone on with after a crash."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from labeling import formats
from labeling.formats.archive import Archive
from labeling.formats.base import ExportSource
from labeling.models import AuditEntry, Export
from labeling.services import export_contents, exports
from labeling.services.tasks import task_accept, task_submit
from tests.factories import World
from tests.labeling.helpers import Api, Listener, nothing_changes, refused, stored_files

pytestmark = pytest.mark.usefixtures("media")
stored = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def _accepted(images: int = 2) -> World:
    """Return a world whose tasks are accepted, with one object each."""
    world = World(images=images)
    for task in world.tasks:
        world.annotation(task)
        task_submit(task_id=task.pk, submitted_by=world.annotator)
        task_accept(task_id=task.pk, accepted_by=world.reviewer)
    return world


def _request(world: World) -> Export:
    return exports.export_request(project=world.project, format_name="coco", requested_by=world.admin)


def _exported() -> set[str]:
    return {path for path in stored_files() if path.startswith("exports/")}


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """The real broker, with nothing waiting in it."""
    client = redis.Redis.from_url(django_settings.BROKER_URL)
    client.delete("default")
    yield client
    client.delete("default")


@committed
def test_a_request_is_queued_audited_and_told(queue: redis.Redis) -> None:
    world = World(images=0)
    listener = Listener(f"project.{world.project.pk}")
    response = Api(world.admin).post(f"/projects/{world.project.pk}/exports", {"format": "coco"})
    export = Export.objects.get()
    body = response.json()
    assert response.status_code == 202
    assert body == {
        "id": export.pk,
        "project_id": world.project.pk,
        "format": "coco",
        "options": {
            "states": ["accepted"],
            "label_ids": None,
            "verdicts": None,
            "min_area": 0,
            "empty": True,
            "overlaps": "front",
            "splits": {"by": "none", "shares": {}},
            "images": "none",
            "crops": False,
            "research": False,
            "licence": "",
        },
        "snapshot": None,
        "state": "queued",
        "progress": 0.0,
        "image_count": 0,
        "annotation_count": 0,
        "byte_size": 0,
        "file_url": None,
        "error": None,
        "requested_by": {"id": world.admin.pk, "username": "admin"},
        "created_at": export.created_at.isoformat().replace("+00:00", "Z"),
        "started_at": None,
        "finished_at": None,
    }
    assert queue.llen("default") == 1
    assert listener.events(1) == [{"type": "export.changed", "export": body}]
    entry = AuditEntry.objects.get(action="export.request")
    assert (entry.object_id, entry.data) == (export.pk, {"format": "coco"})


@stored
def test_running_writes_a_file_that_can_be_fetched() -> None:
    world = _accepted()
    export = _request(world)
    exports.export_run(export_id=export.pk)
    api = Api(world.admin)
    body = api.get(f"/exports/{export.pk}").json()
    assert (body["state"], body["progress"], body["image_count"], body["annotation_count"]) == (
        "ready",
        1.0,
        2,
        2,
    )
    assert body["finished_at"] is not None
    answer = api.get(f"/exports/{export.pk}/file")
    assert len(answer.content) == body["byte_size"]
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == f"attachment; filename*=UTF-8''animals%20coco%20{export.pk}.zip"
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.namelist() == [
            "annotations/instances.json",
            "images.csv",
            *(f"plots/{name}.svg" for name in ("labels", "objects", "areas")),
            "README.md",
            "manifest.json",
        ]
        assert len(json.loads(archive.read("annotations/instances.json"))["annotations"]) == 2


@stored
def test_only_accepted_tasks_and_live_objects_are_exported() -> None:
    world = _accepted(images=3)
    world.tasks[2].reviews.all()
    api = Api(world.admin)
    api.post(f"/tasks/{world.tasks[2].pk}/request-changes", {"comment": "No."})
    api.post(f"/tasks/{world.tasks[1].pk}/request-changes", {"comment": "One is wrong."})
    annotation = world.tasks[1].annotations.get()
    api.delete(f"/annotations/{annotation.pk}", version=1)
    task_submit(task_id=world.tasks[1].pk, submitted_by=world.admin)
    task_accept(task_id=world.tasks[1].pk, accepted_by=world.admin)
    export = _request(world)
    exports.export_run(export_id=export.pk)
    export.refresh_from_db()
    assert (export.image_count, export.annotation_count) == (2, 1)


@stored
def test_an_empty_project_gives_a_valid_empty_file() -> None:
    world = World(images=1)
    export = _request(world)
    exports.export_run(export_id=export.pk)
    with (
        default_storage.open(f"exports/{world.project.pk}/{export.pk}.zip") as file,
        ZipFile(file) as archive,
    ):
        coco = json.loads(archive.read("annotations/instances.json"))
    assert (coco["images"], coco["annotations"]) == ([], [])
    assert [category["name"] for category in coco["categories"]] == ["cat", "cup"]


@stored
def test_running_again_changes_nothing() -> None:
    world = _accepted(images=1)
    export = _request(world)
    exports.export_run(export_id=export.pk)
    with nothing_changes():
        exports.export_run(export_id=export.pk)
        exports.export_run(export_id=10**9)


@stored
def test_a_file_before_its_time_is_refused() -> None:
    world = World(images=0)
    export, api = _request(world), Api(world.admin)
    with nothing_changes():
        error = refused(api.get(f"/exports/{export.pk}/file"), 409, "export_not_ready")
    assert error["message"] == "This export is queued. Wait until it is ready."


@stored
def test_an_unknown_format_is_refused() -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        refused(api.post(f"/projects/{world.project.pk}/exports", {"format": "floppy"}), 400, "invalid")


@stored
def test_cancelling_before_it_runs_and_after_it_ended() -> None:
    world = _accepted(images=1)
    api = Api(world.admin)
    waiting, done = _request(world), _request(world)
    body = api.post(f"/exports/{waiting.pk}/cancel").json()
    assert (body["state"], body["file_url"]) == ("cancelled", None)
    assert AuditEntry.objects.get(action="export.cancel").object_id == waiting.pk
    exports.export_run(export_id=done.pk)
    with nothing_changes():
        assert api.post(f"/exports/{waiting.pk}/cancel").json() == body
        exports.export_run(export_id=waiting.pk)
        assert api.post(f"/exports/{done.pk}/cancel").json()["state"] == "ready"


def _instead(monkeypatch: pytest.MonkeyPatch, happens: object) -> None:
    """Have something happen in the middle of writing."""
    real = formats.FORMATS["coco"]

    def write(source: ExportSource, archive: Archive) -> Iterator[int]:
        for done in real.write(source, archive):
            happens()  # type: ignore[operator]
            yield done

    monkeypatch.setitem(formats.FORMATS, "coco", replace(real, write=write))


@stored
def test_cancelling_while_it_runs_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _accepted(images=1)
    export = _request(world)
    _instead(monkeypatch, lambda: exports.export_cancel(export=export, cancelled_by=world.admin))
    exports.export_run(export_id=export.pk)
    export.refresh_from_db()
    assert (export.state, export.file_key, export.error_code) == ("cancelled", "", "")
    assert _exported() == set()


@stored
def test_a_failure_is_told_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _accepted(images=1)
    export = _request(world)

    def fail() -> None:
        raise OSError("no space left")

    _instead(monkeypatch, fail)
    exports.export_run(export_id=export.pk)
    body = Api(world.admin).get(f"/exports/{export.pk}").json()
    assert (body["state"], body["file_url"]) == ("failed", None)
    assert body["error"] == {"code": "export_failed", "message": exports.FAILED_MESSAGE}
    assert body["finished_at"] is not None
    assert _exported() == set()


@committed
def test_an_export_whose_worker_died_is_queued_again_and_finished(queue: redis.Redis) -> None:
    world = _accepted(images=1)
    dead, young = _request(world), _request(world)
    queue.delete("default")
    Export.objects.filter(pk=dead.pk).update(
        state="running", progress=0.5, updated_at=timezone.now() - timedelta(minutes=3)
    )
    assert exports.exports_resume() == 1
    assert queue.llen("default") == 1
    exports.export_run(export_id=dead.pk)
    assert Export.objects.get(pk=dead.pk).state == "ready"
    assert Export.objects.get(pk=young.pk).state == "queued"
    assert exports.exports_resume() == 0


@committed
def test_of_two_workers_with_one_export_the_second_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _accepted(images=1)
    export = _request(world)
    listener = Listener(f"project.{world.project.pk}")
    runs: list[str] = []

    def second() -> None:
        exports.export_run(export_id=export.pk)
        runs.append(Export.objects.get(pk=export.pk).state)
        connection.close()

    def happens() -> None:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()

    _instead(monkeypatch, happens)
    exports.export_run(export_id=export.pk)
    assert runs == ["running"]
    assert [event["export"]["state"] for event in listener.events(4)] == [*["running"] * 3, "ready"]
    assert Export.objects.get().state == "ready"


@committed
def test_progress_is_told_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_contents, "BATCH", 1)
    world = _accepted(images=2)
    export = _request(world)
    listener = Listener(f"project.{world.project.pk}")
    exports.export_run(export_id=export.pk)
    events = [event["export"] for event in listener.events(7)]
    assert [(one["state"], round(one["progress"], 2)) for one in events] == [
        ("running", 0.0),
        # Its content is frozen,
        ("running", 0.15),
        ("running", 0.3),
        ("running", 0.3),
        # and then written.
        ("running", 0.65),
        ("running", 1.0),
        ("ready", 1.0),
    ]
    assert [one["snapshot"] is None for one in events] == [True, True, True, False, False, False, False]
    assert all(one["started_at"] for one in events)


@stored
def test_exports_are_listed_the_newest_first() -> None:
    world = World(images=0)
    ids = [_request(world).pk for _ in range(3)]
    api, path = Api(world.admin), f"/projects/{world.project.pk}/exports"
    first = api.get(path, limit=2).json()
    assert [row["id"] for row in first["results"]] == [ids[2], ids[1]]
    assert [row["id"] for row in api.get(path, cursor=first["next"]).json()["results"]] == [ids[0]]


@stored
@pytest.mark.parametrize("format_name", sorted(formats.FORMATS))
def test_every_format_of_the_registry_can_be_asked_for_and_leaves(format_name: str) -> None:
    world = _accepted(images=2)
    api = Api(world.admin)
    row = api.post(f"/projects/{world.project.pk}/exports", {"format": format_name}).json()
    exports.export_run(export_id=row["id"])
    body = api.get(f"/exports/{row['id']}").json()
    assert (body["state"], body["format"], body["image_count"], body["annotation_count"]) == (
        "ready",
        format_name,
        2,
        2,
    )
    first = api.get(f"/exports/{row['id']}/file").content
    again = api.post(f"/projects/{world.project.pk}/exports", {"format": format_name}).json()
    exports.export_run(export_id=again["id"])
    assert api.get(f"/exports/{again['id']}/file").content == first


@stored
def test_what_a_format_cannot_say_at_all_is_told_to_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    world = _accepted(images=1)
    monkeypatch.setattr("labeling.formats.voc.MOST", 1)
    api = Api(world.admin)
    row = api.post(f"/projects/{world.project.pk}/exports", {"format": "voc"}).json()
    exports.export_run(export_id=row["id"])
    assert api.get(f"/exports/{row['id']}").json()["error"] == {
        "code": "format_refused",
        "message": "VOC has room for 1 labels and this project has 2. Choose another format.",
    }
