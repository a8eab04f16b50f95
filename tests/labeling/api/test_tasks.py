"""Tasks: lists, the next one, leases, submission, review."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling.models import AuditEntry, Review, Task
from labeling.services.leases import lease_take
from labeling.services.skips import task_skip
from labeling.services.tasks import task_accept, task_request_changes, task_submit
from tests.factories import World
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _expire(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))


def _iso(moment: object) -> str:
    return moment.isoformat().replace("+00:00", "Z")  # type: ignore[attr-defined, no-any-return]


def _audited(task: Task) -> list[str]:
    entries = AuditEntry.objects.filter(object_type="task", object_id=task.pk)
    return list(entries.order_by("pk").values_list("action", flat=True))


def test_a_task_with_all_that_stands_in_it() -> None:
    world = World(images=1)
    annotation = world.annotation()
    task, image = world.tasks[0], world.picture
    body = Api(world.viewer).get(f"/tasks/{task.pk}").json()
    (found,) = body.pop("annotations")
    assert (found["id"], found["version"], found["deleted"]) == (annotation.pk, 1, False)
    assert body == {
        "id": task.pk,
        "project_id": world.project.pk,
        "position": 1,
        "state": "open",
        "image": {
            "id": image.pk,
            "dataset_id": world.dataset.pk,
            "name": "photo1.png",
            "sha256": image.sha256,
            "width": 64,
            "height": 48,
            "media_type": "image/png",
            "byte_size": image.byte_size,
            "file_url": f"/api/images/{image.pk}/file?v={image.sha256[:12]}",
            "thumbnail_url": f"/api/images/{image.pk}/thumbnail?v={image.sha256[:12]}",
            "tiles": None,
        },
        "annotation_count": 1,
        "unresolved_comment_count": 0,
        "lowest_score": None,
        "skip": None,
        "flag": None,
        "lease": {
            "holder": {"id": world.annotator.pk, "username": "annotator"},
            "expires_at": _iso(task.lease_expires_at),
        },
        "submitted_by": None,
        "updated_at": _iso(task.updated_at),
        "comments": [],
        "last_review": None,
    }


def test_lists_by_state_agree_with_the_counts() -> None:
    world = World(images=7)
    task_skip(task_id=world.tasks[6].pk, reason="unclear", text="", flag=True, skipped_by=world.annotator)
    for task in world.tasks[2:6]:
        task_submit(task_id=task.pk, submitted_by=world.annotator)
    task_accept(task_id=world.tasks[3].pk, accepted_by=world.reviewer)
    for position in (5, 6):
        task_request_changes(
            task_id=world.tasks[position - 1].pk, requested_by=world.reviewer, comment="Loose."
        )
    for position in (2, 6):
        lease_take(task_id=world.tasks[position - 1].pk, user=world.annotator)
    lease_take(task_id=world.tasks[2].pk, user=world.reviewer)
    api = Api(world.viewer)
    path = f"/projects/{world.project.pk}"
    expected = {
        "open": [1],
        "in_progress": [2, 6],
        "submitted": [3],
        "accepted": [4],
        "changes_requested": [5],
        "skipped": [7],
    }
    for state, positions in expected.items():
        page = api.get(f"{path}/tasks", state=state).json()
        assert ([row["position"] for row in page["results"]], page["count"]) == (positions, len(positions))
    counts = {state: len(positions) for state, positions in expected.items()}
    assert api.get(path).json()["counts"] == counts | {"total": 7, "flagged": 1}


def test_an_expired_lease_is_no_progress() -> None:
    world = World(images=1)
    lease_take(task_id=world.tasks[0].pk, user=world.annotator)
    _expire(world.tasks[0])
    api = Api(world.viewer)
    (row,) = api.get(f"/projects/{world.project.pk}/tasks", state="open").json()["results"]
    assert row["lease"] is None
    assert api.get(f"/projects/{world.project.pk}").json()["counts"]["open"] == 1


def test_pages_follow_positions() -> None:
    world = World(images=3)
    api, path = Api(world.viewer), f"/projects/{world.project.pk}/tasks"
    first = api.get(path, limit=2).json()
    assert ([row["position"] for row in first["results"]], first["next"], first["count"]) == ([1, 2], "2", 3)
    last = api.get(path, limit=2, cursor="2").json()
    assert ([row["position"] for row in last["results"]], last["next"], last["count"]) == ([3], None, 3)


def test_the_next_task_comes_leased_and_says_why_when_there_is_none() -> None:
    world = World(images=1)
    path = f"/projects/{world.project.pk}/tasks/next"
    body = Api(world.annotator).get(path).json()
    assert (body["position"], body["lease"]["holder"]["username"], body["annotations"]) == (
        1,
        "annotator",
        [],
    )
    with nothing_changes():
        error = refused(Api(world.reviewer).get(path), 404, "no_task")
    assert error["message"] == (
        "Every task that is left is being worked on by somebody else. Come back in a while."
    )
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    with nothing_changes():
        error = refused(Api(world.annotator).get(path), 404, "no_task")
        assert error["message"] == "Every task of this project was submitted. Well done."
    review = Api(world.reviewer).get(path, purpose="review").json()
    assert (review["position"], review["state"]) == (1, "submitted")


def test_an_empty_project_says_so() -> None:
    world = World(images=0)
    error = refused(Api(world.annotator).get(f"/projects/{world.project.pk}/tasks/next"), 404, "no_task")
    assert error["message"] == "This project has no images yet. An admin can upload some."


def test_next_goes_on_behind_the_task_that_was_given_back() -> None:
    world = World(images=3)
    api, path = Api(world.annotator), f"/projects/{world.project.pk}/tasks/next"
    first = api.get(path).json()
    assert api.delete(f"/tasks/{first['id']}/lease").status_code == 204
    second = api.get(path, after=first["id"]).json()
    assert second["position"] == 2
    assert _audited(world.tasks[0]) == ["task.lease", "task.release"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"purpose": "sleep"}, "purpose"),
        ({"after": "x"}, "after"),
        ({"after": "-1"}, "after"),
        ({"after": "1e3"}, "after"),
        ({"after": "9" * 5000}, "after"),
    ],
)
def test_a_bad_question_for_the_next_task_is_refused(query: dict[str, str], field: str) -> None:
    world = World(images=1)
    api = Api(world.annotator)
    with nothing_changes():
        refused_field(api.get(f"/projects/{world.project.pk}/tasks/next", **query), field)


def test_taking_and_keeping_a_lease() -> None:
    world = World(images=1)
    api, path = Api(world.annotator), f"/tasks/{world.tasks[0].pk}/lease"
    taken = api.post(path).json()
    assert taken["holder"] == {"id": world.annotator.pk, "username": "annotator"}
    assert taken["expires_at"] == _iso(world.tasks[0].lease_expires_at)
    Task.objects.update(lease_expires_at=timezone.now() + timedelta(seconds=10))
    kept = api.post(path).json()
    assert kept["expires_at"] == _iso(world.tasks[0].lease_expires_at)
    assert world.tasks[0].lease_expires_at > timezone.now() + timedelta(seconds=60)
    assert _audited(world.tasks[0]) == ["task.lease"]


def test_somebody_elses_task_is_refused_with_their_name() -> None:
    world = World(images=1)
    lease_take(task_id=world.tasks[0].pk, user=world.annotator)
    api, path = Api(world.reviewer), f"/tasks/{world.tasks[0].pk}"
    with nothing_changes():
        for answer in (api.post(f"{path}/lease"), api.post(f"{path}/submit")):
            error = refused(answer, 409, "lease_held")
            assert error["message"] == "annotator works on this task now. Open the next one, or wait."
            assert error["details"] == {
                "holder": {"id": world.annotator.pk, "username": "annotator"},
                "expires_at": world.tasks[0].lease_expires_at.isoformat(),
            }


def test_giving_back_what_somebody_else_holds_changes_nothing() -> None:
    world = World(images=1)
    lease_take(task_id=world.tasks[0].pk, user=world.annotator)
    api = Api(world.reviewer)
    with nothing_changes():
        assert api.delete(f"/tasks/{world.tasks[0].pk}/lease").status_code == 204


def test_an_annotator_cannot_hold_a_submitted_task_against_its_reviewer() -> None:
    world = World(images=1)
    task = world.tasks[0]
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    api = Api(world.annotator)
    with nothing_changes():
        error = refused(api.post(f"/tasks/{task.pk}/lease"), 409, "task_not_editable")
        assert error["details"] == {"state": "submitted"}
    assert Api(world.reviewer).post(f"/tasks/{task.pk}/accept").json()["state"] == "accepted"
    with nothing_changes():
        refused(Api(world.reviewer).post(f"/tasks/{task.pk}/lease"), 409, "task_not_editable")


def test_submitting_ends_the_lease_and_repeating_changes_nothing() -> None:
    world = World(images=1)
    task, api = world.tasks[0], Api(world.annotator)
    world.annotation()
    body = api.post(f"/tasks/{task.pk}/submit").json()
    assert (body["state"], body["lease"], body["submitted_by"]["username"]) == (
        "submitted",
        None,
        "annotator",
    )
    entry = AuditEntry.objects.get(action="task.submit")
    assert entry.data == {"annotations": 1}
    with nothing_changes():
        assert api.post(f"/tasks/{task.pk}/submit").json() == body
        refused(Api(world.reviewer).post(f"/tasks/{task.pk}/submit"), 409, "task_not_editable")


def test_accepting_is_a_review_and_repeating_it_changes_nothing() -> None:
    world = World(images=1)
    task, api = world.tasks[0], Api(world.reviewer)
    with nothing_changes():
        error = refused(api.post(f"/tasks/{task.pk}/accept"), 409, "task_not_editable")
        assert error["message"] == "A task that is open cannot take “accept”. Reload the page."
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    body = api.post(f"/tasks/{task.pk}/accept").json()
    assert body["state"] == "accepted"
    review = Review.objects.get()
    assert (review.verdict, review.comment, review.reviewer) == ("accept", "", world.reviewer)
    with nothing_changes():
        assert api.post(f"/tasks/{task.pk}/accept").json() == body
        refused(Api(world.admin).post(f"/tasks/{task.pk}/accept"), 409, "task_not_editable")
        refused(Api(world.annotator).post(f"/tasks/{task.pk}/submit"), 409, "task_not_editable")


def test_requesting_changes_sends_the_task_back_with_the_comment() -> None:
    world = World(images=2)
    task, api = world.tasks[1], Api(world.reviewer)
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    body = api.post(f"/tasks/{task.pk}/request-changes", {"comment": " Tighter. "}).json()
    assert (body["state"], body["submitted_by"]["username"]) == ("changes_requested", "annotator")
    review = Review.objects.get()
    assert Api(world.annotator).get(f"/tasks/{task.pk}").json()["last_review"] == {
        "id": review.pk,
        "verdict": "request_changes",
        "comment": "Tighter.",
        "reviewer": {"id": world.reviewer.pk, "username": "reviewer"},
        "created_at": _iso(review.created_at),
    }
    with nothing_changes():
        assert api.post(f"/tasks/{task.pk}/request-changes", {"comment": "Tighter."}).json() == body
    sent_back = Api(world.annotator).get(f"/projects/{world.project.pk}/tasks/next").json()
    assert sent_back["position"] == 2


def test_the_same_words_count_again_after_a_new_submission() -> None:
    world = World(images=1)
    task, api = world.tasks[0], Api(world.reviewer)
    for _ in range(2):
        task_submit(task_id=task.pk, submitted_by=world.annotator)
        api.post(f"/tasks/{task.pk}/request-changes", {"comment": "Tighter."})
    assert Review.objects.count() == 2
    assert world.tasks[0].state == "changes_requested"


def test_an_accepted_task_is_reopened_by_requesting_changes() -> None:
    world = World(images=1)
    task = world.tasks[0]
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    task_accept(task_id=task.pk, accepted_by=world.reviewer)
    body = Api(world.admin).post(f"/tasks/{task.pk}/request-changes", {"comment": "One is missing."}).json()
    assert body["state"] == "changes_requested"
    assert Api(world.annotator).post(f"/tasks/{task.pk}/lease").status_code == 200


@pytest.mark.parametrize("comment", ["", "   ", "x" * 5001, "a\0b", None])
def test_changes_need_a_comment(comment: object) -> None:
    world = World(images=1)
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    api = Api(world.reviewer)
    with nothing_changes():
        refused_field(
            api.post(f"/tasks/{world.tasks[0].pk}/request-changes", {"comment": comment}), "comment"
        )


def test_a_task_under_review_is_decided_by_who_holds_it() -> None:
    world = World(images=1)
    task = world.tasks[0]
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    assert Api(world.reviewer).post(f"/tasks/{task.pk}/lease").status_code == 200
    with nothing_changes():
        refused(Api(world.admin).post(f"/tasks/{task.pk}/accept"), 409, "lease_held")
    assert Api(world.reviewer).post(f"/tasks/{task.pk}/accept").json()["lease"] is None
