"""Pre-labels: a detector's file becomes drafts, which nobody but a person makes objects of."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django.fixtures import Settings

from labeling.models import Annotation, AuditEntry, Draft, Prelabelling, Project, Proposal, Task
from labeling.services import prelabel_runs
from labeling.services.leases import task_next
from labeling.services.prelabel_runs import prelabel_do
from labeling.services.prelabels import prelabel_cancel, prelabel_request, prelabels_resume
from labeling.services.projects import project_change
from labeling.services.tasks import task_accept, task_submit
from tests.factories import World
from tests.labeling.helpers import Api, Listener, at_once, nothing_changes, refused, stored_files

pytestmark = pytest.mark.usefixtures("media")
stored = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def queue() -> Iterator[redis.Redis]:
    """The real broker, with nothing waiting in it."""
    client = redis.Redis.from_url(django_settings.BROKER_URL)
    client.delete("train")
    yield client
    client.delete("train")


def detected(*entries: tuple[str, str, list[float]]) -> bytes:
    """Return a detector's file: (image, label, box) each."""
    names, labels = sorted({name for name, _, _ in entries}), sorted({label for _, label, _ in entries})
    return json.dumps(
        {
            "images": [{"id": number, "file_name": name} for number, name in enumerate(names)],
            "categories": [{"id": number, "name": label} for number, label in enumerate(labels)],
            "annotations": [
                {"image_id": names.index(name), "category_id": labels.index(label), "bbox": box}
                for name, label, box in entries
            ],
        }
    ).encode()


BOX = [10.0, 12.0, 31.0, 25.0]
ONE = detected(("photo1.png", "cat", BOX))


def _request(world: World, content: bytes = ONE) -> Prelabelling:
    return prelabel_request(
        project=world.project,
        file_name="found.json",
        stream=BytesIO(content),
        size=len(content),
        requested_by=world.admin,
    )


def _done(world: World, content: bytes = ONE) -> Prelabelling:
    row = _request(world, content)
    prelabel_do(prelabelling_id=row.pk)
    row.refresh_from_db()
    return row


def _drafts(world: World, task: Task | None = None) -> list[dict[str, Any]]:
    task = task or world.tasks[0]
    return Api(world.viewer).get(f"/tasks/{task.pk}/drafts").json()["results"]  # type: ignore[no-any-return]


@committed
def test_a_file_is_queued_audited_and_told(queue: redis.Redis) -> None:
    world = World(images=1)
    listener = Listener(f"project.{world.project.pk}")
    answer = Api(world.admin).form(f"/projects/{world.project.pk}/prelabels", file=("found.json", ONE))
    row = Prelabelling.objects.get()
    body = answer.json()
    assert answer.status_code == 202
    assert (body["state"], body["file_name"], body["draft_count"]) == ("queued", "found.json", 0)
    assert queue.llen("train") == 1
    assert listener.events(1) == [{"type": "prelabelling.changed", "prelabelling": body}]
    assert AuditEntry.objects.get(action="prelabels.request").data == {"file": "found.json"}
    assert row.file_key.startswith(f"prelabels/{world.project.pk}/")


@stored
def test_each_detection_becomes_a_draft_and_no_object() -> None:
    world = World(images=2)
    row = _done(world, detected(("photo1.png", "CAT", BOX), ("photo2.png", "cup", [5, 5, 20, 20])))
    assert (row.state, row.progress, row.image_count, row.draft_count, row.left_out) == (
        "ready",
        1.0,
        2,
        2,
        [],
    )
    [draft] = _drafts(world)
    assert (draft["label_id"], draft["model_version"], draft["mask"]["size"]) == (
        world.labels[0].pk,
        "fake-1",
        [48, 64],
    )
    assert 0 <= draft["spread"] <= 1
    proposal = Proposal.objects.get(pk=draft["proposal_id"])
    (left, top, right, bottom) = [(point["x"], point["y"]) for point in proposal.points]
    assert (left[0], top[1], right[0], bottom[1]) == (10, 12, 40, 36)
    assert (Annotation.objects.count(), world.tasks[0].annotation_count) == (0, 0)
    assert not default_storage.exists(row.file_key)


@stored
def test_what_no_draft_can_be_made_of_is_named() -> None:
    world = World(images=2)
    task_submit(task_id=world.tasks[1].pk, submitted_by=world.annotator)
    task_accept(task_id=world.tasks[1].pk, accepted_by=world.reviewer)
    content = detected(
        ("photo1.png", "cat", BOX),
        ("photo1.png", "dog", BOX),
        ("photo2.png", "cat", BOX),
        ("photo9.png", "cat", BOX),
        ("photo1.png", "cat", [50, 40, 30, 30]),
    )
    row = _done(world, content)
    assert (row.state, row.draft_count, row.left_out_count) == ("ready", 1, 4)
    assert row.left_out == [
        "annotations[1]: the project has no label “dog”",
        "annotations[2]: “photo2.png” is accepted already",
        "annotations[3]: the project has no image “photo9.png”",
        "annotations[4]: it lies outside of “photo1.png”, which has 64 x 48 pixels",
    ]


@stored
def test_two_images_of_one_name_get_no_draft_by_guess() -> None:
    world = World(images=2)
    world.dataset.images.update(name="same.png")
    row = _done(world, detected(("same.png", "cat", BOX)))
    assert (row.draft_count, row.left_out) == (0, ["annotations[0]: the project has 2 images “same.png”"])


@stored
def test_a_draft_is_taken_by_a_person_and_given_back_by_undo() -> None:
    world = World(images=1)
    _done(world)
    [draft] = _drafts(world)
    api, task = Api(world.annotator), world.tasks[0]
    body = {"proposal_id": draft["proposal_id"], "label_id": draft["label_id"]}
    made = api.post(f"/tasks/{task.pk}/annotations", body).json()
    assert (made["proposal_id"], made["mask"]) == (draft["proposal_id"], draft["mask"])
    assert _drafts(world) == []
    api.patch(f"/annotations/{made['id']}", {"version": made["version"], "deleted": True})
    assert _drafts(world) == [draft]


@stored
def test_a_draft_is_dismissed_and_restored_by_whoever_may_annotate() -> None:
    world = World(images=1)
    _done(world)
    [draft] = _drafts(world)
    with nothing_changes():
        refused(Api(world.viewer).post(f"/drafts/{draft['id']}/dismiss"), 403, "not_allowed")
        refused(Api(world.stranger).post(f"/drafts/{draft['id']}/dismiss"), 404, "not_found")
    for _ in range(2):
        assert Api(world.annotator).post(f"/drafts/{draft['id']}/dismiss").status_code == 204
        assert _drafts(world) == []
    assert AuditEntry.objects.filter(action="draft.dismiss").count() == 1
    assert Api(world.annotator).post(f"/drafts/{draft['id']}/restore").status_code == 204
    assert _drafts(world) == [draft]


@stored
def test_drafts_do_not_keep_a_task_from_being_submitted_and_are_never_accepted_with_it() -> None:
    world = World(images=1)
    _done(world)
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    task_accept(task_id=world.tasks[0].pk, accepted_by=world.reviewer)
    assert (Annotation.objects.count(), len(_drafts(world))) == (0, 1)


@stored
@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"no JSON", "file_invalid", "This is no JSON: "),
        (b"{}", "file_invalid", "The file has no list “images”."),
    ],
)
def test_a_file_that_is_none_fails_with_a_sentence(content: bytes, code: str, sentence: str) -> None:
    row = _done(World(images=1), content)
    assert (row.state, row.error_code, row.error_message.startswith(sentence)) == ("failed", code, True)


@stored
def test_an_empty_and_a_too_large_file_are_refused_before_they_are_stored(settings: Settings) -> None:
    world = World(images=0)
    settings.MAX_DETECTIONS_BYTES = 10
    api, path = Api(world.admin), f"/projects/{world.project.pk}/prelabels"
    with nothing_changes():
        refused(api.form(path, file=("found.json", b"")), 400, "invalid")
        refused(api.form(path, file=("found.json", b"0123456789x")), 413, "too_large")


@stored
def test_a_broken_worker_is_gone_on_with_and_answers_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(images=2)
    row = _request(world, detected(("photo1.png", "cat", BOX), ("photo2.png", "cat", BOX)))
    real = prelabel_runs._answer_task
    answered: list[int] = []

    def dies_at_the_second(row: Prelabelling, task: Task, *rest: Any) -> None:
        if answered:
            raise SystemExit
        answered.append(task.pk)
        real(row, task, *rest)

    monkeypatch.setattr(prelabel_runs, "_answer_task", dies_at_the_second)
    with pytest.raises(SystemExit):
        prelabel_do(prelabelling_id=row.pk)
    monkeypatch.setattr(prelabel_runs, "_answer_task", real)
    row.refresh_from_db()
    first = Proposal.objects.get().pk
    assert (row.state, row.progress) == ("running", 0.5)
    prelabel_do(prelabelling_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.draft_count) == ("ready", 2)
    assert Proposal.objects.count() == 2
    assert Draft.objects.filter(proposal=first).exists()
    # Once more changes nothing.
    prelabel_do(prelabelling_id=row.pk)
    assert Proposal.objects.count() == 2


@committed
def test_two_files_at_once_become_one(queue: redis.Redis) -> None:
    world = World(images=1)
    results = at_once(partial(_request, world), partial(_request, world))
    assert sorted(one if isinstance(one, str) else "row" for one in results) == ["prelabelling_active", "row"]
    assert len([name for name in stored_files() if name.startswith("prelabels/")]) == 1
    row = Prelabelling.objects.get()
    Prelabelling.objects.update(updated_at=timezone.now() - timedelta(minutes=2))
    assert (prelabels_resume(), queue.llen("train")) == (1, 2)
    prelabel_cancel(row=row, cancelled_by=world.admin)
    prelabel_do(prelabelling_id=row.pk)
    row.refresh_from_db()
    assert (row.state, Draft.objects.count()) == ("cancelled", 0)


@stored
def test_the_least_certain_task_comes_first_and_a_share_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(images=4)
    first, second, third, fourth = world.tasks
    for task, uncertainty in ((second, 0.2), (third, 0.7)):
        Task.objects.filter(pk=task.pk).update(uncertainty=uncertainty)

    def next_for(user: Any) -> int:  # noqa: ANN401 - a person of the world
        project = Project.objects.get()
        return task_next(project=project, user=user, purpose="annotate", after=None).pk

    project_change(
        project=world.project, name=None, guide=None, task_order="uncertain", random_share=0.0,
        changed_by=world.admin,
    )  # fmt: skip
    assert next_for(world.annotator) == third.pk
    assert next_for(world.reviewer) == second.pk
    # What the model has said nothing of comes last, in the order of upload.
    assert next_for(world.admin) == first.pk
    Task.objects.update(lease_holder=None, lease_expires_at=None)
    Project.objects.update(random_share=1.0)
    monkeypatch.setattr("labeling.services.leases.random.randint", lambda low, high: high)
    assert next_for(world.annotator) == fourth.pk


@stored
def test_the_order_of_work_is_an_admins_choice_within_bounds() -> None:
    world = World(images=0)
    api, path = Api(world.admin), f"/projects/{world.project.pk}"
    assert (api.get(path).json()["task_order"], api.get(path).json()["random_share"]) == ("position", 0.2)
    body = api.patch(path, {"task_order": "uncertain", "random_share": 0.5}).json()
    assert (body["task_order"], body["random_share"]) == ("uncertain", 0.5)
    with nothing_changes():
        refused(api.patch(path, {"random_share": 1.5}), 400, "invalid")
        refused(api.patch(path, {"task_order": "newest"}), 400, "invalid")
        refused(Api(world.reviewer).patch(path, {"task_order": "position"}), 403, "not_allowed")


@stored
def test_a_prelabelling_makes_its_tasks_as_uncertain_as_their_worst_draft() -> None:
    world = World(images=1)
    _done(world, detected(("photo1.png", "cat", BOX), ("photo1.png", "cup", [2, 2, 10, 10])))
    drafts = _drafts(world)
    worst = max(1 - draft["score"] * (1 - draft["spread"]) for draft in drafts)
    assert len(drafts) == 2
    assert world.tasks[0].uncertainty == pytest.approx(worst)
