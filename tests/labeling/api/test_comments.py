"""Comments: pinned, answered, resolved, edited for a while, never doubled."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from labeling.domain.comments import thread_is_open
from labeling.models import AuditEntry, Comment
from labeling.services import comments
from labeling.services.annotations import annotation_change
from labeling.services.leases import lease_take
from labeling.services.tasks import task_accept, task_submit
from labeling.shapes.requests import AnnotationChange
from tests.factories import World
from tests.labeling.helpers import Api, at_once, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _iso(time: Any) -> str:  # noqa: ANN401 - a datetime
    return str(time.isoformat().replace("+00:00", "Z"))


def _write(world: World, api: Api | None = None, **body: object) -> dict[str, Any]:
    place = {} if body.keys() & {"parent_id", "annotation_id", "x"} else {"x": 5, "y": 6}
    response = (api or Api(world.annotator)).post(
        f"/tasks/{world.tasks[0].pk}/comments", {"text": "Is this a cup?"} | place | body
    )
    assert response.status_code == 201, response.content
    return dict(response.json())


def _unresolved(world: World) -> int:
    rows = Api(world.viewer).get(f"/projects/{world.project.pk}/tasks").json()["results"]
    return int(rows[0]["unresolved_comment_count"])


def _texts(world: World) -> list[str]:
    rows = Api(world.viewer).get(f"/tasks/{world.tasks[0].pk}/comments").json()["results"]
    return [row["text"] for row in rows]


def _open_threads(world: World) -> int:
    """Count as the rule says, comment by comment."""
    count = 0
    for root in Comment.objects.filter(task=world.tasks[0], parent=None):
        thread = [root, *root.replies.all()]
        deleted = [comment.deleted_at is not None for comment in thread]
        count += thread_is_open(resolved=root.resolved_at is not None, deleted=deleted)
    return count


def test_a_comment_at_a_spot() -> None:
    world = World(images=1)
    client_id = str(uuid4())
    body = _write(world, x=12.5, y=3, text="  Is <b>this</b> a cup?\n", client_id=client_id)
    row = Comment.objects.get()
    assert body == {
        "id": row.pk,
        "client_id": client_id,
        "task_id": world.tasks[0].pk,
        "parent_id": None,
        "annotation_id": None,
        "x": 12.5,
        "y": 3.0,
        "text": "Is <b>this</b> a cup?",
        "author": {"id": world.annotator.pk, "username": "annotator"},
        "version": 1,
        "deleted": False,
        "resolved_by": None,
        "resolved_at": None,
        "created_at": _iso(row.created_at),
        "edited_at": None,
    }
    api = Api(world.viewer)
    assert api.get(f"/tasks/{world.tasks[0].pk}/comments").json() == {"results": [body], "next": None}
    assert api.get(f"/tasks/{world.tasks[0].pk}").json()["comments"] == [body]
    assert _unresolved(world) == 1


def test_a_comment_on_an_object_stands_in_the_middle_of_its_box_and_stays_there() -> None:
    world = World(images=1)
    annotation = world.annotation()
    body = _write(world, annotation_id=annotation.pk)
    assert (body["annotation_id"], body["x"], body["y"]) == (annotation.pk, 9.5, 9.5)
    own = _write(world, annotation_id=annotation.pk, x=6, y=7)
    assert (own["annotation_id"], own["x"], own["y"]) == (annotation.pk, 6.0, 7.0)
    annotation_change(
        annotation_id=annotation.pk,
        task_id=annotation.task_id,
        change=AnnotationChange(version=1, deleted=True),
        changed_by=world.annotator,
    )
    listed = Api(world.viewer).get(f"/tasks/{world.tasks[0].pk}/comments").json()["results"]
    assert listed == [body, own]
    with nothing_changes():
        response = Api(world.annotator).post(
            f"/tasks/{world.tasks[0].pk}/comments", {"text": "x", "annotation_id": annotation.pk}
        )
        assert refused_field(response, "annotation_id") == "This task has no such object."


def test_a_reply_belongs_to_its_thread_and_to_no_spot() -> None:
    world = World(images=1)
    root = _write(world)
    reply = _write(world, Api(world.reviewer), parent_id=root["id"], text="A mug.")
    assert (reply["parent_id"], reply["x"], reply["y"], reply["annotation_id"]) == (
        root["id"],
        None,
        None,
        None,
    )
    assert _texts(world) == ["Is this a cup?", "A mug."]
    assert _unresolved(world) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"x": 1, "y": 2}, "text"),
        ({"text": "", "x": 1, "y": 2}, "text"),
        ({"text": " \n ", "x": 1, "y": 2}, "text"),
        ({"text": "x" * 4001, "x": 1, "y": 2}, "text"),
        ({"text": "a\0b", "x": 1, "y": 2}, "text"),
        ({"text": 7, "x": 1, "y": 2}, "text"),
        ({"text": "x"}, "x"),
        ({"text": "x", "x": 1}, "y"),
        ({"text": "x", "x": 64, "y": 1}, "x"),
        ({"text": "x", "x": 1, "y": -1}, "y"),
        ({"text": "x", "x": "left", "y": -1}, "x"),
        ({"text": "x", "x": 1, "y": 2, "annotation_id": 99}, "annotation_id"),
        ({"text": "x", "parent_id": 99}, "parent_id"),
        ({"text": "x", "x": 1, "y": 2, "client_id": "mine"}, "client_id"),
        ({"text": "x", "x": 1, "y": 2, "author": 1}, "author"),
    ],
)
def test_a_comment_that_is_none_is_refused_by_its_field(body: dict[str, object], field: str) -> None:
    world = World(images=1)
    api = Api(world.annotator)
    with nothing_changes():
        refused_field(api.post(f"/tasks/{world.tasks[0].pk}/comments", body), field)


def test_numbers_that_are_none_are_refused() -> None:
    world = World(images=1)
    api = Api(world.annotator)
    for number in ("NaN", "Infinity", "1e999"):
        with nothing_changes():
            raw = '{"text": "x", "x": %s, "y": 1}' % number  # noqa: UP031
            refused_field(api.post(f"/tasks/{world.tasks[0].pk}/comments", raw=raw), "x")


def test_a_reply_in_the_wrong_place_is_refused() -> None:
    world = World(images=2)
    api, path = Api(world.annotator), f"/tasks/{world.tasks[0].pk}/comments"
    root = _write(world)
    reply = _write(world, parent_id=root["id"])
    elsewhere = api.post(f"/tasks/{world.tasks[1].pk}/comments", {"text": "x", "x": 1, "y": 1}).json()
    gone = _write(world)
    api.delete(f"/comments/{gone['id']}", version=1)
    with nothing_changes():
        for body, message in (
            (
                {"parent_id": reply["id"]},
                "A reply answers the first comment of a thread, not another reply.",
            ),
            ({"parent_id": elsewhere["id"]}, "This task has no such comment."),
            ({"parent_id": gone["id"]}, "This thread was deleted. Write a new comment."),
            (
                {"parent_id": root["id"], "x": 1, "y": 1},
                "A reply stands where its thread does. Leave x, y and annotation_id out.",
            ),
        ):
            assert refused_field(api.post(path, {"text": "x"} | body), "parent_id") == message


def test_a_retry_never_doubles() -> None:
    world = World(images=1)
    api, path = Api(world.annotator), f"/tasks/{world.tasks[0].pk}/comments"
    body = {"text": "Once.", "x": 1, "y": 2, "client_id": str(uuid4())}
    first = api.post(path, body)
    with nothing_changes():
        again = api.post(path, body | {"text": "Twice."})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


@pytest.mark.django_db(transaction=True)
def test_retries_at_the_same_moment_store_one_comment() -> None:
    world = World(images=1)
    task, client_id = world.tasks[0].pk, uuid4()

    def write() -> object:
        return comments.comment_create(
            task_id=task, text="x", x=1, y=1, client_id=client_id, created_by=world.annotator
        )[0].pk

    found = at_once(*[write] * 6)
    assert len(set(found)) == 1
    assert Comment.objects.count() == 1
    assert AuditEntry.objects.filter(action="comment.create").count() == 1
    assert world.tasks[0].unresolved_comment_count == 1


def test_an_author_edits_for_a_while() -> None:
    world = World(images=1)
    api = Api(world.annotator)
    comment = _write(world)
    changed = api.patch(f"/comments/{comment['id']}", {"version": 1, "text": "Is it?"}).json()
    row = Comment.objects.get()
    edited = {"text": "Is it?", "version": 2, "edited_at": _iso(row.edited_at)}
    assert changed == comment | edited
    with nothing_changes():
        response = api.patch(f"/comments/{comment['id']}", {"version": 1, "text": "Stale."})
        error = refused(response, 409, "stale_version")
        assert error["details"]["current"] == changed
        assert api.patch(f"/comments/{comment['id']}", {"version": 2, "text": "Is it?"}).json() == changed
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=15, seconds=1))
    with nothing_changes():
        response = api.patch(f"/comments/{comment['id']}", {"version": 2, "text": "Late."})
        message = "A comment can be changed for 15 minutes. Write a reply instead."
        assert refused(response, 409, "comment_final")["message"] == message
        refused(api.delete(f"/comments/{comment['id']}", version=2), 409, "comment_final")


def test_nobody_changes_somebody_elses_words() -> None:
    world = World(images=1)
    comment = _write(world)
    for person in (world.reviewer, world.admin):
        api = Api(person)
        with nothing_changes():
            refused(api.patch(f"/comments/{comment['id']}", {"version": 1, "text": "x"}), 403, "not_allowed")
            refused(api.delete(f"/comments/{comment['id']}", version=1), 403, "not_allowed")


def test_a_deleted_comment_leaves_its_place_and_no_word() -> None:
    world = World(images=1)
    api = Api(world.annotator)
    secret = "Nobody shall read this again."
    root = _write(world, text=secret)
    reply = _write(world, Api(world.reviewer), parent_id=root["id"], text="Too late.")
    gone = api.delete(f"/comments/{root['id']}", version=1).json()
    assert gone == root | {"text": "", "deleted": True, "version": 2}
    assert _texts(world) == ["", "Too late."]
    assert secret not in str(list(AuditEntry.objects.values())) + str(list(Comment.objects.values()))
    # The thread waits for an answer as long as a word of it is left.
    assert _unresolved(world) == 1
    with nothing_changes():
        refused(api.delete(f"/comments/{root['id']}", version=2), 409, "comment_deleted")
        refused(api.patch(f"/comments/{root['id']}", {"version": 2, "text": "x"}), 409, "comment_deleted")
    Api(world.reviewer).delete(f"/comments/{reply['id']}", version=1)
    assert _unresolved(world) == 0


def test_threads_are_resolved_and_reopened_by_whoever_may_write() -> None:
    world = World(images=1)
    root = _write(world)
    reply = _write(world, parent_id=root["id"])
    api = Api(world.reviewer)
    resolved = api.patch(f"/comments/{root['id']}", {"version": 1, "resolved": True}).json()
    row = Comment.objects.get(pk=root["id"])
    assert resolved == root | {
        "version": 2,
        "resolved_by": {"id": world.reviewer.pk, "username": "reviewer"},
        "resolved_at": _iso(row.resolved_at),
    }
    assert _unresolved(world) == 0
    with nothing_changes():
        again = api.patch(f"/comments/{root['id']}", {"version": 2, "resolved": True}).json()
        assert again == resolved
        refused_field(api.patch(f"/comments/{reply['id']}", {"version": 1, "resolved": True}), "resolved")
        refused(
            Api(world.viewer).patch(f"/comments/{root['id']}", {"version": 2, "resolved": False}),
            403,
            "not_allowed",
        )
    reopened = Api(world.annotator).patch(f"/comments/{root['id']}", {"version": 2, "resolved": False})
    assert reopened.json() == root | {"version": 3}
    assert _unresolved(world) == 1
    assert list(
        AuditEntry.objects.filter(object_type="comment").order_by("pk").values_list("action", flat=True)
    ) == ["comment.create", "comment.create", "comment.resolve", "comment.reopen"]


def test_comments_need_no_lease_and_no_open_task() -> None:
    world = World(images=1)
    task = world.tasks[0].pk
    lease_take(task_id=task, user=world.reviewer)
    _write(world)
    task_submit(task_id=task, submitted_by=world.reviewer)
    task_accept(task_id=task, accepted_by=world.admin)
    _write(world)
    assert (_unresolved(world), world.tasks[0].lease_holder) == (2, None)


def test_a_comment_of_another_project_is_not_there() -> None:
    world = World(images=1)
    comment = _write(world)
    api = Api(world.stranger)
    with nothing_changes():
        for response in (
            api.get(f"/tasks/{world.tasks[0].pk}/comments"),
            api.post(f"/tasks/{world.tasks[0].pk}/comments", {"text": "x", "x": 1, "y": 1}),
            api.patch(f"/comments/{comment['id']}", {"version": 1, "resolved": True}),
            api.delete(f"/comments/{comment['id']}", version=1),
            api.patch("/comments/999999", {"version": 1}),
        ):
            refused(response, 404, "not_found")


def test_a_task_takes_so_many_comments_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "MAX_COMMENTS", 2)
    world = World(images=1)
    _write(world)
    _write(world)
    with nothing_changes():
        path = f"/tasks/{world.tasks[0].pk}/comments"
        refused(Api(world.annotator).post(path, {"text": "x", "x": 1, "y": 1}), 409, "too_many_comments")


def test_the_count_of_a_task_follows_the_rule_whatever_happens() -> None:
    world = World(images=1)
    api = Api(world.annotator)
    roots = [_write(world) for _ in range(3)]
    replies = [_write(world, parent_id=roots[n]["id"]) for n in (0, 1)]
    steps = [
        ("resolve", roots[0]),
        ("delete", roots[1]),
        ("delete", roots[2]),
        ("delete", replies[1]),
        ("delete", roots[0]),
        ("reopen", roots[0]),
        ("delete", replies[0]),
    ]
    for step, comment in steps:
        version = Comment.objects.get(pk=comment["id"]).version
        if step == "delete":
            response = api.delete(f"/comments/{comment['id']}", version=version)
        else:
            body = {"version": version, "resolved": step == "resolve"}
            response = api.patch(f"/comments/{comment['id']}", body)
        assert response.status_code == 200
        assert _unresolved(world) == _open_threads(world), (step, comment)
    assert _unresolved(world) == 0
