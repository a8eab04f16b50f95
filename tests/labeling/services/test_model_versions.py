"""Model versions: numbered, served one at a time, pinned, renamed, archived, and told of."""

import json
from collections.abc import Iterator
from functools import partial

import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import transaction

from labeling.domain.errors import Refused
from labeling.models import AuditEntry, ModelVersion, Project, VersionState
from labeling.services.model_versions import version_activate, version_change
from labeling.shapes.training import ModelVersionChange
from tests.factories import World
from tests.labeling.helpers import Listener, Overlap, nothing_changes
from tests.labeling.versions import version_make

pytestmark = pytest.mark.usefixtures("media")
stored = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)
# Where Kombu keeps what is taken after clicks and before previews.
WARM = "segment\x06\x163"


@pytest.fixture(autouse=True)
def queue() -> Iterator[redis.Redis]:
    """The real broker, with nothing waiting in it."""
    client = redis.Redis.from_url(django_settings.BROKER_URL)
    client.delete("segment", "default", WARM)
    yield client
    client.delete("segment", "default", WARM)


def _activate(world: World, version: ModelVersion | None, *, pinned: bool = False) -> Project:
    return version_activate(
        project_id=world.project.pk,
        version_id=version.pk if version else None,
        pinned=pinned,
        activated_by=world.admin,
    )


def _serving(world: World) -> tuple[int | None, bool]:
    project = Project.objects.get(pk=world.project.pk)
    return project.active_version_id, project.model_pinned


def _refused(world: World, version: ModelVersion) -> Refused:
    with nothing_changes(), pytest.raises(Refused) as caught:
        _activate(world, version)
    return caught.value


@stored
def test_versions_are_numbered_within_their_project_and_stored_by_number_and_hash() -> None:
    world = World(images=0)
    first, second = version_make(world), version_make(world, "others")
    assert (first.number, second.number) == (1, 2)
    # sha256 of b"weights of cells"
    stem = f"models/{world.project.pk}/{first.pk}-{first.sha256[:16]}"
    assert (first.weights_key, first.exported_key) == (f"{stem}.safetensors", f"{stem}.onnx")
    assert first.identity == f"cells+{first.sha256[:12]}"
    assert first.byte_size == 16
    with default_storage.open(first.weights_key) as file:
        assert file.read() == b"weights of cells"
    with default_storage.open(first.exported_key) as file:
        assert file.read() == b"export of cells"


@stored
def test_a_version_serves_until_another_one_does_and_the_log_says_who_chose() -> None:
    world = World(images=0)
    first, second = version_make(world), version_make(world, "others")
    _activate(world, first)
    assert _serving(world) == (first.pk, False)
    _activate(world, second, pinned=True)
    assert _serving(world) == (second.pk, True)
    _activate(world, None)
    assert _serving(world) == (None, False)
    entries = AuditEntry.objects.filter(action="model.activate").order_by("pk")
    assert [(entry.actor, entry.data) for entry in entries] == [
        (world.admin, {"version": first.pk, "before": None, "pinned": False, "state": "ready"}),
        (world.admin, {"version": second.pk, "before": first.pk, "pinned": True, "state": "ready"}),
        (world.admin, {"version": None, "before": second.pk, "pinned": False, "state": None}),
    ]


@stored
def test_what_serves_already_is_left_alone_and_a_pin_alone_can_change() -> None:
    world = World(images=0)
    version = version_make(world)
    _activate(world, version)
    with nothing_changes():
        _activate(world, version)
    _activate(world, version, pinned=True)
    assert _serving(world) == (version.pk, True)


@stored
def test_a_proposed_version_is_ready_once_somebody_says_yes_and_a_rejected_one_stays_rejected() -> None:
    world = World(images=0)
    proposed = version_make(world, state=VersionState.PROPOSED)
    rejected = version_make(world, "others", state=VersionState.REJECTED)
    for version, state in ((proposed, "ready"), (rejected, "rejected")):
        _activate(world, version)
        version.refresh_from_db()
        assert (version.state, _serving(world)) == (state, (version.pk, False))
    said = AuditEntry.objects.filter(action="model.activate").order_by("pk")
    assert [entry.data["state"] for entry in said] == ["proposed", "rejected"]


@stored
@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("checking", "“cells” is still being checked. Wait until it is ready."),
        ("refused", "“cells” cannot be loaded. Choose another one."),
    ],
)
def test_what_cannot_answer_does_not_serve(state: str, message: str) -> None:
    world = World(images=0)
    version = version_make(world)
    ModelVersion.objects.filter(pk=version.pk).update(state=state, error_code="weights_refused")
    refusal = _refused(world, version)
    assert (refusal.code, refusal.message) == ("version_not_ready", message)
    assert refusal.details == {"state": state, "archived": False}


@stored
def test_neither_an_archived_version_nor_another_projects_serves() -> None:
    world = World(images=0)
    archived = version_make(world)
    change = partial(version_change, version_id=archived.pk, changed_by=world.admin)
    change(change=ModelVersionChange(archived=True))
    refusal = _refused(world, archived)
    assert refusal.message == "“cells” is archived. Take it out of the archive first."
    other = Project.objects.create(name="other", created_by=world.admin)
    assert _refused(world, version_make(world, project=other)).code == "not_found"
    change(change=ModelVersionChange(archived=False))
    _activate(world, archived)
    assert _serving(world) == (archived.pk, False)


@stored
def test_the_version_that_serves_cannot_be_archived_and_can_be_renamed() -> None:
    world = World(images=0)
    version = version_make(world)
    _activate(world, version)
    with nothing_changes(), pytest.raises(Refused) as caught:
        version_change(
            version_id=version.pk, change=ModelVersionChange(archived=True), changed_by=world.admin
        )
    assert caught.value.code == "version_active"
    assert caught.value.message == "“cells” answers this project's clicks. Serve another one first."
    changed = version_change(
        version_id=version.pk, change=ModelVersionChange(name=" Nuclei "), changed_by=world.admin
    )
    assert (changed.name, changed.identity) == ("Nuclei", version.identity)
    assert AuditEntry.objects.get(action="model.change").data == {"name": "Nuclei"}
    with nothing_changes():
        version_change(
            version_id=version.pk, change=ModelVersionChange(name="Nuclei"), changed_by=world.admin
        )


@committed
def test_a_change_is_told_as_a_whole_and_workers_load_what_serves_before_the_first_click(
    queue: redis.Redis,
) -> None:
    world = World(images=0)
    version = version_make(world)
    listener = Listener(f"project.{world.project.pk}")
    _activate(world, version)
    (event,) = listener.events(1)
    assert event["type"] == "models.changed"
    told = event["models"]
    assert (told["active_id"], told["pinned"], told["bundled"], told["next"]) == (
        *(version.pk, False, "fake", None),
    )
    assert [(row["id"], row["active"], row["state"]) for row in told["results"]] == [
        (version.pk, True, "ready")
    ]
    sent = [json.loads(text)["headers"] for text in queue.lrange(WARM, 0, -1)]  # type: ignore[union-attr]
    assert [(one["task"], one["argsrepr"]) for one in sent] == [
        ("labeling.tasks.model_warm", f"[{version.pk}]")
    ] * 4


@committed
def test_two_admins_at_once_are_served_one_after_the_other() -> None:
    world = World(images=0)
    first, second = version_make(world), version_make(world, "others")
    with Overlap(lambda: _activate(world, second)) as other, transaction.atomic():
        _activate(world, first)
        other.start()
        assert other.result is None
    assert _serving(world) == (second.pk, False)
    entries = AuditEntry.objects.filter(action="model.activate").order_by("pk")
    assert [(entry.data["before"], entry.data["version"]) for entry in entries] == [
        (None, first.pk),
        (first.pk, second.pk),
    ]


@committed
def test_of_archiving_and_serving_the_same_version_at_once_one_is_refused() -> None:
    world = World(images=0)
    version = version_make(world)
    change = ModelVersionChange(archived=True)
    archive = partial(version_change, version_id=version.pk, change=change, changed_by=world.admin)
    with Overlap(archive) as other, transaction.atomic():
        _activate(world, version)
        other.start()
    assert other.result == "version_active"
    assert ModelVersion.objects.get(pk=version.pk).archived_at is None


@committed
def test_two_versions_at_once_get_two_numbers() -> None:
    world = World(images=0)
    with Overlap(lambda: version_make(world, "others").number) as other, transaction.atomic():
        assert version_make(world).number == 1
        other.start()
    assert other.result == 2
