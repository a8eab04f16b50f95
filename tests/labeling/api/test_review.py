"""What reviewers read: the queue, lowest predicted quality first, and the proposal behind an object."""

from typing import Any

import pytest

from labeling.models import Annotation, Task
from labeling.services.annotations import annotation_create
from labeling.services.proposals import proposal_answer, proposal_request
from labeling.services.tasks import task_accept, task_submit
from tests.factories import ANSWER, CLICKS, World, proposal_make, rectangle
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _waiting(*scores: float | None) -> World:
    world = World(images=len(scores))
    for task, score in zip(world.tasks, scores, strict=True):
        task_submit(task_id=task.pk, submitted_by=world.annotator)
        Task.objects.filter(pk=task.pk).update(lowest_score=score)
    return world


def _queue(world: World, **query: object) -> dict[str, Any]:
    body: dict[str, Any] = (
        Api(world.reviewer).get(f"/projects/{world.project.pk}/review-queue", **query).json()
    )
    return body


def test_the_queue_begins_with_the_lowest_score_and_ends_with_what_was_drawn_by_hand() -> None:
    world = _waiting(0.9, None, 0.4, 0.4, None)
    task_accept(task_id=world.tasks[0].pk, accepted_by=world.reviewer)
    body = _queue(world)
    assert [(row["position"], row["lowest_score"]) for row in body["results"]] == [
        (3, 0.4),
        (4, 0.4),
        (2, None),
        (5, None),
    ]
    assert (body["count"], body["next"]) == (4, None)


def test_pages_of_the_queue_hold_each_task_once_also_when_one_is_decided_in_between() -> None:
    world = _waiting(0.4, 0.4, None, None)
    first = _queue(world, limit=1)
    assert ([row["position"] for row in first["results"]], first["count"]) == ([1], 4)
    task_accept(task_id=world.tasks[0].pk, accepted_by=world.reviewer)
    second = _queue(world, limit=2, cursor=first["next"])
    assert ([row["position"] for row in second["results"]], second["count"]) == ([2, 3], 3)
    third = _queue(world, limit=2, cursor=second["next"])
    assert ([row["position"] for row in third["results"]], third["next"]) == ([4], None)


def test_a_cursor_of_another_project_is_refused() -> None:
    world = _waiting(0.4)
    path = f"/projects/{world.project.pk}/review-queue"
    with nothing_changes():
        refused_field(Api(world.reviewer).get(path, cursor=world.tasks[0].pk + 1000), "cursor")


def _from(world: World, proposal_id: int) -> Annotation:
    return annotation_create(
        task_id=world.tasks[0].pk,
        label_id=world.labels[0].pk,
        proposal_id=proposal_id,
        mask=None,
        client_id=None,
        created_by=world.annotator,
    )[0]


def test_the_proposal_behind_an_object_is_the_models_first_answer() -> None:
    world = World(images=1)
    first = proposal_make(world)
    corrected = proposal_request(
        task_id=world.tasks[0].pk,
        requested_by=world.annotator,
        request_id="corrected",
        points=[*CLICKS, CLICKS[0]],
        parent_id=first.pk,
    )
    drawn = rectangle(1, 1, 4, 4).counts
    proposal_answer(
        proposal_id=corrected.pk, answer=ANSWER.__class__(**{**vars(ANSWER), "mask_counts": drawn})
    )
    made = _from(world, corrected.pk)
    body = Api(world.viewer).get(f"/annotations/{made.pk}/proposal").json()
    assert (body["proposal_id"], body["mask"]) == (
        first.pk,
        {"size": [48, 64], "counts": ANSWER.mask_counts},
    )


def test_an_object_that_was_drawn_on_still_knows_its_proposal() -> None:
    world = World(images=1)
    proposal = proposal_make(world)
    made = _from(world, proposal.pk)
    change = {"version": 1, "mask": rectangle(2, 2, 5, 5).model_dump()}
    changed = Api(world.annotator).patch(f"/annotations/{made.pk}", change).json()
    assert (changed["proposal_id"], changed["score"]) == (None, None)
    body = Api(world.viewer).get(f"/annotations/{made.pk}/proposal").json()
    assert body["proposal_id"] == proposal.pk


def test_an_object_drawn_by_hand_has_no_proposal_and_it_is_said() -> None:
    world = World(images=1)
    made = world.annotation()
    with nothing_changes():
        error = refused(Api(world.viewer).get(f"/annotations/{made.pk}/proposal"), 404, "no_proposal")
    assert error["message"] == "This object was drawn by hand: there is no proposal to compare it with."
