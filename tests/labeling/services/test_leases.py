"""Leases: nobody gets another's task, nobody blocks one for ever."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from labeling.domain.errors import Refused
from labeling.models import AuditEntry, Task, TaskState
from labeling.services.leases import lease_release, lease_take, task_next
from labeling.services.projects import member_set
from labeling.services.tasks import task_request_changes, task_submit
from tests.factories import World, user_make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_next_gives_the_first_free_task_and_leases_it() -> None:
    world = World()
    task = task_next(project=world.project, user=world.annotator, purpose="annotate", after=None)
    assert (task.position, task.lease_holder) == (1, world.annotator)
    assert task.lease_expires_at is not None
    assert timedelta(seconds=100) < task.lease_expires_at - timezone.now() <= timedelta(seconds=120)
    assert (
        AuditEntry.objects.filter(action="task.lease", object_id=task.pk, actor=world.annotator).count() == 1
    )


def test_next_again_gives_the_same_task_and_somebody_else_the_next_one() -> None:
    world = World()
    first = task_next(project=world.project, user=world.annotator, purpose="annotate", after=None)
    again = task_next(project=world.project, user=world.annotator, purpose="annotate", after=None)
    other = task_next(project=world.project, user=world.reviewer, purpose="annotate", after=None)
    assert (first.pk, other.position) == (again.pk, 2)


def test_next_after_skips_that_task_and_wraps_round() -> None:
    world = World(images=2)
    first, second = world.tasks
    lease_take(task_id=second.pk, user=world.reviewer)
    lease_release(task_id=second.pk, user=world.reviewer)
    assert (
        task_next(project=world.project, user=world.annotator, purpose="annotate", after=first).pk
        == second.pk
    )
    lease_release(task_id=second.pk, user=world.annotator)
    assert (
        task_next(project=world.project, user=world.annotator, purpose="annotate", after=second).pk
        == first.pk
    )


def test_an_expired_lease_frees_the_task() -> None:
    world = World(images=1)
    task = task_next(project=world.project, user=world.annotator, purpose="annotate", after=None)
    with pytest.raises(Refused) as refused:
        task_next(project=world.project, user=world.reviewer, purpose="annotate", after=None)
    assert refused.value.code == "no_task"
    Task.objects.filter(pk=task.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    taken = task_next(project=world.project, user=world.reviewer, purpose="annotate", after=None)
    assert (taken.pk, taken.lease_holder) == (task.pk, world.reviewer)


def test_a_held_task_is_refused_by_name_and_nothing_changes() -> None:
    world = World()
    task = world.tasks[0]
    lease_take(task_id=task.pk, user=world.annotator)
    before = Task.objects.values().get(pk=task.pk)
    with pytest.raises(Refused) as refused:
        lease_take(task_id=task.pk, user=world.reviewer)
    assert refused.value.code == "lease_held"
    assert refused.value.details["holder"] == {"id": world.annotator.pk, "username": "annotator"}
    assert Task.objects.values().get(pk=task.pk) == before


def test_releasing_anothers_task_changes_nothing() -> None:
    world = World()
    task = world.tasks[0]
    lease_take(task_id=task.pk, user=world.annotator)
    lease_release(task_id=task.pk, user=world.reviewer)
    assert world.tasks[0].lease_holder == world.annotator


def test_changes_go_back_to_the_one_who_submitted() -> None:
    world = World()
    task_submit(task_id=world.tasks[1].pk, submitted_by=world.annotator)
    task_request_changes(task_id=world.tasks[1].pk, requested_by=world.reviewer, comment="Loose edge.")
    task = task_next(project=world.project, user=world.annotator, purpose="annotate", after=None)
    assert (task.position, task.state) == (2, TaskState.CHANGES_REQUESTED)


def test_a_reviewer_gets_submitted_tasks_only() -> None:
    world = World()
    with pytest.raises(Refused) as refused:
        task_next(project=world.project, user=world.reviewer, purpose="review", after=None)
    assert refused.value.message == "No task waits for review now."
    task_submit(task_id=world.tasks[2].pk, submitted_by=world.annotator)
    assert task_next(project=world.project, user=world.reviewer, purpose="review", after=None).position == 3


def _at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Run the calls in threads that start together; return their results or errors in order."""
    barrier = threading.Barrier(len(calls))
    results: list[object] = [None] * len(calls)

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = calls[index]()
        except Refused as error:
            results[index] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_ten_people_at_once_get_ten_different_tasks(media: Path) -> None:
    world = World(images=10)
    people = [user_make(f"person{n}") for n in range(12)]
    for person in people:
        member_set(project=world.project, username=person.username, role="annotator", changed_by=world.admin)

    def take(index: int) -> object:
        return task_next(project=world.project, user=people[index], purpose="annotate", after=None).position

    taken = _at_once([lambda index=index: take(index) for index in range(12)])  # type: ignore[misc]
    positions = [position for position in taken if isinstance(position, int)]
    assert sorted(positions) == sorted(set(positions))
    assert len(positions) == 10
    assert taken.count("no_task") == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_one_task_at_once_exactly_one_gets_it(media: Path) -> None:
    world = World(images=1)
    task = world.tasks[0]
    people = [world.admin, world.reviewer, world.annotator]

    def take(index: int) -> object:
        return lease_take(task_id=task.pk, user=people[index]).lease_holder_id

    taken = _at_once([lambda index=index: take(index) for index in range(3)])  # type: ignore[misc]
    assert taken.count("lease_held") == 2
    assert [holder for holder in taken if holder != "lease_held"] == [world.tasks[0].lease_holder_id]
