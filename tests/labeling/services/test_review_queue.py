"""The reviewers' queue: the lowest predicted quality first, and each task to one reviewer."""

import json
from functools import partial

import pytest
from django.db import connection
from django.db.models import F

from labeling.domain.errors import Refused
from labeling.models import Annotation, Image, Project, Task
from labeling.selectors.review import LOWEST_SCORE_FIRST
from labeling.services.annotations import annotation_change, annotation_create
from labeling.services.leases import lease_release, task_next
from labeling.services.proposals import proposal_answer
from labeling.services.tasks import task_submit
from labeling.shapes.requests import AnnotationChange
from tests.factories import ANSWER, World, proposal_make, rectangle, user_make
from tests.labeling.helpers import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _object(world: World, task: Task, score: float) -> Annotation:
    proposal = proposal_make(world, task, answer=False)
    answer = ANSWER.__class__(**{**vars(ANSWER), "score": score})
    proposal_answer(proposal_id=proposal.pk, answer=answer)
    return annotation_create(
        task_id=task.pk,
        label_id=world.labels[0].pk,
        proposal_id=proposal.pk,
        mask=None,
        client_id=None,
        created_by=world.annotator,
    )[0]


def _change(annotation: Annotation, world: World, **change: object) -> None:
    annotation.refresh_from_db()
    body = AnnotationChange(version=annotation.version, **change)  # type: ignore[arg-type]
    annotation_change(
        annotation_id=annotation.pk, task_id=annotation.task_id, change=body, changed_by=world.annotator
    )


def _handed_in(*scores: list[float]) -> World:
    """Return a world whose tasks have objects with these scores, all submitted."""
    world = World(images=len(scores))
    for task, of_objects in zip(world.tasks, scores, strict=True):
        for score in of_objects:
            _object(world, task, score)
        task_submit(task_id=task.pk, submitted_by=world.annotator)
    return world


def _next(world: World, after: Task | None = None) -> int:
    task = task_next(project=world.project, user=world.reviewer, purpose="review", after=after)
    lease_release(task_id=task.pk, user=world.reviewer)
    return task.position


def test_a_tasks_lowest_score_is_that_of_its_live_objects_from_proposals() -> None:
    world = World(images=1)

    def lowest() -> float | None:
        return world.tasks[0].lowest_score

    world.annotation()
    assert lowest() is None
    good, bad = _object(world, world.tasks[0], 0.9), _object(world, world.tasks[0], 0.4)
    assert lowest() == 0.4
    _change(bad, world, deleted=True)
    assert lowest() == 0.9
    _change(bad, world, deleted=False)
    assert lowest() == 0.4
    _change(bad, world, mask=rectangle(1, 1, 3, 3))
    assert lowest() == 0.9
    _change(good, world, label_id=world.labels[1].pk)
    assert lowest() == 0.9
    _change(good, world, deleted=True)
    assert lowest() is None


def test_the_lowest_score_comes_first_equal_ones_by_position_and_drawn_ones_last() -> None:
    world = _handed_in([0.9], [], [0.5, 0.95], [0.2, 0.8], [0.5], [])
    order = [_next(world)]
    while len(order) < 6:
        last = Task.objects.get(project=world.project, position=order[-1])
        order.append(_next(world, after=last))
    assert order == [4, 3, 5, 1, 2, 6]
    assert _next(world, after=Task.objects.get(project=world.project, position=6)) == 4
    # The same question, the same answer.
    assert [_next(world), _next(world)] == [4, 4]


def test_annotators_still_get_tasks_by_position() -> None:
    world = World(images=2)
    _object(world, world.tasks[1], 0.1)
    lease_release(task_id=world.tasks[1].pk, user=world.annotator)
    task = task_next(project=world.project, user=world.annotator, purpose="annotate", after=None)
    assert task.position == 1


def test_a_reviewer_gets_what_they_hold_before_anything_lower() -> None:
    world = _handed_in([0.9], [0.1])
    high = task_next(project=world.project, user=world.reviewer, purpose="review", after=world.tasks[1])
    assert high.position == 1
    again = task_next(project=world.project, user=world.reviewer, purpose="review", after=None)
    assert again.position == 1


@pytest.mark.django_db(transaction=True)
def test_reviewers_at_the_same_moment_get_different_tasks() -> None:
    world = _handed_in([0.3], [0.1], [], [0.2])
    people = [world.reviewer, world.admin, user_make("second", is_staff=True)]
    results = at_once(
        *[partial(task_next, project=world.project, user=p, purpose="review", after=None) for p in people]
    )
    positions = [task.position for task in results]  # type: ignore[attr-defined]
    assert sorted(positions) == [1, 2, 4]


def test_when_nothing_waits_for_review_it_is_said() -> None:
    world = World(images=1)
    with pytest.raises(Refused) as refused:
        task_next(project=world.project, user=world.reviewer, purpose="review", after=None)
    assert (refused.value.code, refused.value.message) == ("no_task", "No task waits for review now.")


def test_the_queue_is_read_from_its_index() -> None:
    world = World(images=1)
    _fill(world.project, world.picture, tasks=3000)
    rows = Task.objects.filter(project=world.project, state="submitted", lease_holder=None)
    queue = rows.order_by(*LOWEST_SCORE_FIRST).values("pk")[:1]
    with connection.cursor() as cursor:
        cursor.execute("analyze labeling_task")
    plan = json.loads(queue.explain(format="json"))[0]["Plan"]
    assert [step["Node Type"] for step in _steps(plan)] == ["Limit", "Index Scan"]
    assert _steps(plan)[1]["Index Name"] == "task_review"
    assert queue.get()["pk"] == rows.order_by(F("lowest_score").asc(nulls_last=True))[0].pk


def _fill(project: Project, image: Image, *, tasks: int) -> None:
    keys = [field.attname for field in Image._meta.concrete_fields if not field.primary_key]
    copies = [
        Image(**{key: getattr(image, key) for key in keys} | {"sha256": f"{n:064x}"}) for n in range(tasks)
    ]
    Task.objects.bulk_create(
        Task(
            project=project,
            image=copy,
            position=number,
            state="submitted" if number % 3 else "accepted",
            lowest_score=number * 37 % 1000 / 1000 if number % 5 else None,
        )
        for number, copy in enumerate(Image.objects.bulk_create(copies), start=10)
    )


def _steps(plan: dict) -> list[dict]:
    return [plan, *(step for part in plan.get("Plans", []) for step in _steps(part))]
