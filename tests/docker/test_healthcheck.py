"""The probe of the containers, against real listeners and real files."""

import importlib.util
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest
from celery.beat import Scheduler

from cardinal.celery import app
from tests.docker.files import DOCKER


def loaded(name: str) -> ModuleType:
    """Return a module of docker/, which is no package."""
    specification = importlib.util.spec_from_file_location(name, DOCKER / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def probe() -> ModuleType:
    return loaded("healthcheck")


USAGE = "usage: healthcheck.py web | worker-segment | worker-default | worker-train | beat\n"


class Site(BaseHTTPRequestHandler):
    """Answers /healthz with `status`, and notes the host it was asked for."""

    status: ClassVar[int] = 200
    seen: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers["Host"]))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class calls
        """Keep the tests' output clean."""


@pytest.fixture
def site() -> Iterator[HTTPServer]:
    Site.seen.clear()
    Site.status = 200
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_healthy_site_is_asked_by_a_name_that_it_accepts(
    probe: ModuleType, site: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDINAL_ALLOWED_HOSTS", "cardinal.example.org, other.example.org")
    assert probe.web(port=site.server_port) == ""
    assert Site.seen == [("/healthz", "cardinal.example.org")]


def test_a_site_that_answers_an_error_is_not_healthy(probe: ModuleType, site: HTTPServer) -> None:
    Site.status = 503
    assert probe.web(port=site.server_port) == "/healthz answered 503"


def test_a_site_that_does_not_listen_is_not_healthy(probe: ModuleType, site: HTTPServer) -> None:
    unused = HTTPServer(("127.0.0.1", 0), Site)
    port = unused.server_port
    unused.server_close()
    assert probe.web(port=port).startswith("/healthz gave no answer: ConnectionRefusedError")


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("a.example", "a.example"),
        (".example", "example"),
        ("*", "localhost"),
        ("", "localhost"),
        (" a , b", "a"),
    ],
)
def test_the_host_is_taken_from_what_the_site_allows(probe: ModuleType, allowed: str, host: str) -> None:
    assert probe.accepted_host(allowed) == host


def test_beat_lives_while_it_does_its_rounds(probe: ModuleType, tmp_path: Path) -> None:
    sign = tmp_path / "alive"
    assert probe.beat(sign=sign) == "beat has not done a round yet"
    sign.touch()
    os.utime(sign, (1000, 1000))
    assert probe.beat(sign=sign, now=lambda: 1150.0) == ""
    assert probe.beat(sign=sign, now=lambda: 1151.0) == "beat has not done a round for 151 s"


def test_each_round_of_beat_leaves_a_sign_after_its_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeat = loaded("heartbeat")
    sign, seen = tmp_path / "alive", []
    monkeypatch.setattr(heartbeat, "SIGN", sign)

    def due(self: Scheduler, *_: object, **__: object) -> float:
        seen.append(sign.exists())
        return 7.0

    monkeypatch.setattr(Scheduler, "tick", due)
    assert heartbeat.Heartbeat(app=app, lazy=True).tick() == 7.0
    assert (seen, sign.exists()) == ([False], True)


def test_a_worker_without_a_broker_is_not_healthy(
    probe: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER_URL", f"unix://{tmp_path}/nothing.sock")
    assert probe.worker("segment", timeout=0.5).startswith("the broker cannot be reached: ")


def test_the_exit_status_and_the_reason_are_what_the_engine_sees(
    probe: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(probe.CHECKS, "web", lambda: "")
    monkeypatch.setitem(probe.CHECKS, "worker-default", lambda: "no answer")
    assert (probe.main(["web"]), capsys.readouterr().out) == (0, "")
    assert (probe.main(["worker-default"]), capsys.readouterr().out) == (1, "no answer\n")
    assert (probe.main([]), capsys.readouterr().out) == (1, USAGE)
