"""A real Chromium, driven over its own debugging protocol: nothing lies between the page and the numbers."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from bench.stack import ROOT

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
START_S, ANSWER_S = 30.0, 120.0
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class PageFailed(Exception):
    """The page threw, or did not answer."""


class Page:
    """One tab. `send` speaks the protocol; events that come meanwhile are kept in `events`."""

    def __init__(self, address: str, pid: int) -> None:
        self.pid = pid
        self.events: list[dict[str, Any]] = []
        self._socket = connect(address, max_size=None, open_timeout=START_S)
        self._number = 0

    def close(self) -> None:
        """Let go of the tab."""
        self._socket.close()

    def send(self, method: str, **params: object) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            message = self._receive()
            if message.get("id") == self._number:
                if "error" in message:
                    raise PageFailed(f"{method}: {message['error']['message']}")
                return message["result"]  # type: ignore[no-any-return]
            self.events.append(message)

    def wait_for(self, method: str) -> dict[str, Any]:
        """Return the parameters of the next event of this name."""
        while True:
            for index, message in enumerate(self.events):
                if message["method"] == method:
                    return self.events.pop(index).get("params", {})  # type: ignore[no-any-return]
            self.events.append(self._receive())

    def run(self, script: str) -> Any:  # noqa: ANN401 - whatever the script gives
        """Evaluate an expression, wait for its promise, and return the value."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise PageFailed(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def until(self, script: str, *, what: str, timeout_s: float = ANSWER_S) -> Any:  # noqa: ANN401
        """Wait until an expression is true, and return its value."""
        limit = time.monotonic() + timeout_s
        while time.monotonic() < limit:
            if value := self.run(script):
                return value
            time.sleep(0.05)
        raise PageFailed(f"The page did not come so far within {timeout_s:.0f} s: {what}.")

    def mouse(self, kind: str, x: float, y: float, **more: object) -> None:
        """Send one mouse event, as from a real mouse."""
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def _receive(self) -> dict[str, Any]:
        return json.loads(self._socket.recv(timeout=ANSWER_S))  # type: ignore[no-any-return]


@contextmanager
def chromium_page(*, width: int = 1280, height: int = 720) -> Iterator[Page]:
    """Start a browser with an empty cache and give its one tab; stop it afterwards."""
    with tempfile.TemporaryDirectory(
        prefix="cardinal-chromium-", dir="/tmp", ignore_cleanup_errors=True
    ) as folder:
        process = subprocess.Popen(
            [
                _executable(),
                *FLAGS,
                f"--user-data-dir={folder}",
                f"--window-size={width},{height}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            page = Page(_tab_address(Path(folder), process), process.pid)
            try:
                yield page
            finally:
                page.close()
        finally:
            process.terminate()
            process.wait(timeout=30)


def renderer_memory_mb(browser_pid: int) -> float:
    """Return what the browser's tab holds for itself alone: the private memory of its process."""
    sizes = [_private_kb(pid) for pid in _descendants(browser_pid) if _is_renderer(pid)]
    return max(sizes, default=0.0) / 1024


def _executable() -> str:
    given = os.environ.get("CHROMIUM")
    found = next((path for name in ([given] if given else NAMES) if (path := shutil.which(name))), None)
    if found is None:
        script = ROOT / "platform" / "cardinal" / "embedded" / "bootstrap.py"
        answer = subprocess.run(
            [sys.executable, "-I", str(script), "chromium"], check=True, stdout=subprocess.PIPE
        )
        found = answer.stdout.decode().strip()
    return found


def _tab_address(folder: Path, process: "subprocess.Popen[bytes]") -> str:
    port_file, limit = folder / "DevToolsActivePort", time.monotonic() + START_S
    while time.monotonic() < limit and process.poll() is None:
        lines = port_file.read_text().splitlines() if port_file.exists() else []
        if lines:
            with urllib.request.urlopen(f"http://127.0.0.1:{int(lines[0])}/json/list", timeout=10) as answer:
                tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
            if tabs:
                return str(tabs[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise PageFailed("Chromium did not start.")


def _descendants(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        children += [int(word) for word in task.read_text().split()]
    return children + [below for child in children for below in _descendants(child)]


def _is_renderer(pid: int) -> bool:
    return b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _private_kb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(float(line.split()[1]) for line in lines if line.startswith("Private_"))
