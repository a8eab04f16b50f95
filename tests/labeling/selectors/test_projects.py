"""Reading projects: counts and people, many projects at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.models import Task
from labeling.selectors.projects import counts_of, project_shapes
from labeling.selectors.tasks import live_annotations
from labeling.services.annotations import annotation_change
from labeling.services.leases import lease_take
from labeling.services.projects import project_create
from labeling.services.tasks import task_submit
from labeling.shapes.objects import Counts
from labeling.shapes.requests import AnnotationChange
from tests.factories import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _counts(**numbers: int) -> Counts:
    return Counts.model_validate(dict.fromkeys(Counts.model_fields, 0) | numbers)


def test_counts_of_many_projects_do_not_mix() -> None:
    world = World(images=3)
    other = project_create(name="b", dataset_ids=[world.dataset.pk], labels=[], created_by=world.admin)
    empty = project_create(name="c", dataset_ids=[], labels=[], created_by=world.admin)
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    lease_take(task_id=world.tasks[1].pk, user=world.annotator)
    lease_take(task_id=other.tasks.all()[0].pk, user=world.admin)
    assert counts_of(project_ids=[world.project.pk, other.pk, empty.pk]) == {
        world.project.pk: _counts(total=3, open=1, in_progress=1, submitted=1),
        other.pk: _counts(total=3, open=2, in_progress=1),
        empty.pk: _counts(),
    }
    assert counts_of(project_ids=[]) == {}


def test_a_task_under_review_counts_as_submitted_whoever_holds_it() -> None:
    world = World(images=1)
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    lease_take(task_id=world.tasks[0].pk, user=world.reviewer)
    assert counts_of(project_ids=[world.project.pk])[world.project.pk] == _counts(total=1, submitted=1)


def test_people_at_work_are_those_with_a_live_lease_each_once() -> None:
    world = World(images=3)
    for number, person in enumerate((world.annotator, world.annotator, world.reviewer)):
        lease_take(task_id=world.tasks[number].pk, user=person)
    Task.objects.filter(pk=world.tasks[2].pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    (shape,) = project_shapes(projects=[world.project], user=world.viewer)
    assert [person.username for person in shape.active_people] == ["annotator"]


def test_staff_are_admins_where_they_are_no_members() -> None:
    world = World(images=0)
    world.project.memberships.filter(user=world.admin).delete()
    roles = [
        project_shapes(projects=[world.project], user=user)[0].role for user in (world.admin, world.viewer)
    ]
    assert roles == ["admin", "viewer"]


def test_objects_come_in_the_order_of_their_making_without_removed_ones() -> None:
    world = World(images=1)
    first, second, third = world.annotation(), world.annotation(), world.annotation()
    annotation_change(
        annotation_id=second.pk,
        task_id=second.task_id,
        change=AnnotationChange(version=1, deleted=True),
        changed_by=world.annotator,
    )
    assert [row.id for row in live_annotations(task=world.tasks[0])] == [first.pk, third.pk]
