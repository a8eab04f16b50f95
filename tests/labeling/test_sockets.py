"""The sockets' doors and frames: who gets in, what is taken, what is answered."""

import json
from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
import redis
from django.conf import settings as django_settings
from django.test import Client

from cardinal.events import consumer
from labeling.models import Task
from labeling.services.leases import lease_take
from labeling.services.projects import member_remove, member_set
from labeling.services.tasks import task_submit
from tests.factories import CLICKS, World
from tests.labeling.helpers import rows
from tests.labeling.sockets import Socket, do, opened, pass_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]

CLICK = {"type": "segment", "request_id": "c1", "points": [click.model_dump() for click in CLICKS]}


@pytest.fixture(autouse=True)
def _empty_queues() -> Iterator[None]:
    yield
    redis.Redis.from_url(django_settings.BROKER_URL).delete("segment", "default")


async def _paths(world: World) -> list[str]:
    task = (await do(lambda: world.tasks))[0]
    return [f"/ws/tasks/{task.pk}", f"/ws/projects/{world.project.pk}"]


async def _task(world: World) -> Task:
    return (await do(lambda: world.tasks))[0]


async def _closed(path: str, headers: list[tuple[bytes, bytes]]) -> int:
    socket = Socket(path, headers)
    assert await socket.connect()
    code = await socket.close_code()
    await socket.leave()
    return code


def _session(world: World) -> bytes:
    client = Client()
    client.force_login(world.annotator)
    return SimpleCookie({"sessionid": client.cookies["sessionid"].value}).output(header="").strip().encode()


async def test_the_first_frame_is_the_fresh_state() -> None:
    world = await do(World, images=1)
    task_path, project_path = await _paths(world)
    async with opened(task_path, world.viewer) as (_, frame):
        assert (frame["type"], frame["task"]["position"], frame["task"]["annotations"]) == (
            "task.opened",
            1,
            [],
        )
    async with opened(project_path, world.viewer) as (_, frame):
        assert (frame["type"], frame["project"]["name"], frame["project"]["role"]) == (
            "project.opened",
            "animals",
            "viewer",
        )


async def test_who_is_not_signed_in_is_told_so() -> None:
    world = await do(World, images=1)
    origin = [(b"origin", b"http://testserver"), (b"host", b"testserver")]
    wrong = [(b"authorization", b"Token 0000000000000000000000000000000000000000")]
    strange = [(b"authorization", "Token \xe9\xff".encode("latin-1"))]
    stale = [*origin, (b"cookie", b"sessionid=0123456789abcdef0123456789abcdef")]
    for path in await _paths(world):
        for headers in (origin, wrong, strange, stale):
            assert await _closed(path, headers) == 4401


async def test_strangers_find_nothing_there() -> None:
    world = await do(World, images=1)
    for path in [*await _paths(world), "/ws/tasks/999999", "/ws/tasks/" + "9" * 40]:
        assert await _closed(path, await pass_of(world.stranger)) == 4404
    for path in ("/ws/projects/999999", "/ws/nothing", "/ws/tasks/x", "/"):
        assert await _closed(path, await pass_of(world.admin)) == 4404


async def test_a_closed_account_does_not_get_in() -> None:
    world = await do(World, images=1)
    headers = await pass_of(world.annotator)
    world.annotator.is_active = False
    await do(world.annotator.save)
    for path in await _paths(world):
        assert await _closed(path, headers) == 4401


async def test_a_page_of_ours_gets_in_by_its_session() -> None:
    world = await do(World, images=1)
    cookie = await do(_session, world)
    headers = [(b"cookie", cookie), (b"origin", b"http://testserver"), (b"host", b"testserver")]
    socket = Socket((await _paths(world))[0], headers)
    assert await socket.connect()
    assert (await socket.receive())["type"] == "task.opened"
    await socket.leave()


async def test_a_foreign_page_does_not_get_in_even_with_our_cookie() -> None:
    world = await do(World, images=1)
    cookie = await do(_session, world)
    foreign = [
        "https://evil.example",
        "http://testserver.evil.example",
        "http://testserver:8080",
        "http://localhost:81",
        "null",
        "",
        "testserver",
        "http://[",
    ]
    pages = [[], *([(b"origin", origin.encode())] for origin in foreign)]
    for path in await _paths(world):
        for page in pages:
            headers = [(b"cookie", cookie), (b"host", b"testserver"), *page]
            assert not await Socket(path, headers).connect(), page


async def test_our_own_page_on_a_host_that_is_not_ours_does_not_get_in() -> None:
    world = await do(World, images=1)
    cookie = await do(_session, world)
    headers = [(b"cookie", cookie), (b"host", b"evil.example"), (b"origin", b"http://evil.example")]
    assert not await Socket((await _paths(world))[0], headers).connect()


async def test_a_removed_member_and_a_closed_account_are_shown_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "RECHECK_S", 0.1)
    world = await do(World, images=1)
    for path in await _paths(world):
        async with opened(path, world.annotator) as (socket, _):
            await do(member_remove, project=world.project, user_id=world.annotator.pk, removed_by=world.admin)
            assert await socket.close_code() == 4404
        await do(
            member_set, project=world.project, username="annotator", role="annotator", changed_by=world.admin
        )
        async with opened(path, world.viewer) as (socket, _):
            world.viewer.is_active = False
            await do(world.viewer.save)
            assert await socket.close_code() == 4401
            world.viewer.is_active = True
            await do(world.viewer.save)


async def test_a_heartbeat_renews_the_lease() -> None:
    world = await do(World, images=1)
    async with opened((await _paths(world))[0], world.annotator) as (socket, _):
        await socket.send({"type": "heartbeat"})
        frame = await socket.answer()
    task = await _task(world)
    assert task.lease_expires_at is not None
    assert frame == {
        "type": "lease.renewed",
        "lease": {
            "holder": {"id": world.annotator.pk, "username": "annotator"},
            "expires_at": task.lease_expires_at.isoformat().replace("+00:00", "Z"),
        },
    }


async def test_a_heartbeat_where_one_may_not_write_says_why() -> None:
    world = await do(World, images=1)
    path, task = (await _paths(world))[0], await _task(world)
    async with opened(path, world.viewer) as (socket, _):
        await socket.send({"type": "heartbeat"})
        assert (await socket.answer())["code"] == "not_allowed"
    async with opened(path, world.annotator) as (socket, _):
        await do(lease_take, task_id=task.pk, user=world.reviewer)
        await socket.send({"type": "heartbeat"})
        frame = await socket.answer()
        assert (frame["type"], frame["request_id"], frame["code"]) == ("error", None, "lease_held")
        await do(task_submit, task_id=task.pk, submitted_by=world.reviewer)
        await socket.send({"type": "heartbeat"})
        assert (await socket.answer())["code"] == "task_not_editable"


BAD_FRAMES = [
    ("", None, "invalid"),
    ("[]", None, "invalid"),
    ("7", None, "invalid"),
    ("{", None, "invalid"),
    ('{"type": 7}', None, "invalid"),
    ('{"kind": "heartbeat"}', None, "invalid"),
    ('{"type": "shutdown"}', None, "invalid"),
    ('{"type": "heartbeat", "now": 1}', None, "invalid"),
    ('{"type": "segment"}', None, "invalid"),
    ('{"type": "segment", "request_id": "", "points": []}', "", "invalid"),
    ('{"type": "segment", "request_id": "a b", "points": []}', "a b", "invalid"),
    ('{"type": "segment", "request_id": "' + "x" * 65 + '", "points": []}', "x" * 65, "invalid"),
    ('{"type": "segment", "request_id": 7, "points": []}', None, "invalid"),
    ('{"type": "segment", "request_id": "\\ud800", "points": []}', "\ud800", "invalid"),
    ('{"type": "segment", "request_id": "a", "points": []}', "a", "too_few_points"),
    (json.dumps(CLICK | {"model": "mine"}), "c1", "invalid"),
    (json.dumps(CLICK | {"parent_proposal_id": 5}), "c1", "invalid"),
    (json.dumps(CLICK).replace("22.0", "NaN"), "c1", "points_not_finite"),
    (json.dumps(CLICK).replace("22.0", "1e999"), "c1", "points_not_finite"),
    (json.dumps(CLICK).replace("22.0", "64"), "c1", "points_outside_image"),
    ('{"type": "heartbeat", "x": ' + "9" * 5000 + "}", None, "invalid"),
    ("[" * 60_000, None, "invalid"),
    ('{"type": "heartbeat", "x": "' + "x" * 64_000 + '"}', None, "invalid"),
]


async def test_a_frame_that_is_none_is_refused_and_the_socket_lives_on() -> None:
    world = await do(World, images=1)
    async with opened((await _paths(world))[0], world.annotator) as (socket, _):
        before = await do(rows)
        for text, request_id, code in BAD_FRAMES:
            await socket.send(text=text)
            frame = await socket.receive()
            assert (frame["type"], frame["request_id"], frame["code"]) == ("error", request_id, code), text[
                :80
            ]
            assert frame["message"].endswith(".")
        await socket.send(data=b"\x00\x01")
        assert (await socket.receive())["code"] == "invalid"
        assert await do(rows) == before
        await socket.send({"type": "heartbeat"})
        assert (await socket.answer())["type"] == "lease.renewed"


async def test_the_projects_socket_takes_no_frames() -> None:
    world = await do(World, images=1)
    async with opened((await _paths(world))[1], world.admin) as (socket, _):
        await socket.send({"type": "heartbeat"})
        assert await socket.receive() == {
            "type": "error",
            "request_id": None,
            "code": "invalid",
            "message": "This socket takes no frames.",
        }
