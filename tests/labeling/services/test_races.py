"""Transactions that overlap: the second one begins while the first is still open."""

from pathlib import Path

import pytest
from django.db import transaction

from labeling.models import AuditEntry, Label, Membership, Task
from labeling.selectors.projects import counts_shape
from labeling.services.annotations import annotation_change, annotation_create
from labeling.services.leases import task_next
from labeling.services.projects import label_change, label_remove, member_remove
from labeling.services.tasks import task_submit
from labeling.shapes.requests import AnnotationChange
from tests.factories import World, rectangle
from tests.labeling.helpers import Overlap, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


def test_removing_a_member_who_takes_a_task_at_that_moment_ends_their_lease() -> None:
    world = World(images=1)
    task_next(project=world.project, user=world.annotator, purpose="annotate", after=None)
    remove = lambda: member_remove(project=world.project, user_id=world.annotator.pk, removed_by=world.admin)
    with Overlap(remove) as other, transaction.atomic():
        Task.objects.select_for_update().get(pk=world.tasks[0].pk)
        other.start()
        # Any audited write refers to the project's row.
        AuditEntry.objects.create(
            project=world.project, actor=world.admin, action="x.y", object_type="task", object_id=1
        )
    assert not Membership.objects.filter(user=world.annotator).exists()
    assert world.tasks[0].lease_holder is None
