"""The migrations that gave objects an order and an origin, and tasks their lowest score, there and back."""

import pytest
from django.core.management import call_command

from labeling.models import Annotation
from labeling.services.annotations import annotation_create
from tests.factories import World, proposal_make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


def test_objects_made_before_are_stacked_as_they_came_and_tasks_know_their_lowest_score() -> None:
    world = World(images=2)
    first, _ = world.annotation(), world.annotation()
    world.annotation(world.tasks[1])
    annotation_create(
        task_id=world.tasks[1].pk,
        label_id=world.labels[0].pk,
        proposal_id=proposal_make(world, world.tasks[1]).pk,
        mask=None,
        client_id=None,
        created_by=world.annotator,
    )
    Annotation.objects.filter(pk=first.pk).update(position=9999, crowd=True)
    try:
        call_command("migrate", "labeling", "0002_workspace", verbosity=0)
    finally:
        call_command("migrate", "labeling", verbosity=0)
    rows = Annotation.objects.order_by("pk").values_list("task__position", "position", "crowd", "verdict")
    assert list(rows) == [
        (1, 1024, False, "none"),
        (1, 2048, False, "none"),
        (2, 1024, False, "none"),
        (2, 2048, False, "none"),
    ]
    assert [task.lowest_score for task in world.tasks] == [None, 0.75]
    proposed = Annotation.objects.exclude(proposal=None).get()
    assert proposed.origin_id == proposed.proposal_id
