"""Skipping among many: many tasks, and many people at the same moment."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cardinal.accounts.models import User
from labeling.models import Image, Skip, Task
from labeling.services.leases import task_next
from labeling.services.skips import task_skip, task_unskip
from tests.factories import World
from tests.labeling.helpers import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

TASKS, SKIPPED = 4000, 300


def _many(world: World, skipped_by: User) -> None:
    """Make many tasks, of which a person skipped the first ones."""
    image = world.picture
    shared = {field: getattr(image, field) for field in ("width", "height", "byte_size", "created_by_id")}
    images = Image.objects.bulk_create(
        Image(dataset=world.dataset, sha256=f"{number:064}", **shared) for number in range(TASKS)
    )
    tasks = Task.objects.bulk_create(
        Task(project=world.project, image=image, position=10 + number) for number, image in enumerate(images)
    )
    first = [*world.tasks[:1], *tasks[:SKIPPED]]
    skips = Skip.objects.bulk_create(Skip(task=task, person=skipped_by, reason="unclear") for task in first)
    for skip in skips:
        Task.objects.filter(pk=skip.task_id).update(state="skipped", skip=skip)
    # And one that is open again, but not for this person.
    Skip.objects.create(task=tasks[SKIPPED], person=skipped_by, reason="unclear")
    with connection.cursor() as cursor:
        cursor.execute("analyze labeling_task")
        cursor.execute("analyze labeling_skip")


def test_the_next_task_is_found_through_the_queues_index() -> None:
    world = World(images=1)
    _many(world, world.annotator)
    with CaptureQueriesContext(connection) as queries:
        task = task_next(project=world.project, user=world.annotator, purpose="annotate", after=None)
    assert task.position == 10 + SKIPPED + 1
    # The last search is that of open tasks: the one that found it, and the only one among many.
    search = [query["sql"] for query in queries if "SKIP LOCKED" in query["sql"]][-1]
    with connection.cursor() as cursor:
        cursor.execute(f"explain {search}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using task_queue on labeling_task" in plan, plan
    assert "Sort" not in plan, plan


@pytest.mark.django_db(transaction=True)
def test_skips_and_their_end_at_the_same_moment_leave_whole_tasks() -> None:
    world = World(images=2)
    people = [world.annotator, world.reviewer, world.admin]

    def skip(person: User) -> object:
        for task in world.tasks:
            task_skip(task_id=task.pk, reason="unclear", text="", skipped_by=person)
        return "skipped"

    def unskip() -> object:
        for task in world.tasks:
            task_unskip(task_id=task.pk, unskipped_by=world.admin)
        return "unskipped"

    def work(person: User) -> object:
        return task_next(project=world.project, user=person, purpose="annotate", after=None).position

    for _ in range(5):
        calls = [lambda person=person: skip(person) for person in people]
        calls += [lambda person=person: work(person) for person in people]
        found = at_once(*calls, unskip)
        known = {"skipped", "unskipped", "task_not_editable", "lease_held", "no_task", 1, 2}
        assert set(found) <= known
        for task in world.tasks:
            standing = set(task.skips.filter(ended_at=None).values_list("pk", flat=True))
            assert (task.state == "skipped") == bool(standing)
            assert task.skip_id is None or task.skip_id in standing
        Task.objects.update(lease_holder=None, lease_expires_at=None)
