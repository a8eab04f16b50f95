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

from cardinal.embedded.children import Platform, platform_environment
from cardinal.embedded.folder import DataFolder
from cardinal.embedded.identity import choose_identity
from cardinal.embedded.postgres import Postgres, program
from cardinal.embedded.process import ChildSpec, kill_group, spawn, stop, wait_until
from cardinal.embedded.services import ServiceUrls
from cardinal.embedded.valkey import Valkey
from tests.factories import CLICKS, picture, rectangle

# As in a real installation: the pool of a worker notices a lost process within six seconds.
DEADLINE_S = 8
PATIENCE_S = 40
POINTS = [click.model_dump() for click in CLICKS]
SEED = """
from django.core.management import call_command
from rest_framework.authtoken.models import Token
from cardinal.accounts.models import User
call_command("migrate", verbosity=0)
user = User.objects.create_user(username="boss", password="password", is_staff=True)
print(Token.objects.create(user=user).key)
"""
STATUSES = """
from labeling.models import Proposal
print(*Proposal.objects.values_list("status", flat=True))
"""


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that has to come."""
    assert wait_until(condition, timeout_s=PATIENCE_S), f"not in time: {what}"


@dataclass
class Site:
    """Processes by name, as the supervisor runs them; `folder` is their data folder."""

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
        data = DataFolder(self.folder)
        data.logs.mkdir()
        environment = platform_environment(folder=data, urls=ServiceUrls(postgres.url, valkey.url), port=0)
        own = {"CARDINAL_SEGMENT_DEADLINE_S": str(DEADLINE_S), "CARDINAL_ALLOW_FAKE_PREDICTOR": "1"}
        self.platform = Platform(data, environment | own)
        self.token = self._python(SEED)
        self._serve()
        self._make_project()

    def _serve(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.specs["web"] = self.platform.web(listener_fd=self.listener.fileno())
        self.start("web")
        eventually(lambda: self._status("/healthz") == 200, "the web server")

    def _make_project(self) -> None:
        dataset = self.post("/datasets", {"name": "cups"}).json()["id"]
        files = {"files": ("cup.png", picture())}
        answer = httpx.post(f"{self.address}/datasets/{dataset}/images", files=files, headers=self.headers)
        assert answer.status_code == 201, answer.text
        labels = [{"name": "cup", "color": "#010203"}]
        self.project = self.post(
            "/projects", {"name": "cups", "dataset_ids": [dataset], "labels": labels}
        ).json()
        tasks = self.get(f"/projects/{self.project['id']}/tasks").json()["results"]
        self.task = tasks[0]["id"]

    def _python(self, code: str) -> str:
        """Run code in the site's environment, past its web server; return what it prints."""
        command = [sys.executable, "-c", f"import django\ndjango.setup()\n{code}"]
        done = subprocess.run(command, env=self.platform.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self, name: str) -> None:
        """Start a process, again or for the first time, and wait until it serves."""
        spec = self.specs[name]
        process = self.running[name] = spawn(spec)
        if spec.is_ready is not None:
            is_ready = spec.is_ready
            eventually(lambda: is_ready(process.pid), name)

    def start_worker(self, predictor: str = "fake") -> None:
        """Start a segmentation worker with one process, and wait until it takes clicks."""
        chosen = Platform(self.platform.folder, {**self.platform.env, "CARDINAL_PREDICTOR": predictor})
        spec = self.specs["worker"] = chosen.segment_worker(processes=1)
        self._mark = spec.log.stat().st_size if spec.log.exists() else 0
        self.start("worker")
        eventually(lambda: self.worker_said(" ready."), "the worker")

    def start_training_worker(self) -> None:
        """Start the worker that trains, and wait until it takes work."""
        spec = self.specs["train"] = self.platform.train_worker()
        mark = spec.log.stat().st_size if spec.log.exists() else 0
        self.start("train")
        eventually(lambda: " ready." in spec.log.read_bytes()[mark:].decode(), "the training worker")

    def start_default_worker(self) -> None:
        """Start the worker for everything but clicks and training, and wait until it takes work."""
        spec = self.specs["default"] = self.platform.default_worker()
        mark = spec.log.stat().st_size if spec.log.exists() else 0
        self.start("default")
        eventually(lambda: " ready." in spec.log.read_bytes()[mark:].decode(), "the default worker")

    def run_python(self, code: str) -> str:
        """Run code in the site's environment, past its web server; return what it prints."""
        return self._python(code)

    def worker_said(self, words: str) -> bool:
        """Return whether the worker that was started last has written these words."""
        return words in self.specs["worker"].log.read_bytes()[self._mark :].decode()

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
        return self._python(STATUSES).split()

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
