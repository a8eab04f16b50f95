"""Verdicts: a reviewer accepts or rejects single objects of a submitted task."""

from typing import Any

import pytest

from cardinal.accounts.models import User
from labeling.models import Annotation, AuditEntry
from labeling.services.leases import lease_release, lease_take
from labeling.services.tasks import task_request_changes, task_submit
from tests.factories import World, proposal_make, rectangle
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

REJECTED = {"version": 1, "verdict": "rejected", "reasons": ["loose_edge", "other"], "text": " The handle. "}
ACCEPTED = {"version": 1, "verdict": "accepted"}
NOTHING_SAID = {
    "verdict": "none",
    "verdict_by": None,
    "verdict_at": None,
    "verdict_reasons": [],
    "verdict_text": "",
}


def _handed_in(world: World, objects: int = 1) -> list[Annotation]:
    made = [world.annotation() for _ in range(objects)]
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    return made


def _judge(person: User, key: int, body: dict[str, Any]) -> Any:  # noqa: ANN401 - Django's response with what its test client adds
    return Api(person).post(f"/annotations/{key}/verdict", body)


def _shown(world: World) -> dict[str, Any]:
    (row,) = Api(world.viewer).get(f"/tasks/{world.tasks[0].pk}").json()["annotations"]
    return {name: row[name] for name in NOTHING_SAID}


def test_a_rejection_says_who_when_and_why() -> None:
    world = World(images=1)
    (made,) = _handed_in(world)
    body = _judge(world.reviewer, made.pk, REJECTED).json()
    row = Annotation.objects.get()
    reviewer = {"id": world.reviewer.pk, "username": "reviewer"}
    assert _shown(world) == {
        "verdict": "rejected",
        "verdict_by": reviewer,
        "verdict_at": row.verdict_at.isoformat().replace("+00:00", "Z") if row.verdict_at else None,
        "verdict_reasons": ["loose_edge", "other"],
        "verdict_text": "The handle.",
    }
    assert (body["version"], body["updated_by"], body["created_by"]["username"]) == (2, reviewer, "annotator")
    assert world.tasks[0].lease_holder == world.reviewer
    entry = AuditEntry.objects.get(action="annotation.judge")
    assert (entry.actor, entry.object_id) == (world.reviewer, made.pk)
    assert entry.data == {
        "task": world.tasks[0].pk,
        "version": 2,
        "verdict": "rejected",
        "reasons": ["loose_edge", "other"],
    }


def test_a_verdict_is_changed_and_taken_back() -> None:
    world = World(images=1)
    (made,) = _handed_in(world)
    _judge(world.reviewer, made.pk, REJECTED)
    accepted = _judge(world.reviewer, made.pk, ACCEPTED | {"version": 2}).json()
    assert (accepted["verdict"], accepted["verdict_reasons"], accepted["verdict_text"]) == (
        "accepted",
        [],
        "",
    )
    _judge(world.reviewer, made.pk, {"version": 3, "verdict": "none"})
    assert _shown(world) == NOTHING_SAID


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"verdict": "good"}, "verdict"),
        ({"verdict": "accepted"}, "reasons"),
        ({"verdict": "none", "reasons": []}, "reasons"),
        ({"reasons": ["ugly"]}, "reasons.0"),
        ({"reasons": ["loose_edge", "loose_edge"]}, "reasons"),
        ({"reasons": ["other"], "text": " "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"text": "\0"}, "text"),
        ({"version": 0}, "version"),
        ({"by": 1}, "by"),
    ],
)
def test_a_verdict_that_makes_no_sense_is_refused(change: dict[str, object], field: str) -> None:
    world = World(images=1)
    (made,) = _handed_in(world)
    with nothing_changes():
        refused_field(_judge(world.reviewer, made.pk, REJECTED | change), field)


def test_only_reviewers_decide_and_only_while_the_task_waits_for_review() -> None:
    world = World(images=1)
    annotation = world.annotation()
    lease_release(task_id=world.tasks[0].pk, user=world.annotator)
    with nothing_changes():
        error = refused(_judge(world.reviewer, annotation.pk, ACCEPTED), 409, "task_not_submitted")
    assert error["details"] == {"state": "open"}
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    with nothing_changes():
        refused(_judge(world.annotator, annotation.pk, ACCEPTED), 403, "not_allowed")
        refused(_judge(world.viewer, annotation.pk, ACCEPTED), 403, "not_allowed")
        refused(_judge(world.stranger, annotation.pk, ACCEPTED), 404, "not_found")
        error = refused(
            _judge(world.reviewer, annotation.pk, ACCEPTED | {"version": 2}), 409, "stale_version"
        )
    assert error["details"]["current"]["version"] == 1
    lease_take(task_id=world.tasks[0].pk, user=world.admin)
    with nothing_changes():
        refused(_judge(world.reviewer, annotation.pk, ACCEPTED), 409, "lease_held")


def test_a_removed_object_gets_no_verdict() -> None:
    world = World(images=1)
    (made,) = _handed_in(world)
    Api(world.reviewer).delete(f"/annotations/{made.pk}", version=1)
    with nothing_changes():
        refused(_judge(world.reviewer, made.pk, ACCEPTED | {"version": 2}), 409, "annotation_deleted")


@pytest.mark.parametrize(
    ("edit", "is_kept"),
    [
        ({"mask": rectangle(1, 1, 4, 4).model_dump()}, False),
        ({"proposal_id": 0}, False),
        ({"label_id": 1}, False),
        ({"label_id": 0}, True),
        ({"occluded": True, "seconds": 3, "position": 7}, True),
    ],
)
def test_a_new_mask_or_label_takes_the_verdict_back_and_nothing_else_does(
    edit: dict[str, Any], is_kept: bool
) -> None:
    world = World(images=1)
    proposal = proposal_make(world)
    (made,) = _handed_in(world)
    _judge(world.reviewer, made.pk, REJECTED)
    said = _shown(world)
    if "label_id" in edit:
        edit = {"label_id": world.labels[edit["label_id"]].pk}
    if "proposal_id" in edit:
        edit = {"proposal_id": proposal.pk}
    assert Api(world.reviewer).patch(f"/annotations/{made.pk}", {"version": 2} | edit).status_code == 200
    assert _shown(world) == (said if is_kept else NOTHING_SAID)


def test_a_task_with_a_rejected_object_is_not_accepted() -> None:
    world = World(images=1)
    first, second, third = _handed_in(world, 3)
    _judge(world.reviewer, first.pk, REJECTED)
    _judge(world.reviewer, second.pk, REJECTED)
    _judge(world.reviewer, third.pk, ACCEPTED)
    api, accept = Api(world.reviewer), f"/tasks/{world.tasks[0].pk}/accept"
    with nothing_changes():
        error = refused(api.post(accept), 409, "objects_rejected")
    assert error["details"] == {"annotations": [first.pk, second.pk]}
    api.delete(f"/annotations/{first.pk}", version=2)
    _judge(world.reviewer, second.pk, ACCEPTED | {"version": 2})
    assert api.post(accept).json()["state"] == "accepted"


def test_sent_back_the_annotator_sees_the_verdicts_and_mends_what_was_rejected() -> None:
    world = World(images=1)
    (made,) = _handed_in(world)
    _judge(world.reviewer, made.pk, REJECTED)
    said = _shown(world)
    task_request_changes(task_id=world.tasks[0].pk, requested_by=world.reviewer, comment="See the handle.")
    assert _shown(world) == said
    with nothing_changes():
        refused(_judge(world.reviewer, made.pk, ACCEPTED | {"version": 2}), 409, "task_not_submitted")
    body = {"version": 2, "mask": rectangle(5, 6, 11, 8).model_dump()}
    assert Api(world.annotator).patch(f"/annotations/{made.pk}", body).json()["verdict"] == "none"
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    assert Api(world.reviewer).post(f"/tasks/{world.tasks[0].pk}/accept").status_code == 200
