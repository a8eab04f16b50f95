"""The platform's own processes: the one that prepares the database, web server, workers and clock."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from cardinal.embedded.folder import DataFolder
from cardinal.embedded.process import ChildSpec
from cardinal.embedded.services import ServiceUrls

SETTINGS = "cardinal.settings.demo"
# What the surrounding shell may hold for other programs, and what would change ours.
_NOT_INHERITED = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "BROKER_URL", "PYTHONPATH", "PYTHONHOME")


@dataclass(frozen=True)
class Platform:
    """The children of one data folder, all with the same environment."""

    folder: DataFolder
    env: Mapping[str, str]

    def prepare(self) -> ChildSpec:
        """Bring the database up to date and seed the demo project."""
        return self._spec("prepare", ("-m", "django", "prepare"), runs_to_end=True)

    def web(self, *, listener_fd: int) -> ChildSpec:
        """The ASGI server on a socket that is already listening, which therefore outlives its crashes."""
        return self._spec(
            "web",
            (
                *("-m", "uvicorn", "cardinal.asgi:application", "--fd", str(listener_fd)),
                *("--no-access-log", "--timeout-graceful-shutdown", "3"),
                # On this machine compressing a mask costs more than sending it.
                *("--ws-per-message-deflate", "false"),
            ),
            pass_fds=(listener_fd,),
        )

    def segment_worker(self, *, processes: int) -> ChildSpec:
        """The worker that answers clicks, on a queue of its own so that nothing slow stands before them."""
        return self._worker("segment", processes)

    def default_worker(self) -> ChildSpec:
        """The worker for everything else; a click goes before it when the processor is short."""
        return self._worker("default", 1, niceness=5)

    def train_worker(self) -> ChildSpec:
        """The worker that trains and looks at uploaded weights, with what processor time nobody else wants.

        Two processes: a file need not wait for a run. Whatever it is at goes on after the next start, so it
        is not waited for.
        """
        return self._worker("train", 2, niceness=19, stop_signal=signal.SIGQUIT)

    def beat(self) -> ChildSpec:
        """The clock that queues what is due at fixed times."""
        state = self.folder.root / "beat"
        state.mkdir(mode=0o700, exist_ok=True)
        return self._spec("beat", (*self._celery("beat"), "-s", str(state / "schedule"), "--pidfile="))

    def _celery(self, command: str) -> tuple[str, ...]:
        # Its command line would take the broker from BROKER_URL itself, and does not understand unix://.
        broker = self.env["BROKER_URL"].replace("unix://", "redis+socket://", 1)
        return ("-m", "celery", "-A", "cardinal", "-b", broker, command)

    def _worker(
        self, queue: str, processes: int, *, niceness: int = 0, stop_signal: int = signal.SIGTERM
    ) -> ChildSpec:
        # Mingle and gossip let many workers agree with each other, and cost a second at every start.
        return self._spec(
            f"worker-{queue}",
            (
                *self._celery("worker"),
                *("-Q", queue, "-n", f"{queue}@%h"),
                *("--pool", "prefork", "--concurrency", str(processes), "--loglevel", "INFO"),
                *("--without-mingle", "--without-gossip"),
            ),
            # With the broker gone too it could finish nothing; its pool ends with it.
            death_signal=signal.SIGKILL,
            niceness=niceness,
            stop_signal=stop_signal,
        )

    def _spec(
        self,
        name: str,
        arguments: tuple[str, ...],
        *,
        pass_fds: tuple[int, ...] = (),
        death_signal: int = signal.SIGTERM,
        stop_signal: int = signal.SIGTERM,
        runs_to_end: bool = False,
        niceness: int = 0,
    ) -> ChildSpec:
        return ChildSpec(
            name=name,
            argv=(sys.executable, *arguments),
            env=self.env,
            cwd=self.folder.root,
            log=self.folder.log(name),
            pass_fds=pass_fds,
            death_signal=death_signal,
            stop_signal=stop_signal,
            runs_to_end=runs_to_end,
            niceness=niceness,
        )


def platform_environment(*, folder: DataFolder, urls: ServiceUrls, port: int) -> dict[str, str]:
    """The environment of every child of the platform."""
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_URL": urls.database_url,
        "BROKER_URL": urls.broker_url,
        "CARDINAL_DATA": str(folder.root),
        "CARDINAL_PORT": str(port),
        "CARDINAL_SECRET_KEY": folder.secret_key(),
        "OMP_WAIT_POLICY": "PASSIVE",
        "PYTHONUNBUFFERED": "1",
    }
