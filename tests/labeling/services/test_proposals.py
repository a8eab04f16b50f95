"""Proposals: clicks are stored, a model answers once, and every end is told."""

import base64
import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from pycocotools import mask as coco
from pytest_django.fixtures import Settings

from labeling.domain.errors import Refused
from labeling.models import AuditEntry, Proposal
from labeling.services.proposals import (
    TOO_LATE,
    proposal_answer,
    proposal_expire,
    proposal_fail,
    proposal_request,
    proposals_expire,
)
from labeling.shapes.requests import Click
from labeling.tasks import BROKEN, NO_MASK, image_warm, proposal_segment
from tests.factories import ANSWER, CLICKS, World, proposal_make
from tests.labeling.helpers import Api, Listener, nothing_changes, refused

pytestmark = pytest.mark.usefixtures("media")
stored = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)

POINTS = [click.model_dump() for click in CLICKS]


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """The real broker, with nothing waiting in it."""
    client = redis.Redis.from_url(django_settings.BROKER_URL)
    client.delete("segment", "default")
    yield client
    client.delete("segment", "default")


def _ask(world: World, request_id: str = "r1", **changes: object) -> Proposal:
    given = {
        "task_id": world.tasks[0].pk,
        "requested_by": world.annotator,
        "request_id": request_id,
        "points": CLICKS,
        "parent_id": None,
    }
    return proposal_request(**(given | changes))  # type: ignore[arg-type]


def _ellipse() -> np.ndarray:
    rows, columns = np.mgrid[0:48, 0:64]
    return ((columns - 25) / 15) ** 2 + ((rows - 24) / 12) ** 2 <= 1


@stored
def test_a_question_is_stored_with_every_click_and_its_time() -> None:
    world = World(images=1)
    clicks = [Click(x=-0.4, y=20, t=0), *CLICKS[1:3], Click(x=24, y=47.5, t=-3), Click(x=30, y=30)]
    proposal = _ask(world, points=clicks)
    assert proposal.points == [
        {"x": 0.0, "y": 20.0, "t": 0.0},
        {"x": 22.0, "y": 12.0, "t": 310.0},
        {"x": 40.0, "y": 25.0, "t": 650.0},
        {"x": 24.0, "y": 47.0, "t": 0.0},
        {"x": 30.0, "y": 30.0, "t": None},
    ]
    assert (proposal.status, proposal.requested_by, proposal.parent) == ("pending", world.annotator, None)
    assert world.tasks[0].lease_holder == world.annotator
    entry = AuditEntry.objects.get(action="proposal.request")
    assert (entry.object_id, entry.data) == (proposal.pk, {"task": world.tasks[0].pk, "points": 5})


@stored
def test_the_models_answer_is_the_mask_of_the_whole_image() -> None:
    world = World(images=1)
    proposal = _ask(world)
    proposal_segment(proposal.pk)
    proposal.refresh_from_db()
    mask = coco.decode({"size": [48, 64], "counts": proposal.mask_counts.encode()}).astype(bool)
    assert np.array_equal(mask, _ellipse())
    assert (proposal.status, proposal.score, proposal.model_version) == ("ready", 0.9, "fake-1")
    assert (proposal.bbox, proposal.area) == ([10.0, 12.0, 31.0, 25.0], int(_ellipse().sum()))
    assert proposal.timings_ms.keys() == {"queue", "decode", "model", "total"}
    assert all(value >= 0 for value in proposal.timings_ms.values())
    assert proposal.finished_at is not None


@stored
@pytest.mark.parametrize(("predictor", "message"), [("fake:fail", BROKEN), ("fake:empty", NO_MASK)])
def test_a_model_that_fails_or_finds_nothing_says_what_to_do(
    predictor: str, message: str, settings: Settings
) -> None:
    settings.PREDICTOR = predictor
    world = World(images=1)
    proposal = _ask(world)
    proposal_segment(proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.error_code, proposal.error_message) == (
        "failed",
        "segmentation_failed",
        message,
    )
    assert (proposal.mask_counts, proposal.bbox, proposal.score) == ("", None, None)


@stored
def test_an_image_whose_file_is_gone_is_a_failure_not_a_spinner() -> None:
    world = World(images=1)
    default_storage.delete(world.picture.display_key)
    proposal = _ask(world)
    proposal_segment(proposal.pk)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.error_message) == ("failed", BROKEN)


@stored
def test_a_late_answer_is_dropped() -> None:
    world = World(images=1)
    proposal = _ask(world)
    proposal_expire(proposal_id=proposal.pk)
    with nothing_changes():
        proposal_segment(proposal.pk)
        assert proposal_answer(proposal_id=proposal.pk, answer=ANSWER) is False
    proposal.refresh_from_db()
    assert (proposal.status, proposal.error_code) == ("failed", "segmentation_timeout")


@stored
def test_a_message_that_comes_twice_is_answered_once() -> None:
    world = World(images=1)
    proposal = _ask(world)
    proposal_segment(proposal.pk)
    with nothing_changes():
        proposal_segment(proposal.pk)
        proposal_expire(proposal_id=proposal.pk)
        assert proposal_fail(proposal_id=proposal.pk, code="x", message="y") is False
        proposal_segment(10**12)
        image_warm(10**12)


@stored
def test_the_same_request_id_again_is_the_same_question() -> None:
    world = World(images=2)
    first = _ask(world, "r1")
    waiting = len(connection.run_on_commit)
    again = _ask(world, "r1", points=[Click(x=1, y=1), *CLICKS[1:]])
    assert (again.pk, again.points) == (first.pk, first.points)
    assert len(connection.run_on_commit) == waiting
    others = {_ask(world, "r2").pk, _ask(world, "r1", task_id=world.tasks[1].pk).pk}
    assert len({first.pk, *others}) == 3
    assert AuditEntry.objects.filter(action="proposal.request").count() == 3


@stored
def test_what_nobody_waits_for_any_more_is_swept_up(settings: Settings) -> None:
    settings.SEGMENT_DEADLINE_S = 8
    world = World(images=1)
    old, young, done = _ask(world, "old"), _ask(world, "young"), proposal_make(world)
    for proposal, seconds in ((old, 17), (young, 15), (done, 100)):
        Proposal.objects.filter(pk=proposal.pk).update(created_at=timezone.now() - timedelta(seconds=seconds))
    assert proposals_expire() == 1
    found = dict(Proposal.objects.values_list("pk", "status"))
    assert found == {old.pk: "failed", young.pk: "pending", done.pk: "ready"}
    assert Proposal.objects.get(pk=old.pk).error_message == TOO_LATE
    assert proposals_expire() == 0


@stored
def test_a_correction_knows_what_it_corrects() -> None:
    world = World(images=1)
    first = proposal_make(world)
    second = _ask(world, points=[*CLICKS, Click(x=30, y=15, t=2000)], parent_id=first.pk)
    assert (second.parent_id, len(second.points)) == (first.pk, 5)


@committed
def test_the_message_to_the_worker_is_a_number_that_expires(queue: redis.Redis) -> None:
    world = World(images=1)
    proposal = _ask(world)
    (raw,) = queue.lrange("segment", 0, -1)
    message = json.loads(raw)
    assert message["headers"]["task"] == "labeling.tasks.proposal_segment"
    assert json.loads(base64.b64decode(message["body"]))[:2] == [[proposal.pk], {}]
    assert message["headers"]["expires"] is not None
    assert message["content-type"] == "application/json"


@committed
def test_nothing_is_queued_or_told_by_a_transaction_that_rolls_back(queue: redis.Redis) -> None:
    world = World(images=1)
    groups = [f"task.{world.tasks[0].pk}", f"project.{world.project.pk}.counts"]
    listeners = [Listener(group) for group in groups]
    with transaction.atomic():
        world.annotation()
        _ask(world)
        transaction.set_rollback(True)
    assert queue.llen("segment") == 0
    for listener in listeners:
        listener.nothing()
    assert Proposal.objects.count() == 0


@committed
def test_answers_go_to_the_asker_alone() -> None:
    world = World(images=1)
    task = world.tasks[0].pk
    mine, others = (
        Listener(f"task.{task}.user.{world.annotator.pk}"),
        Listener(f"task.{task}.user.{world.admin.pk}"),
    )
    everybody, project = Listener(f"task.{task}"), Listener(f"project.{world.project.pk}")
    proposal = _ask(world, "mine")
    proposal_segment(proposal.pk)
    (event,) = mine.events(1)
    assert (event["type"], event["request_id"]) == ("proposal.ready", "mine")
    assert event["proposal"]["proposal_id"] == proposal.pk
    others.nothing()
    assert [event["type"] for event in everybody.events(1)] == ["task.changed"]
    assert [event["type"] for event in project.events(1)] == ["task.changed"]


@committed
def test_asking_again_after_the_end_tells_it_again() -> None:
    world = World(images=1)
    proposal = _ask(world)
    proposal_segment(proposal.pk)
    mine = Listener(f"task.{world.tasks[0].pk}.user.{world.annotator.pk}")
    with nothing_changes():
        _ask(world)
    assert [event["type"] for event in mine.events(1)] == ["proposal.ready"]


def _worker(stop: threading.Event) -> None:
    """Answer every question that comes, as a worker does."""
    try:
        while not stop.wait(0.02):
            for key in Proposal.objects.filter(status="pending").values_list("pk", flat=True):
                proposal_segment(key)
    finally:
        connection.close()


@pytest.fixture
def worker() -> Iterator[None]:
    """A thread in the place of a segmentation worker."""
    stop = threading.Event()
    thread = threading.Thread(target=_worker, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()


@committed
def test_a_script_asks_and_waits_for_its_mask(worker: None) -> None:
    world = World(images=1)
    body = {"points": POINTS, "request_id": "script:1"}
    response = Api(world.annotator).post(f"/tasks/{world.tasks[0].pk}/segment", body)
    proposal = Proposal.objects.get()
    assert response.status_code == 200
    assert response.json() == {
        "proposal_id": proposal.pk,
        "request_id": "script:1",
        "task_id": world.tasks[0].pk,
        "status": "ready",
        "points": [{"x": click.x, "y": click.y, "t": click.t} for click in CLICKS],
        "mask": {"size": [48, 64], "counts": proposal.mask_counts},
        "bbox": [10.0, 12.0, 31.0, 25.0],
        "score": 0.9,
        "model_version": "fake-1",
        "timings_ms": proposal.timings_ms,
        "error": None,
    }


@committed
def test_a_script_gets_the_models_failure_as_an_error(worker: None, settings: Settings) -> None:
    settings.PREDICTOR = "fake:empty"
    world = World(images=1)
    path = f"/tasks/{world.tasks[0].pk}/segment"
    error = refused(Api(world.annotator).post(path, {"points": POINTS}), 422, "segmentation_failed")
    assert (error["message"], error["details"]) == (NO_MASK, {"proposal_id": Proposal.objects.get().pk})


@committed
def test_a_script_is_not_kept_waiting_beyond_the_deadline(settings: Settings) -> None:
    settings.SEGMENT_DEADLINE_S = 0.2
    world = World(images=1)
    path = f"/tasks/{world.tasks[0].pk}/segment"
    error = refused(Api(world.annotator).post(path, {"points": POINTS}), 504, "segmentation_timeout")
    assert error["message"] == TOO_LATE
    assert Proposal.objects.get().status == "failed"


@committed
def test_everybody_who_waits_for_one_answer_gets_it_at_once(settings: Settings) -> None:
    settings.SEGMENT_DEADLINE_S = 60
    world = World(images=1)
    apis = [Api(world.annotator) for _ in range(3)]
    body = {"points": POINTS, "request_id": "shared"}
    statuses: list[int] = []

    def ask(api: Api) -> None:
        statuses.append(api.post(f"/tasks/{world.tasks[0].pk}/segment", body).status_code)
        connection.close()

    threads = [threading.Thread(target=ask, args=(api,), daemon=True) for api in apis]
    for thread in threads:
        thread.start()
    broker = redis.Redis.from_url(django_settings.BROKER_URL)
    while broker.info("clients")["blocked_clients"] < 3:
        threading.Event().wait(0.02)
    proposal_segment(Proposal.objects.get().pk)
    for thread in threads:
        thread.join(20)
    assert statuses == [200, 200, 200]
    assert 0 < broker.ttl(f"cardinal:wake:proposal:{Proposal.objects.get().pk}") <= 30


@stored
def test_who_asks_faster_than_masks_come_has_to_wait() -> None:
    world = World(images=1)
    asked = [_ask(world, f"r{n}") for n in range(16)]
    with nothing_changes(), pytest.raises(Refused) as refusal:
        _ask(world, "one more")
    assert refusal.value.code == "too_many_requests"
    assert refusal.value.message == "16 of your masks are still being computed. Wait for one, then click on."
    proposal_segment(asked[0].pk)
    assert _ask(world, "one more").status == "pending"
