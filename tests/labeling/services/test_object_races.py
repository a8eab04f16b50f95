"""Two at the same moment: orders, verdicts, answers and the questions they answer."""

from functools import partial

import pytest
from django.db import transaction

from labeling.models import Annotation, Attribute
from labeling.services.annotations import annotation_change
from labeling.services.attributes import attribute_add, attribute_change, attribute_remove
from labeling.services.stacking import annotation_reorder
from labeling.services.tasks import task_accept, task_submit
from labeling.services.verdicts import annotation_judge
from labeling.shapes.requests import AnnotationChange
from labeling.shapes.schema import AttributeChange, AttributeCreate
from tests.factories import World
from tests.labeling.helpers import Overlap, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


def _asked(world: World) -> Attribute:
    asked = AttributeCreate(name="colour", kind="choice", choices=["red", "blue"])
    return attribute_add(label=world.labels[0], attribute=asked, added_by=world.admin)


def _answer(annotation: Annotation, attribute: Attribute, value: str, world: World) -> Annotation:
    return annotation_change(
        annotation_id=annotation.pk,
        task_id=annotation.task_id,
        change=AnnotationChange(version=1, attributes={attribute.pk: value}),
        changed_by=world.annotator,
    )


def test_objects_moved_at_the_same_moment_each_reach_the_front_in_turn() -> None:
    world = World(images=1)
    made = [world.annotation() for _ in range(5)]
    move = partial(annotation_reorder, task_id=world.tasks[0].pk, version=1, moved_by=world.annotator)
    results = at_once(*[partial(move, annotation_id=row.pk, move="front") for row in made])
    positions = [row.position for row in results]  # type: ignore[attr-defined]
    assert len(set(positions)) == 5
    stored = Annotation.objects.order_by("pk").values_list("position", flat=True)
    assert list(stored) == positions


def test_one_object_moved_twice_at_the_same_moment_moves_once() -> None:
    world = World(images=1)
    first, _ = world.annotation(), world.annotation()
    move = partial(
        annotation_reorder,
        annotation_id=first.pk,
        task_id=first.task_id,
        version=1,
        move="front",
        moved_by=world.annotator,
    )
    results = at_once(move, move)
    assert results.count("stale_version") == 1
    assert Annotation.objects.get(pk=first.pk).version == 2


def test_objects_made_at_the_same_moment_stand_at_different_positions() -> None:
    world = World(images=1)
    results = at_once(*[world.annotation] * 5)
    assert sorted(row.position for row in results) == [1024, 2048, 3072, 4096, 5120]  # type: ignore[attr-defined]


def test_a_task_is_not_accepted_past_a_rejection_at_the_same_moment() -> None:
    world = World(images=1)
    annotation, task = world.annotation(), world.tasks[0]
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    accept = partial(task_accept, task_id=task.pk, accepted_by=world.reviewer)
    with Overlap(accept) as other, transaction.atomic():
        annotation_judge(
            annotation_id=annotation.pk,
            task_id=task.pk,
            version=1,
            verdict="rejected",
            judged_by=world.reviewer,
        )
        other.start()
    assert (other.result, other.details) == ("objects_rejected", {"annotations": [annotation.pk]})
    assert world.tasks[0].state == "submitted"


def test_an_attribute_is_not_removed_unseen_under_an_answer_that_is_being_stored() -> None:
    world = World(images=1)
    attribute, annotation = _asked(world), world.annotation()
    remove = partial(attribute_remove, attribute=attribute, confirm=None, removed_by=world.admin)
    with Overlap(remove) as other, transaction.atomic():
        _answer(annotation, attribute, "red", world)
        other.start()
    assert (other.result, other.details) == ("attribute_in_use", {"answers": 1})
    assert Attribute.objects.get().deleted_at is None


def test_an_answer_is_not_stored_to_a_choice_that_is_being_removed() -> None:
    world = World(images=1)
    attribute, annotation = _asked(world), world.annotation()
    with Overlap(lambda: _answer(annotation, attribute, "red", world)) as other, transaction.atomic():
        change = AttributeChange(choices=["blue"])
        attribute_change(attribute=attribute, change=change, changed_by=world.admin)
        other.start()
    assert other.result == "attribute_not_a_choice"
    assert Annotation.objects.get().attributes == {}


def test_attributes_added_at_the_same_moment_stand_in_different_places() -> None:
    world = World(images=0)
    add = partial(attribute_add, label=world.labels[0], added_by=world.admin)
    at_once(*[partial(add, attribute=AttributeCreate(name=f"{n}", kind="text")) for n in range(4)])
    assert sorted(Attribute.objects.values_list("position", flat=True)) == [1, 2, 3, 4]
