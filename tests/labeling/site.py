"""A whole site of real processes, which tests may break: services, web server, segmentation worker."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.sync.client import ClientConnection, connect

from cardinal.embedded.identity import choose_identity
from cardinal.embedded.postgres import Postgres, program
from cardinal.embedded.process import ChildSpec, kill_group, spawn, stop, wait_until
from cardinal.embedded.valkey import Valkey
from cardinal.settings.environment import ROOT
from tests.factories import CLICKS, picture, rectangle

DEADLINE_S = 6
PATIENCE_S = 60
POINTS = [click.model_dump() for click in CLICKS]
SEED = """
import django; django.setup()
from django.core.management import call_command
from rest_framework.authtoken.models import Token
from cardinal.accounts.models import User
call_command("migrate", verbosity=0)
user = User.objects.create_user(username="boss", password="password", is_staff=True)
print(Token.objects.create(user=user).key)
"""


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that has to come."""
    assert wait_until(condition, timeout_s=PATIENCE_S), f"not in time: {what}"


@dataclass
class Site:
    """Processes by name, each with its log; `folder` is its data folder."""

    folder: Path
    specs: dict[str, ChildSpec] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    token: str = ""
    project: dict[str, Any] = field(default_factory=dict)

    def prepare(self) -> None:
        """Start the services and the web server, and make a project with one picture."""
        identity = choose_identity(program=program("postgres"), folder=self.folder)
        sockets = self.folder / "run"
        sockets.mkdir(mode=0o700)
        os.chown(sockets, *identity.owner)
        log = self.folder / "services.log"
        postgres = Postgres(self.folder / "postgres", sockets, log, identity, throwaway=True)
        valkey = Valkey(self.folder / "valkey", sockets, log, identity, throwaway=True)
        postgres.prepare()
        valkey.prepare()
        self.specs |= {"postgres": postgres.spec(), "valkey": valkey.spec()}
        self.start("postgres")
        self.start("valkey")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("CARDINAL_")} | {
            "DATABASE_URL": postgres.url,
            "BROKER_URL": valkey.url,
            "DJANGO_SETTINGS_MODULE": "cardinal.settings.demo",
            "CARDINAL_DATA": str(self.folder),
            "CARDINAL_ALLOW_FAKE_PREDICTOR": "1",
            "CARDINAL_SEGMENT_DEADLINE_S": str(DEADLINE_S),
            "OMP_WAIT_POLICY": "PASSIVE",
        }
        seed = subprocess.run(
            [sys.executable, "-c", SEED], env=self.env, capture_output=True, text=True, check=True
        )
        self.token = seed.stdout.strip()
        self._serve()
        self._make_project()

    def _serve(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        web = (
            sys.executable,
            "-m",
            "uvicorn",
            "cardinal.asgi:application",
            "--fd",
            str(self.listener.fileno()),
        )
        self.specs["web"] = self._spec("web", web, pass_fds=(self.listener.fileno(),))
        self.start("web")
        eventually(lambda: self._status("/healthz") == 200, "the web server")

    def _make_project(self) -> None:
        dataset = self.post("/datasets", {"name": "cups"}).json()["id"]
        headers, files = self.headers, {"files": ("cup.png", picture())}
        answer = httpx.post(f"{self.address}/datasets/{dataset}/images", files=files, headers=headers)
        assert answer.status_code == 201, answer.text
        labels = [{"name": "cup", "color": "#010203"}]
        self.project = self.post(
            "/projects", {"name": "cups", "dataset_ids": [dataset], "labels": labels}
        ).json()
        tasks = self.get(f"/projects/{self.project['id']}/tasks").json()["results"]
        self.task = tasks[0]["id"]

    def _spec(self, name: str, argv: tuple[str, ...], **options: Any) -> ChildSpec:  # noqa: ANN401
        return ChildSpec(
            name=name, argv=argv, env=self.env, cwd=ROOT, log=self.folder / f"{name}.log", **options
        )

    def start(self, name: str) -> None:
        """Start a process again or for the first time and wait until it serves."""
        spec = self.specs[name]
        process = self.running[name] = spawn(spec)
        if spec.is_ready is not None:
            is_ready = spec.is_ready
            eventually(lambda: is_ready(process.pid), name)

    def start_worker(self, predictor: str = "fake") -> None:
        """Start a segmentation worker with one process, and wait until it takes clicks."""
        celery = (sys.executable, "-m", "celery", "-A", "cardinal", "worker", "-Q", "segment", "-c", "1")
        options = ("-n", "segment@%h", "--without-mingle", "--without-gossip", "--loglevel", "INFO")
        self.env = self.env | {"CARDINAL_PREDICTOR": predictor}
        self.specs["worker"] = self._spec("worker", (*celery, *options))
        self._mark = self._logged()
        self.start("worker")
        eventually(lambda: self.worker_said("ready."), "the worker")

    def _logged(self) -> int:
        log = self.folder / "worker.log"
        return log.stat().st_size if log.exists() else 0

    def worker_said(self, words: str) -> bool:
        """Return whether the worker that was started last has written these words."""
        return words in (self.folder / "worker.log").read_bytes()[self._mark :].decode()

    def worker_children(self) -> list[psutil.Process]:
        """Return the processes in which the worker's tasks run."""
        return list(psutil.Process(self.running["worker"].pid).children())

    def kill(self, name: str) -> None:
        """Kill a process and all it started, with no time to say goodbye."""
        process = self.running.pop(name)
        kill_group(process.pid)
        process.wait()

    def stop(self, name: str) -> None:
        """End a process as its keeper would."""
        spec, process = self.specs[name], self.running.pop(name)
        stop(process, stop_signal=spec.stop_signal, grace_s=spec.stop_grace_s)

    @property
    def address(self) -> str:
        """Return where the API is."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def headers(self) -> dict[str, str]:
        """Return the pass of the one person of this site."""
        return {"Authorization": f"Token {self.token}"}

    def _status(self, path: str) -> int:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_S).status_code
        except httpx.TransportError:
            return 0

    def get(self, path: str) -> httpx.Response:
        """Ask the API."""
        return httpx.get(f"{self.address}{path}", headers=self.headers, timeout=PATIENCE_S)

    def post(self, path: str, body: object = None) -> httpx.Response:
        """Send JSON to the API."""
        return httpx.post(f"{self.address}{path}", json=body or {}, headers=self.headers, timeout=PATIENCE_S)

    def click(self) -> httpx.Response:
        """Ask for a mask and wait for it."""
        return self.post(f"/tasks/{self.task}/segment", {"points": POINTS})

    def store_object(self) -> httpx.Response:
        """Store a drawn object."""
        body = {"label_id": self.project["labels"][0]["id"], "mask": rectangle(1, 1, 5, 5).model_dump()}
        return self.post(f"/tasks/{self.task}/annotations", body)

    def statuses(self) -> list[str]:
        """Return how the stored proposals stand, read past the web server."""
        code = "import django; django.setup(); from labeling.models import Proposal;"
        code += "print(*Proposal.objects.values_list('status', flat=True))"
        found = subprocess.run([sys.executable, "-c", code], env=self.env, capture_output=True, check=True)
        return found.stdout.decode().split()

    def socket(self) -> ClientConnection:
        """Open the task's socket."""
        return connect(
            f"ws://127.0.0.1:{self.port}/ws/tasks/{self.task}",
            additional_headers=self.headers,
            open_timeout=PATIENCE_S,
        )

    def close(self) -> None:
        """End everything."""
        for name in reversed(list(self.running)):
            self.stop(name)
        self.listener.close()


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Run a site for some tests."""
    made = Site(folder)
    try:
        made.prepare()
        yield made
    finally:
        made.close()


class Meanwhile:
    """A request that runs in a thread while the test breaks something."""

    def __init__(self, call: Callable[[], httpx.Response]) -> None:
        self._answers: list[httpx.Response] = []
        self._thread = threading.Thread(target=lambda: self._answers.append(call()))
        self._thread.start()

    def answer(self) -> httpx.Response:
        """Wait for the answer."""
        self._thread.join(PATIENCE_S)
        assert self._answers, "no answer came"
        return self._answers[0]
