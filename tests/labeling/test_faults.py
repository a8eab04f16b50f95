"""What the annotator sees when a process dies: an answer or an error in time, and then work goes on."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.labeling.site import PATIENCE_S, POINTS, Meanwhile, Site, eventually, site

CLICK = {"type": "segment", "points": POINTS}


@pytest.fixture(scope="module")
def house() -> Iterator[Site]:
    """One site for all of this, in a folder whose sockets' paths are short enough."""
    folder = Path(tempfile.mkdtemp(prefix="cardinal-faults-", dir="/tmp"))
    try:
        with site(folder) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _whole(house: Site) -> Iterator[None]:
    """Mend what a test broke, so that the next one finds a whole site."""
    yield
    for name in ("postgres", "valkey"):
        if name not in house.running:
            house.start(name)
    if "worker" in house.running:
        house.kill("worker")


def _error(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def _answer(socket: ClientConnection, request_id: str) -> dict[str, Any]:
    """Return the frame that ends a click."""
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=PATIENCE_S))
        if frame.get("request_id") == request_id:
            return frame


def _ask(socket: ClientConnection, request_id: str) -> None:
    socket.send(json.dumps(CLICK | {"request_id": request_id}))


def _is_ready(house: Site) -> bool:
    checks = httpx.get(f"http://127.0.0.1:{house.port}/readyz", timeout=PATIENCE_S).json()["checks"]
    return all(checks.values())


def test_a_whole_site_answers(house: Site) -> None:
    house.start_worker()
    assert house.click().json()["status"] == "ready"
    with house.socket() as socket:
        _ask(socket, "first")
        assert _answer(socket, "first")["type"] == "proposal.ready"
    assert _is_ready(house)


def test_a_worker_killed_in_mid_click_costs_one_click(house: Site) -> None:
    house.start_worker("fake:slow=600")
    with house.socket() as socket:
        _ask(socket, "lost")
        eventually(lambda: house.worker_said("proposal_segment["), "the click to arrive")
        waiting = Meanwhile(house.click)
        house.kill("worker")
        frame = _answer(socket, "lost")
        assert (frame["type"], frame["code"]) == ("proposal.failed", "segmentation_timeout")
        assert _error(waiting.answer()) == (504, "segmentation_timeout")
        house.start_worker()
        _ask(socket, "next")
        assert _answer(socket, "next")["type"] == "proposal.ready"
    assert house.click().status_code == 200
    assert "pending" not in house.statuses()


def test_a_killed_process_of_the_worker_hands_its_click_to_the_next(house: Site) -> None:
    house.start_worker("fake:slow=0.2")
    with house.socket() as socket:
        _ask(socket, "again")
        eventually(lambda: house.worker_said("proposal_segment["), "the click to arrive")
        (child,) = house.worker_children()
        child.kill()
        assert _answer(socket, "again")["type"] == "proposal.ready"
        (heir,) = house.worker_children()
    assert heir.pid != child.pid


def test_a_model_that_is_too_slow_is_an_error_in_time_and_its_answer_is_dropped(house: Site) -> None:
    house.start_worker("fake:slow=10")
    response = house.click()
    assert _error(response) == (504, "segmentation_timeout")
    assert response.json()["error"]["message"] == (
        "The mask did not arrive in time. Try again; if it stays slow, tell an admin."
    )
    eventually(lambda: house.worker_said("succeeded"), "the late answer")
    assert set(house.statuses()) == {"ready", "failed"}


def test_without_a_broker_clicks_end_with_a_reason_and_everything_else_is_stored(house: Site) -> None:
    house.start_worker()
    with house.socket() as socket:
        socket.recv(timeout=PATIENCE_S)
        house.kill("valkey")
        assert _error(house.click()) == (503, "segmentation_unavailable")
        stored = house.store_object()
        assert stored.status_code == 201
        _ask(socket, "away")
        frame = _answer(socket, "away")
        assert (frame["type"], frame["code"]) == ("proposal.failed", "segmentation_unavailable")
    assert "pending" not in house.statuses()
    assert httpx.get(f"http://127.0.0.1:{house.port}/healthz").status_code == 200
    assert not _is_ready(house)
    house.start("valkey")
    eventually(lambda: _is_ready(house), "the worker to come back")
    assert house.click().status_code == 200
    with house.socket() as socket:
        opened = json.loads(socket.recv(timeout=PATIENCE_S))
        assert stored.json()["id"] in [row["id"] for row in opened["task"]["annotations"]]
        _ask(socket, "back")
        assert _answer(socket, "back")["type"] == "proposal.ready"


def test_without_a_database_requests_wait_for_it_and_nothing_stored_is_lost(house: Site) -> None:
    house.start_worker()
    stored = house.store_object().json()
    with house.socket() as socket:
        socket.recv(timeout=PATIENCE_S)
        house.stop("postgres")
        response = house.store_object()
        assert _error(response) == (503, "service_unavailable")
        assert response.headers["Retry-After"] == "1"
        assert httpx.get(f"http://127.0.0.1:{house.port}/healthz").status_code == 200
        _ask(socket, "early")
        frame = _answer(socket, "early")
        assert (frame["type"], frame["code"]) == ("error", "service_unavailable")
        house.start("postgres")
        eventually(lambda: house.get("/projects").status_code == 200, "the web server to find its database")
        _ask(socket, "late")
        assert _answer(socket, "late")["type"] == "proposal.ready"
    objects = house.get(f"/tasks/{house.task}").json()["annotations"]
    assert stored in objects
    assert house.click().status_code == 200


def test_a_click_that_waits_while_the_database_goes_away_is_told_so(house: Site) -> None:
    house.start_worker("fake:slow=600")
    with house.socket() as socket:
        _ask(socket, "caught")
        eventually(lambda: house.worker_said("proposal_segment["), "the click to arrive")
        house.stop("postgres")
        frame = _answer(socket, "caught")
    assert (frame["type"], frame["code"]) == ("proposal.failed", "segmentation_timeout")


def test_a_web_server_that_is_killed_leaves_nothing_that_blocks(house: Site) -> None:
    house.start_worker()
    with house.socket() as socket:
        socket.recv(timeout=PATIENCE_S)
        house.kill("web")
        with pytest.raises(ConnectionClosed):
            _answer(socket, "never asked")
    house.start("web")
    eventually(lambda: _is_ready(house), "the web server")
    assert house.click().status_code == 200
