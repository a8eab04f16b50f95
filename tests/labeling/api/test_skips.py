"""Skipping and flagging: said why, kept, taken back, and never served again to the one who skipped."""

import random
from typing import Any

import pytest

from cardinal.accounts.models import User
from labeling.domain.errors import Refused
from labeling.models import AuditEntry, Flag, Skip, Task
from labeling.services.leases import lease_release, lease_take, task_next
from labeling.services.skips import task_flag, task_skip, task_unskip
from labeling.services.tasks import task_accept, task_request_changes, task_submit
from tests.factories import World
from tests.labeling.helpers import Api, at_once, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _iso(time: Any) -> str:  # noqa: ANN401 - a datetime
    return str(time.isoformat().replace("+00:00", "Z"))


def _skip(task: Task, person: User, *, flag: bool = False) -> None:
    task_skip(task_id=task.pk, reason="unclear", text="", flag=flag, skipped_by=person)


def _next(world: World, person: User) -> int | str:
    """Return the position of a person's next task, or the refusal's message; the task is given back."""
    try:
        task = task_next(project=world.project, user=person, purpose="annotate", after=None)
    except Refused as error:
        return error.message
    lease_release(task_id=task.pk, user=person)
    return task.position


def test_a_skipped_task_says_who_why_and_when() -> None:
    world = World(images=1)
    task = world.tasks[0]
    lease_take(task_id=task.pk, user=world.annotator)
    body = {"reason": "other", "text": "  A hand before the lens. ", "flag": True}
    answer = Api(world.annotator).post(f"/tasks/{task.pk}/skip", body).json()
    said = {
        "reason": "other",
        "text": "A hand before the lens.",
        "by": {"id": world.annotator.pk, "username": "annotator"},
    }
    assert answer["skip"] == said | {"at": _iso(Skip.objects.get().created_at)}
    assert answer["flag"] == said | {"at": _iso(Flag.objects.get().created_at)}
    assert (answer["state"], answer["lease"]) == ("skipped", None)
    api = Api(world.viewer)
    (row,) = api.get(f"/projects/{world.project.pk}/tasks", state="skipped", flagged="true").json()["results"]
    assert row == answer
    assert api.get(f"/projects/{world.project.pk}/tasks", state="open").json()["results"] == []
    counts = api.get(f"/projects/{world.project.pk}").json()["counts"]
    assert (counts["total"], counts["open"], counts["skipped"], counts["flagged"]) == (1, 0, 1, 1)
    entries = AuditEntry.objects.order_by("-pk")[:2]
    assert [(entry.action, entry.data) for entry in entries] == [
        ("task.flag", {"reason": "other"}),
        ("task.skip", {"reason": "other"}),
    ]


@pytest.mark.parametrize("word", ["skip", "flag"])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"),
        ({"reason": "boring"}, "reason"),
        ({"reason": "other"}, "text"),
        ({"reason": "other", "text": "  "}, "text"),
        ({"reason": "unclear", "text": "x" * 1001}, "text"),
        ({"reason": "unclear", "text": "\0"}, "text"),
        ({"reason": "unclear", "by": 1}, "by"),
    ],
)
def test_a_reason_that_is_none_is_refused(word: str, body: dict[str, object], field: str) -> None:
    world = World(images=1)
    api = Api(world.annotator)
    with nothing_changes():
        refused_field(api.post(f"/tasks/{world.tasks[0].pk}/{word}", body), field)


def test_who_repeats_a_skip_in_the_same_words_changes_nothing() -> None:
    world = World(images=1)
    api, path = Api(world.annotator), f"/tasks/{world.tasks[0].pk}/skip"
    first = api.post(path, {"reason": "unclear"}).json()
    with nothing_changes():
        assert api.post(path, {"reason": "unclear"}).json() == first
    second = api.post(path, {"reason": "bad_image", "flag": True}).json()
    assert (second["skip"]["reason"], second["flag"]["reason"]) == ("bad_image", "bad_image")
    assert [(skip.reason, skip.ended_by) for skip in Skip.objects.order_by("pk")] == [
        ("unclear", world.annotator),
        ("bad_image", None),
    ]


def test_what_somebody_else_works_on_or_what_is_done_is_not_skipped() -> None:
    world = World(images=3)
    held, submitted, accepted = world.tasks
    lease_take(task_id=held.pk, user=world.reviewer)
    for task in (submitted, accepted):
        task_submit(task_id=task.pk, submitted_by=world.reviewer)
    task_accept(task_id=accepted.pk, accepted_by=world.admin)
    api = Api(world.annotator)
    with nothing_changes():
        for task, code in (
            (held, "lease_held"),
            (submitted, "task_not_editable"),
            (accepted, "task_not_editable"),
        ):
            refused(api.post(f"/tasks/{task.pk}/skip", {"reason": "unclear"}), 409, code)


def test_a_skipped_task_comes_to_others_last_and_to_its_skipper_never() -> None:
    world = World(images=3)
    _skip(world.tasks[0], world.annotator)
    assert (_next(world, world.annotator), _next(world, world.reviewer)) == (2, 2)
    for task in world.tasks[1:]:
        task_submit(task_id=task.pk, submitted_by=world.admin)
    all_skipped = "Every task that is left was skipped. An admin can give skipped tasks back."
    assert _next(world, world.annotator) == all_skipped
    assert _next(world, world.reviewer) == 1
    _skip(world.tasks[0], world.reviewer, flag=True)
    for person in (world.annotator, world.reviewer, world.admin):
        assert _next(world, person) == all_skipped


def test_who_comes_to_a_skipped_task_may_label_it_after_all() -> None:
    world = World(images=1)
    _skip(world.tasks[0], world.annotator)
    world.annotation(by=world.reviewer)
    task = world.tasks[0]
    assert (task.state, task.annotation_count) == ("skipped", 1)
    counts = Api(world.viewer).get(f"/projects/{world.project.pk}").json()["counts"]
    assert (counts["in_progress"], counts["skipped"]) == (1, 0)
    body = Api(world.reviewer).post(f"/tasks/{task.pk}/submit").json()
    assert (body["state"], body["skip"]) == ("submitted", None)
    # Sent back, it comes to the one who did it, not to the one who could not.
    task_request_changes(task_id=task.pk, requested_by=world.admin, comment="Tighter.")
    assert (_next(world, world.reviewer), _next(world, world.annotator)) == (
        1,
        "Every task that is left was skipped. An admin can give skipped tasks back.",
    )


def test_who_submits_what_they_had_skipped_has_taken_the_skip_back() -> None:
    world = World(images=1)
    _skip(world.tasks[0], world.annotator)
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    skip = Skip.objects.get()
    assert (skip.ended_by, skip.ended_at is None) == (world.annotator, False)
    task_request_changes(task_id=world.tasks[0].pk, requested_by=world.reviewer, comment="Tighter.")
    assert _next(world, world.annotator) == 1


def test_an_admin_gives_a_task_back_to_everybody() -> None:
    world = World(images=1)
    task = world.tasks[0]
    for person in (world.annotator, world.reviewer):
        _skip(task, person)
    body = Api(world.admin).post(f"/tasks/{task.pk}/unskip").json()
    assert (body["state"], body["skip"]) == ("open", None)
    assert [skip.ended_by for skip in Skip.objects.all()] == [world.admin] * 2
    assert (_next(world, world.annotator), _next(world, world.reviewer)) == (1, 1)
    with nothing_changes():
        refused(Api(world.admin).post(f"/tasks/{task.pk}/unskip"), 409, "task_not_editable")


def test_a_task_that_was_sent_back_is_sent_back_again_after_its_skip() -> None:
    world = World(images=1)
    task = world.tasks[0]
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    task_request_changes(task_id=task.pk, requested_by=world.reviewer, comment="Tighter.")
    _skip(task, world.annotator)
    assert task_unskip(task_id=task.pk, unskipped_by=world.annotator).state == "changes_requested"


def test_ones_own_skip_is_taken_back_while_another_persons_stands() -> None:
    world = World(images=1)
    task = world.tasks[0]
    for person in (world.annotator, world.reviewer):
        _skip(task, person)
    body = Api(world.reviewer).post(f"/tasks/{task.pk}/unskip").json()
    assert (body["state"], body["skip"]["by"]["username"]) == ("skipped", "annotator")
    with nothing_changes():
        response = Api(world.reviewer).post(f"/tasks/{task.pk}/unskip")
        message = "Somebody else skipped this task. Ask an admin of the project to give it back."
        assert refused(response, 403, "not_allowed")["message"] == message
    assert (_next(world, world.reviewer), _next(world, world.annotator)) == (
        1,
        "Every task that is left was skipped. An admin can give skipped tasks back.",
    )


def test_a_flag_stands_in_every_state_until_it_is_taken_away() -> None:
    world = World(images=1)
    task = world.tasks[0]
    api = Api(world.annotator)
    flagged = api.post(f"/tasks/{task.pk}/flag", {"reason": "unclear", "text": "Which one?"}).json()
    assert (flagged["state"], flagged["flag"]["text"]) == ("open", "Which one?")
    with nothing_changes():
        same = api.post(f"/tasks/{task.pk}/flag", {"reason": "unclear", "text": "Which one?"}).json()
        assert same == flagged
        for other in (api, Api(world.reviewer)):
            response = other.post(f"/tasks/{task.pk}/flag", {"reason": "bad_image"})
            message = "annotator has flagged this task already. Write a comment."
            assert refused(response, 409, "already_flagged")["message"] == message
        refused(Api(world.reviewer).post(f"/tasks/{task.pk}/unflag"), 403, "not_allowed")
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    assert Api(world.viewer).get(f"/tasks/{task.pk}").json()["flag"] == flagged["flag"]
    body = Api(world.admin).post(f"/tasks/{task.pk}/unflag").json()
    assert (body["flag"], body["state"]) == (None, "submitted")
    assert Flag.objects.get().ended_by == world.admin
    with nothing_changes():
        assert Api(world.admin).post(f"/tasks/{task.pk}/unflag").json() == body


@pytest.mark.parametrize("flagged", ["yes", "1", "TRUE", "\0"])
def test_a_filter_that_is_none_is_refused(flagged: str) -> None:
    world = World(images=0)
    response = Api(world.viewer).get(f"/projects/{world.project.pk}/tasks", flagged=flagged)
    assert refused_field(response, "flagged") == "The flagged must be true or false."


@pytest.mark.django_db(transaction=True)
def test_flags_at_the_same_moment_are_one() -> None:
    world = World(images=1)
    task = world.tasks[0].pk

    def flag(person: User) -> object:
        return task_flag(task_id=task, reason="unclear", text="", flagged_by=person).flag_id

    found = at_once(*[lambda person=person: flag(person) for person in (world.annotator, world.reviewer)])
    assert sorted(map(str, found)) == sorted([str(Flag.objects.get().pk), "already_flagged"])


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_no_next_task_is_one_that_its_person_skipped(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    world = World(images=3)
    people = [world.annotator, world.reviewer, world.admin]
    for _ in range(40):
        person, task = chance.choice(people), chance.choice(world.tasks)
        act = chance.choice(["skip", "skip", "unskip", "submit", "send back", "lease", "flag"])
        try:
            if act == "skip":
                _skip(task, person, flag=chance.random() < 0.2)
            elif act == "unskip":
                task_unskip(task_id=task.pk, unskipped_by=person)
            elif act == "submit":
                task_submit(task_id=task.pk, submitted_by=person)
            elif act == "send back":
                task_request_changes(task_id=task.pk, requested_by=world.reviewer, comment="Again.")
            elif act == "lease":
                lease_take(task_id=task.pk, user=person)
            else:
                task_flag(task_id=task.pk, reason="unclear", text="", flagged_by=person)
        except Refused:
            pass
        for somebody in people:
            position = _next(world, somebody)
            mine = Skip.objects.filter(person=somebody, ended_at=None).values_list(
                "task__position", flat=True
            )
            assert position not in set(mine)
        for row in world.tasks:
            assert (row.state == "skipped") == (row.skip_id is not None)
            assert row.skip is None or row.skip.ended_at is None
