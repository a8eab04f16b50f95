"""The whole demo as a person starts it: database, broker, web server, workers."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cardinal.embedded.running import Running, eventually, serving, stopped


def _started(running: Running) -> str:
    """Wait until it is ready. Returns the address."""
    return running.wait_line("Cardinal is ready after").rpartition(" ")[2]


def _call(url: str, body: dict[str, Any] | None = None, token: str = "") -> tuple[int, Any]:
    """One JSON request. Returns (0, None) when nobody answers."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Token {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None
    except OSError:
        return 0, None


def _token(address: str, name: str) -> str:
    status, answer = _call(f"{address}/api/auth/token", {"username": name, "password": "demo"})
    assert status == 200
    return str(answer["token"])


def _is_ready(address: str) -> bool:
    return _call(f"{address}/readyz")[0] == 200


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    """A demo that is ready, and its address."""
    with serving(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running, _started(running)


def test_it_answers_and_lets_the_demo_accounts_in(demo: tuple[Running, str]) -> None:
    running, address = demo
    assert address.startswith("http://127.0.0.1:")
    assert _call(f"{address}/healthz")[0] == 200
    assert _is_ready(address)
    for name in ("admin", "reviewer", "annotator"):
        assert len(_token(address, name)) == 40
    assert running.wait_line("Sign in") == (
        "Sign in as admin, reviewer or annotator with the password demo. Stop with Ctrl-C."
    )


@pytest.mark.parametrize("name", ["worker-segment", "web", "postgres", "valkey"])
def test_it_recovers_from_the_death_of_a_child(demo: tuple[Running, str], name: str) -> None:
    running, address = demo
    token = _token(address, "admin")
    before = running.pid(name)
    os.kill(before, signal.SIGKILL)
    assert running.wait_line(f"{name} was ended by SIGKILL; starting it again in ")
    assert eventually(lambda: _pid_or_none(running, name) not in (None, before))
    assert eventually(lambda: _is_ready(address))
    assert _call(f"{address}/api/projects", token=token)[0] == 200


def _pid_or_none(running: Running, name: str) -> int | None:
    return next((int(row["pid"]) for row in running.recorded() if row["name"] == name), None)


def test_work_outlives_a_restart_and_nothing_is_prepared_twice(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        address = _started(first)
        status, made = _call(f"{address}/api/datasets", {"name": "Mine"}, _token(address, "admin"))
        assert status == 201
        tree = first.tree()
        assert first.stop() == 0
        assert all(stopped(tree))
        assert first.errors == ""
    said = (tmp_path / "logs" / "prepare.log").read_bytes()
    with serving(tmp_path) as second:
        address = _started(second)
        assert (
            _call(f"{address}/api/datasets/{made['id']}", token=_token(address, "admin"))[1]["name"] == "Mine"
        )
        assert second.stop() == 0
    assert (tmp_path / "logs" / "prepare.log").read_bytes() == said
