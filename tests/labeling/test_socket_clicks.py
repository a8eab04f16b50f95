"""Clicks on a task's socket: each is answered once, to the asker alone, whatever breaks."""

import asyncio
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from labeling.models import Proposal, Task
from labeling.services.leases import lease_take
from labeling.services.proposals import proposal_fail
from labeling.tasks import proposal_segment
from tests.factories import ANSWER, CLICKS, World
from tests.labeling.helpers import Listener
from tests.labeling.sockets import do, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]

CLICK = {"type": "segment", "request_id": "c1", "points": [click.model_dump() for click in CLICKS]}


@pytest.fixture(autouse=True)
def _empty_queues() -> Iterator[None]:
    yield
    redis.Redis.from_url(django_settings.BROKER_URL).delete("segment", "default")


async def _task(world: World) -> Task:
    return (await do(lambda: world.tasks))[0]


async def _path(world: World) -> str:
    return f"/ws/tasks/{(await _task(world)).pk}"


async def _answered(request_id: str = "c1") -> Proposal:
    """Wait until the question is stored and answer it as a worker does."""
    while True:
        proposal = await do(Proposal.objects.filter(request_id=request_id).first)
        if proposal is not None:
            await do(proposal_segment, proposal.pk)
            return proposal
        await asyncio.sleep(0.01)


async def test_a_click_is_answered_to_the_asker_alone() -> None:
    world = await do(World, images=1)
    path = await _path(world)
    async with opened(path, world.annotator) as (socket, _), opened(path, world.admin) as (other, _):
        await socket.send(CLICK)
        proposal = await _answered()
        frame = await socket.answer()
        assert (frame["type"], frame["request_id"]) == ("proposal.ready", "c1")
        assert frame["proposal"]["proposal_id"] == proposal.pk
        told = await other.receive_until("task.changed", "project.changed")
        assert {frame["type"] for frame in told} == {"task.changed", "project.changed"}
        assert await other.is_silent()


async def test_a_click_on_somebody_elses_task_is_refused_with_its_request_id() -> None:
    world = await do(World, images=1)
    task = await _task(world)
    await do(lease_take, task_id=task.pk, user=world.reviewer)
    async with opened(f"/ws/tasks/{task.pk}", world.annotator) as (socket, _):
        await socket.send(CLICK)
        frame = await socket.answer()
    assert (frame["request_id"], frame["code"]) == ("c1", "lease_held")
    assert await do(Proposal.objects.count) == 0


async def test_a_click_that_nobody_answers_fails_at_its_deadline(settings: Settings) -> None:
    settings.SEGMENT_DEADLINE_S = 0.2
    world = await do(World, images=1)
    async with opened(await _path(world), world.annotator) as (socket, _):
        await socket.send(CLICK)
        frame = await socket.answer()
        assert (frame["type"], frame["request_id"], frame["code"]) == (
            "proposal.failed",
            "c1",
            "segmentation_timeout",
        )
        await asyncio.sleep(1)
        assert await socket.is_silent()
    assert (await do(Proposal.objects.get)).status == "failed"


async def test_an_answer_whose_event_got_lost_arrives_all_the_same(settings: Settings) -> None:
    """The worker stored its answer while the broker was away: the row knows, nobody was told."""
    settings.SEGMENT_DEADLINE_S = 1
    world = await do(World, images=1)
    async with opened(await _path(world), world.annotator) as (socket, _):
        await socket.send(CLICK)
        await socket.receive_until("task.changed")
        stored = {key: value for key, value in vars(ANSWER).items() if not key.endswith("_ms")}
        changed = 0
        while not changed:
            changed = await do(Proposal.objects.update, status="ready", **stored)
        frame = await socket.answer()
    assert (frame["type"], frame["proposal"]["mask"]["counts"]) == ("proposal.ready", ANSWER.mask_counts)


async def test_a_question_that_has_ended_is_answered_when_it_is_asked_again(settings: Settings) -> None:
    settings.SEGMENT_DEADLINE_S = 20
    world = await do(World, images=1)
    path = await _path(world)
    async with opened(path, world.annotator) as (socket, _):
        await socket.send(CLICK)
        await socket.receive_until("task.changed")
    proposal = await do(Proposal.objects.get)
    await do(proposal_fail, proposal_id=proposal.pk, code="segmentation_failed", message="No.")
    async with opened(path, world.annotator) as (socket, _):
        await socket.send(CLICK)
        frame = await socket.answer()
        assert (frame["type"], frame["message"]) == ("proposal.failed", "No.")
        await asyncio.sleep(1)
        assert await socket.is_silent()


async def test_many_clicks_at_once_are_each_answered_once() -> None:
    world = await do(World, images=1)
    async with opened(await _path(world), world.annotator) as (socket, _):
        names = [f"c{number}" for number in range(8)]
        for name in [*names, *names]:
            await socket.send(CLICK | {"request_id": name})
        # Frames are carried out in order: when this one is answered, all questions are stored.
        await socket.send({"type": "heartbeat"})
        assert (await socket.answer())["type"] == "lease.renewed"
        for name in names:
            await _answered(name)
        answers = [await socket.answer() for _ in names]
        assert sorted(answer["request_id"] for answer in answers) == names
        assert {answer["type"] for answer in answers} == {"proposal.ready"}
    assert await do(Proposal.objects.count) == 8


async def test_leaving_ends_the_wait_and_joins_no_group_for_ever() -> None:
    world = await do(World, images=1)
    task = await _task(world)
    async with opened(f"/ws/tasks/{task.pk}", world.annotator) as (socket, _):
        await socket.send(CLICK)
        await socket.receive_until("task.changed")
    listener = await do(Listener, f"task.{task.pk}.user.{world.annotator.pk}")
    await _answered()
    (event,) = await do(listener.events, 1)
    assert event["type"] == "proposal.ready"
