"""Previews: answered to the asker alone, the newest only, after every click, and stored nowhere."""

import asyncio
import json
from collections.abc import Callable, Iterator

import pytest
import redis
from django.conf import settings as django_settings

from labeling import inference
from labeling.models import AuditEntry, Proposal, Task
from labeling.services.leases import lease_take
from labeling.services.previews import preview_request, preview_take
from labeling.services.proposals import proposal_request
from labeling.tasks import preview_segment, proposal_segment
from tests.factories import CLICKS, World
from tests.labeling.sockets import do, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]

POINTS = [click.model_dump() for click in CLICKS]
PREVIEW = {"type": "preview", "request_id": "p1", "points": POINTS}
# Where Kombu keeps the messages of the queue `segment` that are taken last.
LAST = "segment\x06\x169"


def _broker() -> redis.Redis:
    return redis.Redis.from_url(django_settings.BROKER_URL)


@pytest.fixture(autouse=True)
def _empty_queues() -> Iterator[None]:
    yield
    _broker().delete("segment", "default", LAST)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Return how often the model was asked."""
    asked: list[object] = []
    run = inference._segment

    def counting(**given: object) -> inference.Segmented:
        asked.append(given)
        return run(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(inference, "_segment", counting)
    return lambda: len(asked)


async def _waiting(task: Task, user_id: int) -> None:
    while not await do(_broker().exists, f"cardinal:preview:{task.pk}:{user_id}"):
        await asyncio.sleep(0.01)


async def test_a_preview_is_told_to_the_asker_alone_and_stored_nowhere() -> None:
    world = await do(World, images=1)
    task = (await do(lambda: world.tasks))[0]
    path = f"/ws/tasks/{task.pk}"
    before = await do(AuditEntry.objects.count)
    async with opened(path, world.annotator) as (socket, _), opened(path, world.admin) as (other, _):
        await socket.send(PREVIEW)
        await _waiting(task, world.annotator.pk)
        await do(preview_segment, task.pk, world.annotator.pk)
        frame = (await socket.receive_until("preview.ready"))[-1]
        assert (frame["request_id"], frame["mask"]["size"]) == ("p1", [48, 64])
        assert await other.is_silent()
    assert await do(Proposal.objects.count) == 0
    assert await do(AuditEntry.objects.count) == before
    assert (await do(Task.objects.get, pk=task.pk)).lease_holder_id is None


async def test_a_preview_on_somebody_elses_task_is_refused_and_asks_nobody() -> None:
    world = await do(World, images=1)
    task = (await do(lambda: world.tasks))[0]
    await do(lease_take, task_id=task.pk, user=world.reviewer)
    async with opened(f"/ws/tasks/{task.pk}", world.annotator) as (socket, _):
        await socket.send(PREVIEW)
        frame = await socket.answer()
    assert (frame["request_id"], frame["code"]) == ("p1", "lease_held")
    assert _broker().llen(LAST) == 0


def _ask(world: World, request_id: str) -> None:
    preview_request(
        task_id=world.tasks[0].pk, requested_by=world.annotator, request_id=request_id, points=CLICKS
    )


def test_the_newest_preview_replaces_the_one_before() -> None:
    world = World(images=1)
    _ask(world, "p1")
    _ask(world, "p2")
    place = {"task_id": world.tasks[0].pk, "user_id": world.annotator.pk}
    question = preview_take(**place)
    assert question is not None
    assert (question.request_id, question.points) == ("p2", [(click.x, click.y) for click in CLICKS])
    assert preview_take(**place) is None


def test_a_preview_waits_behind_every_click() -> None:
    world = World(images=1)
    _ask(world, "p1")
    assert (_broker().llen("segment"), _broker().llen(LAST)) == (0, 1)
    message = json.loads(_broker().lindex(LAST, 0))
    assert message["headers"]["task"] == "labeling.tasks.preview_segment"
    proposal_request(
        task_id=world.tasks[0].pk,
        requested_by=world.annotator,
        request_id="c1",
        points=CLICKS,
        parent_id=None,
    )
    assert (_broker().llen("segment"), _broker().llen(LAST)) == (1, 1)


def _click(world: World, request_id: str) -> Proposal:
    proposal = proposal_request(
        task_id=world.tasks[0].pk,
        requested_by=world.annotator,
        request_id=request_id,
        points=CLICKS,
        parent_id=None,
    )
    proposal_segment(proposal.pk)
    proposal.refresh_from_db()
    return proposal


def test_a_click_where_the_preview_was_needs_no_second_run(counted: Callable[[], int]) -> None:
    world = World(images=1)
    _ask(world, "p1")
    preview_segment(world.tasks[0].pk, world.annotator.pk)
    preview_segment(world.tasks[0].pk, world.annotator.pk)
    assert counted() == 1
    first = _click(world, "c1")
    assert (first.status, counted()) == ("ready", 1)
    second = _click(world, "c2")
    assert (second.status, counted()) == ("ready", 2)
    assert (first.mask_counts, first.score) == (second.mask_counts, second.score)


def test_previews_that_no_click_follows_are_forgotten() -> None:
    kept = inference.Previewed(most=2)
    answers = [
        inference.Segmented(
            mask_counts=str(index), bbox=[], area=0, score=0.0, model_version="", decode_ms=0, model_ms=0
        )
        for index in range(3)
    ]
    for index, answer in enumerate(answers):
        kept.keep((index,), answer)
    assert [kept.take((index,)) for index in range(3)] == [None, answers[1], answers[2]]
    assert kept.take((2,)) is None
