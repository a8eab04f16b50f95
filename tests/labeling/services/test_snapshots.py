"""Snapshots: the accepted objects, frozen; which images are held out stays as it is."""

import gzip
import hashlib

import pytest
from django.core.files.storage import default_storage

from labeling.domain.errors import Refused
from labeling.domain.held_out import choose
from labeling.domain.snapshots import SnapshotDamaged
from labeling.models import Annotation, AuditEntry, Snapshot, Task
from labeling.services.annotations import annotation_create
from labeling.services.snapshots import snapshot_read, snapshot_take
from labeling.services.tasks import task_accept, task_submit
from tests.factories import CLICKS, World, proposal_make
from tests.labeling.helpers import stored_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def accept(world: World, *tasks: Task) -> None:
    for task in tasks:
        task_submit(task_id=task.pk, submitted_by=world.annotator)
        task_accept(task_id=task.pk, accepted_by=world.reviewer)


def accepted(images: int = 3) -> World:
    world = World(images=images)
    for task in world.tasks:
        world.annotation(task)
    accept(world, *world.tasks)
    return world


def take(world: World) -> Snapshot:
    return snapshot_take(project=world.project, taken_by=world.admin)


def test_it_holds_the_accepted_objects_with_masks_and_labels() -> None:
    world = World(images=3)
    first, second, third = world.tasks
    row, _ = world.annotation(first), world.annotation(second)
    world.annotation(third)
    accept(world, first, second)
    snapshot = take(world)
    assert (snapshot.image_count, snapshot.object_count) == (2, 2)
    found = {one.annotation: one for one in snapshot_read(snapshot=snapshot)}
    one = found[row.pk]
    assert (one.image, one.width, one.height) == (first.image.sha256, 64, 48)
    assert (one.version, one.label, one.mask, one.clicks) == (1, "cat", row.mask_counts, ())


def test_clicks_of_a_proposal_come_along_also_when_its_mask_was_drawn_on() -> None:
    world = World(images=1)
    [task] = world.tasks
    annotation_create(
        task_id=task.pk,
        label_id=world.labels[0].pk,
        proposal_id=proposal_make(world).pk,
        mask=None,
        client_id=None,
        created_by=world.annotator,
    )
    Annotation.objects.update(proposal=None)
    accept(world, task)
    [one] = snapshot_read(snapshot=take(world))
    assert one.clicks == tuple((click.x, click.y) for click in CLICKS)


@pytest.mark.parametrize("flag", ["crowd", "ignore"])
def test_crowds_and_what_is_to_be_ignored_are_left_out_and_so_is_what_was_deleted(flag: str) -> None:
    world = World(images=1)
    [task] = world.tasks
    kept, gone, marked = (world.annotation(task) for _ in range(3))
    accept(world, task)
    Annotation.objects.filter(pk=gone.pk).update(deleted_at=gone.created_at)
    Annotation.objects.filter(pk=marked.pk).update(**{flag: True})
    assert [one.annotation for one in snapshot_read(snapshot=take(world))] == [kept.pk]


def test_the_same_objects_are_the_same_snapshot_and_a_changed_one_is_another() -> None:
    world = accepted()
    first = take(world)
    assert take(world) == first
    assert Snapshot.objects.count() == 1
    assert [path for path in stored_files() if path.startswith("snapshots/")] == [first.file_key]
    Annotation.objects.filter(task=world.tasks[0]).update(version=2)
    assert take(world) != first
    assert snapshot_read(snapshot=first)[0].version == 1
    entries = AuditEntry.objects.filter(action="snapshot.take").order_by("pk")
    assert [entry.data["sha256"] == first.sha256 for entry in entries] == [True, False]


def test_its_name_is_the_hash_of_its_lines() -> None:
    snapshot = take(accepted())
    with default_storage.open(snapshot.file_key) as file:
        content = gzip.decompress(file.read())
    assert hashlib.sha256(content).hexdigest() == snapshot.sha256
    assert content.splitlines()[0] == b'{"format":1}'


def test_a_damaged_file_is_not_read() -> None:
    snapshot = take(accepted())
    Snapshot.objects.filter(pk=snapshot.pk).update(sha256="b" * 64)
    with pytest.raises(SnapshotDamaged):
        snapshot_read(snapshot=Snapshot.objects.get(pk=snapshot.pk))


def test_images_are_divided_when_they_are_first_accepted_and_never_again() -> None:
    world = World(images=12)
    tasks = world.tasks
    for task in tasks:
        world.annotation(task)
    accept(world, *tasks[:8])
    first = take(world)
    before = {task.pk: task.split for task in world.tasks}
    held = choose(
        project_id=world.project.pk, new=[task.image.sha256 for task in tasks[:8]], held=0, trained=0
    )
    assert {task.image.sha256 for task in tasks if before[task.pk] == "held_out"} == held
    assert first.held_out_image_count == first.held_out_object_count == len(held) == 4
    assert {before[task.pk] for task in tasks[8:]} == {""}
    accept(world, *tasks[8:])
    second = take(world)
    after = {task.pk: task.split for task in world.tasks}
    assert {key: after[key] for key in before if before[key]} == {
        key: old for key, old in before.items() if old
    }
    assert "" not in after.values()
    assert second.held_out_image_count == sum(split == "held_out" for split in after.values())
    held_out = {one.image for one in snapshot_read(snapshot=second) if one.held_out}
    assert held_out == {task.image.sha256 for task in tasks if after[task.pk] == "held_out"}


def test_nothing_accepted_is_no_snapshot_and_divides_nothing() -> None:
    world = World(images=2)
    world.annotation()
    with pytest.raises(Refused, match="Nothing is accepted yet") as caught:
        take(world)
    assert caught.value.code == "nothing_accepted"
    assert (Snapshot.objects.count(), {task.split for task in world.tasks}) == (0, {""})
