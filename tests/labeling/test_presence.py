"""Who is on a task, where they point, what they edit: told to the others, stored nowhere, gone by itself."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.utils import timezone
from jsonschema import Draft202012Validator

from cardinal.accounts.models import User
from cardinal.events.publish import publish_now
from cardinal.settings.environment import ROOT
from labeling import consumers
from labeling.domain.allowance import Allowance
from labeling.services import presence
from labeling.services.projects import member_remove
from labeling.services.records import task_group
from labeling.shapes import events, objects
from tests.factories import World
from tests.labeling.helpers import rows
from tests.labeling.sockets import Socket, do, opened, pass_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]

SCHEMA = json.loads((ROOT / "events.schema.json").read_text())
FITS = Draft202012Validator({"$ref": "#/$defs/TaskSocketEvent", "$defs": SCHEMA["$defs"]})
POINTER = {"type": "pointer", "x": 12.5, "y": -3, "tool": "brush"}


@pytest.fixture(autouse=True)
def _nobody_there() -> Iterator[None]:
    # Each test has a new database, in which tasks get the same numbers again.
    valkey = redis.Redis.from_url(django_settings.BROKER_URL)
    for key in valkey.scan_iter("cardinal:presence:*"):
        valkey.delete(key)
    yield
    valkey.delete("segment", "default")


async def _path(world: World, index: int = 0) -> str:
    return f"/ws/tasks/{(await do(lambda: world.tasks))[index].pk}"


async def _told(socket: Socket) -> dict[str, Any]:
    """Return the next frame that is about presence."""
    while True:
        frame = await socket.receive()
        if frame["type"] in {"presence.changed", "pointer.moved", "error"}:
            FITS.validate(frame)
            return frame


def _names(frame: dict[str, Any]) -> list[str]:
    assert frame["type"] == "presence.changed", frame
    return [person["user"]["username"] for person in frame["people"]]


def _editing(frame: dict[str, Any]) -> list[tuple[int, str]]:
    assert frame["type"] == "presence.changed", frame
    return [(one["object_id"], one["by"]["username"]) for one in frame["editing"]]


def _page(task_id: int, user: User, connection: str) -> presence.Page:
    return presence.Page(
        task_id=task_id,
        connection=connection,
        user=objects.User(id=user.pk, username=user.username),
        initials="XX",
        since=timezone.now() - timedelta(minutes=5),
    )


async def test_people_come_and_go() -> None:
    world = await do(World, images=2)
    await do(User.objects.filter(pk=world.viewer.pk).update, first_name="Vera", last_name="Ivory")
    path = await _path(world)
    before = await do(rows)
    async with opened(path, world.annotator) as (first, _):
        socket = Socket(path, await pass_of(world.viewer))
        assert await socket.connect()
        assert (await socket.receive())["type"] == "task.opened"
        seen = await _told(socket)
        told = await _told(first)
        assert told.pop("you") != seen.pop("you")
        assert told == seen
        assert [(person["user"], person["initials"]) for person in seen["people"]] == [
            ({"id": world.annotator.pk, "username": "annotator"}, "AN"),
            ({"id": world.viewer.pk, "username": "viewer"}, "VI"),
        ]
        assert seen["people"][0]["since"] < seen["people"][1]["since"]
        async with opened(await _path(world, 1), world.reviewer):
            assert await first.is_silent()
        await socket.leave()
        assert _names(await _told(first)) == ["annotator"]
    assert await do(rows) == before | {"accounts.User": (await do(rows))["accounts.User"]}


async def test_a_person_with_two_pages_is_one_person_until_both_are_closed() -> None:
    world = await do(World, images=1)
    path = await _path(world)
    async with opened(path, world.reviewer) as (watching, _):
        async with opened(path, world.annotator):
            since = (await _told(watching))["people"][1]["since"]
            async with opened(path, world.annotator):
                frame = await _told(watching)
                assert _names(frame) == ["reviewer", "annotator"]
                assert frame["people"][1]["since"] == since
                assert [person["pages"] for person in frame["people"]] == [1, 2]
            frame = await _told(watching)
            assert [person["pages"] for person in frame["people"]] == [1, 1]
            assert _names(frame) == ["reviewer", "annotator"]
        assert _names(await _told(watching)) == ["reviewer"]


async def test_a_pointer_goes_to_every_other_page_and_into_no_table() -> None:
    world = await do(World, images=2)
    path = await _path(world)
    async with (
        opened(path, world.annotator) as (pointing, _),
        opened(path, world.annotator) as (own, _),
        opened(path, world.viewer) as (other, _),
        opened(await _path(world, 1), world.reviewer) as (elsewhere, _),
    ):
        for socket in (pointing, pointing, own):
            await _told(socket)
        before = await do(rows)
        await pointing.send(POINTER | {"object_id": 7})
        frame = await _told(other)
        assert await _told(own) == frame
        assert frame.pop("connection")
        assert frame == {
            "type": "pointer.moved",
            "user": {"id": world.annotator.pk, "username": "annotator"},
            "initials": "AN",
            "x": 12.5,
            "y": -3.0,
            "tool": "brush",
            "object_id": 7,
        }
        assert await pointing.is_silent()
        assert await elsewhere.is_silent()
        await other.send(POINTER)
        assert (await _told(pointing))["user"]["username"] == "viewer"
        assert await do(rows) == before


async def test_pointers_beyond_the_allowance_are_dropped_in_silence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(consumers, "Allowance", partial(Allowance, window_s=3600))
    caplog.set_level("INFO", logger="labeling.consumers")
    world = await do(World, images=1)
    path = await _path(world)
    async with opened(path, world.viewer) as (watching, _):
        async with opened(path, world.annotator) as (socket, _):
            await _told(watching)
            for number in range(40):
                await socket.send(POINTER | {"x": number})
            await socket.send({"type": "heartbeat"})
            assert (await socket.answer())["type"] == "lease.renewed"
            assert [(await _told(watching))["x"] for _ in range(15)] == [float(n) for n in range(15)]
        assert _names(await _told(watching)) == ["viewer"]
    assert f"A page of user {world.annotator.pk} sent 25 frames too many" in caplog.messages


@pytest.mark.parametrize(
    "frame",
    [
        POINTER | {"user": {"id": 1, "username": "admin"}},
        POINTER | {"initials": "AD"},
        POINTER | {"connection": "x"},
        POINTER | {"x": 1e7},
        POINTER | {"y": None},
        POINTER | {"x": "1' --"},
        POINTER | {"tool": "x" * 33},
        POINTER | {"tool": "<b>"},
        POINTER | {"tool": "brush\n"},
        POINTER | {"object_id": -1},
        POINTER | {"object_id": 2**63},
        {"type": "pointer"},
        {"type": "editing"},
        {"type": "editing", "object_id": "one"},
        {"type": "editing", "object_id": 1, "by": "admin"},
    ],
)
async def test_a_frame_that_claims_too_much_reaches_nobody(frame: dict[str, object]) -> None:
    world = await do(World, images=1)
    path = await _path(world)
    async with opened(path, world.viewer) as (watching, _), opened(path, world.annotator) as (socket, _):
        await _told(watching)
        await socket.send(frame)
        assert (await socket.answer())["code"] == "invalid"
        assert await watching.is_silent()


async def test_numbers_that_are_none_reach_nobody() -> None:
    world = await do(World, images=1)
    async with opened(await _path(world), world.annotator) as (socket, _):
        for number in ("NaN", "Infinity", "1e999"):
            await socket.send(text=json.dumps(POINTER).replace("12.5", number))
            assert (await socket.answer())["code"] == "invalid"


async def test_others_are_warned_of_what_somebody_edits() -> None:
    world = await do(World, images=1)
    annotation = await do(world.annotation)
    path = await _path(world)
    async with opened(path, world.reviewer) as (watching, _), opened(path, world.annotator) as (socket, _):
        await _told(watching)
        for again in (1, 2):
            await socket.send({"type": "editing", "object_id": annotation.pk})
            if again == 1:
                frame = await _told(watching)
                assert _editing(frame) == [(annotation.pk, "annotator")]
                assert _editing(await _told(socket)) == [(annotation.pk, "annotator")]
        assert await watching.is_silent()
        # Both may go on, and each is told of the other, the first one first.
        await watching.send({"type": "editing", "object_id": annotation.pk})
        both = [(annotation.pk, "annotator"), (annotation.pk, "reviewer")]
        assert _editing(await _told(socket)) == both
        assert _editing(await _told(watching)) == both
        await socket.send({"type": "editing", "object_id": None})
        assert _editing(await _told(watching)) == [(annotation.pk, "reviewer")]


async def test_a_page_tells_its_own_edit_from_that_of_another_page_of_its_person() -> None:
    world = await do(World, images=1)
    annotation = await do(world.annotation)
    path = await _path(world)
    async with opened(path, world.annotator) as (first, _), opened(path, world.annotator) as (second, _):
        await _told(first)
        await first.send({"type": "editing", "object_id": annotation.pk})
        here, there = await _told(first), await _told(second)
        assert [one["connection"] for one in here["editing"]] == [here["you"]]
        assert [one["connection"] for one in there["editing"]] == [here["you"]]
        assert there["you"] != here["you"]


async def test_only_who_may_label_and_only_objects_of_the_task_are_edited() -> None:
    world = await do(World, images=2)
    annotation = await do(world.annotation)
    async with opened(await _path(world), world.viewer) as (socket, _):
        await socket.send({"type": "editing", "object_id": annotation.pk})
        assert (await socket.answer())["code"] == "not_allowed"
    async with opened(await _path(world, 1), world.annotator) as (socket, _):
        for object_id in (annotation.pk, 999_999):
            await socket.send({"type": "editing", "object_id": object_id})
            assert (await socket.answer())["code"] == "not_found"
        assert await socket.is_silent()


async def test_an_edit_that_is_not_said_again_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "PRESENCE_EVERY_S", 0.05)
    monkeypatch.setattr(consumers, "EDITING_S", 0.1)
    world = await do(World, images=1)
    annotation = await do(world.annotation)
    path = await _path(world)
    async with opened(path, world.reviewer) as (watching, _), opened(path, world.annotator) as (socket, _):
        await _told(watching)
        await socket.send({"type": "editing", "object_id": annotation.pk})
        assert _editing(await _told(watching)) == [(annotation.pk, "annotator")]
        frame = await _told(watching)
        assert (_names(frame), _editing(frame)) == (["reviewer", "annotator"], [])


async def test_pages_of_a_killed_process_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "PRESENCE_EVERY_S", 0.05)
    world = await do(World, images=1)
    task = (await do(lambda: world.tasks))[0].pk
    async with opened(await _path(world), world.reviewer) as (watching, _):
        monkeypatch.setattr(presence, "TTL_MS", 100)
        await do(presence.presence_keep, page=_page(task, world.annotator, "killed"))
        monkeypatch.setattr(presence, "TTL_MS", 30_000)
        assert _names(await _told(watching)) == ["annotator", "reviewer"]
        assert _names(await _told(watching)) == ["reviewer"]


async def test_when_valkey_has_lost_everything_the_pages_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "PRESENCE_EVERY_S", 0.05)
    world = await do(World, images=1)
    async with opened(await _path(world), world.reviewer) as (socket, _):
        redis.Redis.from_url(django_settings.BROKER_URL).flushdb()
        assert _names(await _told(socket)) == ["reviewer"]


async def test_a_list_that_was_overtaken_on_its_way_is_not_shown() -> None:
    world = await do(World, images=1)
    task = (await do(lambda: world.tasks))[0].pk
    async with opened(await _path(world), world.reviewer) as (socket, _):
        stale = events.PresenceChanged(revision=1, people=[], editing=[])
        await do(publish_now, groups=[task_group(task)], event=stale)
        assert await socket.is_silent()


async def test_whoever_looks_on_ends_with_the_same_list() -> None:
    world = await do(World, images=1)
    path = await _path(world)
    people = [world.annotator, world.reviewer, world.viewer, world.admin]
    async with AsyncExitStack() as stack:
        sockets = [Socket(path, await pass_of(person)) for person in people]
        assert all(await asyncio.gather(*(socket.connect() for socket in sockets)))
        for socket in sockets:
            stack.push_async_callback(socket.leave)
        ends = []
        for socket in sockets:
            frame = await _told(socket)
            while len(frame["people"]) < len(people):
                frame = await _told(socket)
            assert await socket.is_silent()
            assert frame.pop("you")
            ends.append(frame)
        assert ends == [ends[0]] * len(people)


async def test_more_pages_of_one_person_than_anybody_has_are_served_and_not_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presence, "MAX_PAGES", 2)
    world = await do(World, images=1)
    task = (await do(lambda: world.tasks))[0].pk
    path = await _path(world)
    async with (
        opened(path, world.annotator),
        opened(path, world.annotator),
        opened(path, world.annotator) as (third, _),
        opened(path, world.viewer),
    ):
        assert _names(await _told(third)) == ["annotator", "viewer"]
        valkey = redis.Redis.from_url(django_settings.BROKER_URL)
        assert valkey.hlen(f"cardinal:presence:{{{task}}}:pages") == 3


async def test_who_is_removed_from_the_project_hears_and_shows_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cardinal.events.consumer.RECHECK_S", 0.1)
    world = await do(World, images=1)
    path = await _path(world)
    async with opened(path, world.reviewer) as (watching, _):
        removed = Socket(path, await pass_of(world.annotator))
        assert await removed.connect()
        assert _names(await _told(watching)) == ["reviewer", "annotator"]
        await do(member_remove, project=world.project, user_id=world.annotator.pk, removed_by=world.admin)
        assert await removed.close_code() == 4404
        await removed.leave()
        assert _names(await _told(watching)) == ["reviewer"]
