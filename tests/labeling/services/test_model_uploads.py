"""Uploaded weights: stored as they came, looked at by a worker, served only once they have answered."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from labeling.domain.errors import Kind, Refused
from labeling.models import AuditEntry, ModelVersion, Proposal
from labeling.services import model_uploads
from labeling.services.locks import CHECKED_VERSIONS
from labeling.services.model_uploads import version_check, version_upload, versions_resume
from labeling.services.model_versions import version_activate
from labeling.tasks import model_check, proposal_segment
from labeling.weights_check import Admitted, WeightsNotAdmitted
from tests.factories import World, proposal_make
from tests.labeling.helpers import Listener, nothing_changes, stored_files
from tests.labeling.versions import BUNDLED

pytestmark = pytest.mark.usefixtures("media")
stored = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)
CONTENT = b"what somebody calls weights"


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """The real broker, with nothing waiting in it."""
    client = redis.Redis.from_url(django_settings.BROKER_URL)
    client.delete("train")
    yield client
    client.delete("train")


def _upload(world: World, *, content: bytes = CONTENT, file_name: str = "mine.safetensors") -> ModelVersion:
    return version_upload(
        project=world.project,
        name="Mine",
        file_name=file_name,
        stream=BytesIO(content),
        size=len(content),
        uploaded_by=world.admin,
    )


def _admitting(monkeypatch: pytest.MonkeyPatch, look: Callable[[Path], Admitted]) -> None:
    monkeypatch.setattr(model_uploads, "admit", look)


def _fine(source: Path) -> Admitted:
    weights, exported = source.with_name("weights.safetensors"), source.with_name("weights.onnx")
    shutil.copyfile(source, weights)
    exported.write_bytes(b"export")
    return Admitted(weights, exported, "mine-1", "dextr_lite", "CC0-1.0", "40 objects")


def _bad(_: Path) -> Admitted:
    raise WeightsNotAdmitted("weights_refused", "upload.safetensors is no weights file. Fetch it again.")


def _age(version: ModelVersion, **ages: timedelta) -> None:
    now = timezone.now()
    ModelVersion.objects.filter(pk=version.pk).update(**{name: now - age for name, age in ages.items()})


@committed
def test_an_upload_waits_for_a_worker_under_a_name_of_ours(queue: redis.Redis) -> None:
    world = World(images=0)
    listener = Listener(f"project.{world.project.pk}")
    version = _upload(world, file_name="../../etc/Мой файл.SAFETENSORS")
    assert (version.number, version.name, version.origin, version.state) == (
        1,
        "Mine",
        "uploaded",
        "checking",
    )
    assert version.weights_key.startswith(f"models/{world.project.pk}/")
    assert version.weights_key.endswith(".safetensors")
    assert stored_files() == {version.weights_key}
    assert (version.sha256, version.identity, version.byte_size) == ("", "", 27)
    (event,) = listener.events(1)
    (row,) = event["models"]["results"]
    assert (row["state"], row["file_url"], row["card_url"]) == ("checking", None, None)
    entry = AuditEntry.objects.get(action="model.upload")
    assert (entry.actor, entry.data) == (world.admin, {"size": 27})
    assert queue.llen("train") == 1


@stored
@pytest.mark.parametrize("file_name", ["weights.bin", "weights", "weights.pth.exe", ".safetensors", ""])
def test_other_kinds_of_files_are_refused_by_their_field(file_name: str) -> None:
    world = World(images=0)
    with nothing_changes(), pytest.raises(Refused) as caught:
        _upload(world, file_name=file_name)
    assert caught.value.details == {
        "fields": {
            "file": ["Choose a .safetensors file of Cardinal, or a published DEXTR checkpoint (.pth)."]
        }
    }


@stored
def test_empty_and_large_files_are_refused(settings: Settings) -> None:
    world = World(images=0)
    with nothing_changes(), pytest.raises(Refused, match="This file is empty"):
        _upload(world, content=b"")
    settings.MAX_WEIGHTS_BYTES = 26
    with nothing_changes(), pytest.raises(Refused) as caught:
        _upload(world)
    assert (caught.value.code, caught.value.kind) == ("too_large", Kind.TOO_LARGE)
    settings.MAX_WEIGHTS_BYTES = 27
    assert _upload(world).number == 1


@stored
def test_who_uploads_faster_than_workers_look_has_to_wait_and_leaves_no_file() -> None:
    world = World(images=0)
    for _ in range(5):
        _upload(world)
    with nothing_changes(), pytest.raises(Refused) as caught:
        _upload(world)
    assert (caught.value.code, caught.value.kind) == ("too_many_requests", Kind.TOO_MANY)


@committed
def test_weights_that_answer_become_ready_under_their_hash(
    monkeypatch: pytest.MonkeyPatch, queue: redis.Redis
) -> None:
    _admitting(monkeypatch, _fine)
    world = World(images=0)
    version = _upload(world)
    listener = Listener(f"project.{world.project.pk}")
    version_check(version_id=version.pk)
    version.refresh_from_db()
    assert (version.state, version.architecture, version.licence, version.card) == (
        *("ready", "dextr_lite", "CC0-1.0", "40 objects"),
    )
    assert version.identity == f"mine-1+{version.sha256[:12]}"
    stem = f"models/{world.project.pk}/{version.pk}-{version.sha256[:16]}"
    assert stored_files() == {f"{stem}.safetensors", f"{stem}.onnx"}
    with default_storage.open(version.weights_key) as file:
        assert file.read() == CONTENT
    (event,) = listener.events(1)
    assert event["models"]["results"][0]["state"] == "ready"
    assert AuditEntry.objects.get(action="model.check").data == {"state": "ready", "error_code": ""}
    with nothing_changes():
        version_check(version_id=version.pk)
    version_check(version_id=10**9)


@committed
def test_weights_that_are_none_are_refused_in_words_and_leave_no_file(
    monkeypatch: pytest.MonkeyPatch, queue: redis.Redis
) -> None:
    _admitting(monkeypatch, _bad)
    world = World(images=0)
    version = _upload(world)
    version_check(version_id=version.pk)
    version.refresh_from_db()
    assert (version.state, version.error_code, version.weights_key) == ("refused", "weights_refused", "")
    assert version.error_message == "upload.safetensors is no weights file. Fetch it again."
    assert stored_files() == set()


@committed
def test_a_check_that_ends_after_the_version_was_given_up_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, queue: redis.Redis
) -> None:
    world = World(images=0)
    version = _upload(world)

    def slow(source: Path) -> Admitted:
        _age(version, updated_at=timedelta(hours=7), created_at=timedelta(hours=7))
        assert versions_resume() == 1
        return _fine(source)

    _admitting(monkeypatch, slow)
    version_check(version_id=version.pk)
    version.refresh_from_db()
    assert (version.state, version.error_code, version.weights_key) == ("refused", "check_failed", "")
    assert stored_files() == set()


@committed
def test_a_file_that_is_gone_is_said_to_be(queue: redis.Redis) -> None:
    version = _upload(World(images=0))
    default_storage.delete(version.weights_key)
    version_check(version_id=version.pk)
    version.refresh_from_db()
    assert (version.state, version.error_code) == ("refused", "file_gone")


@committed
def test_a_second_worker_leaves_the_first_one_alone(
    monkeypatch: pytest.MonkeyPatch, queue: redis.Redis
) -> None:
    version = _upload(World(images=0))
    looked: list[Path] = []
    _admitting(monkeypatch, lambda source: looked.append(source) or _fine(source))  # type: ignore[func-returns-value]
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s, %s)", [CHECKED_VERSIONS, version.pk])
        version_check(version_id=version.pk)
        assert looked == []
        # Closing alone would give the lock back some time later.
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s, %s)", [CHECKED_VERSIONS, version.pk])
    finally:
        other.close()
    version_check(version_id=version.pk)
    assert len(looked) == 1


@committed
def test_what_nobody_has_looked_at_for_a_while_is_queued_again(queue: redis.Redis) -> None:
    world = World(images=0)
    old, new = _upload(world), _upload(world)
    queue.delete("train")
    _age(old, updated_at=timedelta(minutes=16))
    assert versions_resume() == 1
    assert queue.llen("train") == 1
    assert ModelVersion.objects.get(pk=new.pk).state == "checking"


@committed
def test_real_weights_from_outside_answer_a_click(
    settings: Settings, tmp_path: Path, queue: redis.Redis
) -> None:
    settings.MODEL_CACHE_ROOT = str(tmp_path / "models")
    world = World(images=1)
    version = _upload(world, content=BUNDLED.read_bytes())
    model_check(version.pk)
    version.refresh_from_db()
    assert (version.state, version.error_message) == ("ready", "")
    version_activate(
        project_id=world.project.pk, version_id=version.pk, pinned=False, activated_by=world.admin
    )
    proposal = proposal_make(world, answer=False)
    proposal_segment(proposal.pk)
    assert Proposal.objects.get(pk=proposal.pk).model_version == version.identity
