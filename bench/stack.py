"""What the measurements share: the real stack in a folder of its own, a client, percentiles, output."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
READY_S = 600


@dataclass(frozen=True)
class Stack:
    """A running platform."""

    url: str
    data: Path
    pid: int

    def client(self, username: str = "admin") -> httpx.Client:
        """Return a client that is signed in with a token."""
        answer = httpx.post(f"{self.url}/api/auth/token", json={"username": username, "password": "demo"})
        answer.raise_for_status()
        headers = {"Authorization": f"Token {answer.json()['token']}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_stack(data: Path | None = None) -> Iterator[Stack]:
    """Start Postgres, Valkey, web server and workers as `make demo` does; stop them afterwards."""
    with tempfile.TemporaryDirectory(prefix="cardinal-bench-", dir="/tmp") as scratch:
        folder, port = data or Path(scratch) / "data", free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "cardinal.embedded", "serve"],
            cwd=ROOT,
            env={**os.environ, "CARDINAL_DATA": str(folder), "CARDINAL_PORT": str(port)},
            stdout=sys.stderr,
        )
        try:
            wait_ready(f"http://127.0.0.1:{port}", process)
            yield Stack(f"http://127.0.0.1:{port}", folder, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def wait_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until `/readyz` answers 200; stop the measurement when the process ends or time is up."""
    limit = time.monotonic() + READY_S
    while time.monotonic() < limit:
        if process.poll() is not None:
            sys.exit(f"The stack ended with {process.returncode} before it was ready.")
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    sys.exit(f"The stack was not ready within {READY_S} s.")


def report(metric: str, value: float, unit: str, n: int, note: str = "") -> None:
    """Print one metric as one JSON object."""
    print(
        json.dumps({"metric": metric, "value": round(value, 3), "unit": unit, "n": n, "note": note}),
        flush=True,
    )


def report_percentiles(name: str, samples_ms: Sequence[float], note: str = "", *, p95: bool = True) -> None:
    """Print `{name}_p50_ms`, and `{name}_p95_ms` unless told otherwise."""
    report(f"{name}_p50_ms", float(np.percentile(samples_ms, 50)), "ms", len(samples_ms), note)
    if p95:
        report(f"{name}_p95_ms", float(np.percentile(samples_ms, 95)), "ms", len(samples_ms), note)


def upload(
    client: httpx.Client, dataset_id: int, pictures: Sequence[tuple[str, bytes]], *, batch: int = 50
) -> None:
    """Upload pictures (name, bytes) in batches."""
    for start in range(0, len(pictures), batch):
        files = [("files", (name, content)) for name, content in pictures[start : start + batch]]
        client.post(f"/api/datasets/{dataset_id}/images", files=files).raise_for_status()


def jpeg(pixels: np.ndarray, quality: int = 90) -> bytes:
    """Return (H, W, 3) uint8 pixels as a JPEG."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def png(pixels: np.ndarray) -> bytes:
    """Return (H, W, 3) uint8 pixels as a PNG."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def decoded(content: bytes) -> np.ndarray:
    """Return a picture's pixels, (H, W, 3) uint8."""
    return np.array(Image.open(BytesIO(content)).convert("RGB"))


def make_project(client: httpx.Client, name: str, pictures: Sequence[tuple[str, bytes]]) -> dict:
    """Create a data set and a project with one label over `pictures`; return the project."""
    dataset = client.post("/api/datasets", json={"name": name}).raise_for_status().json()
    upload(client, dataset["id"], pictures)
    body = {"name": name, "dataset_ids": [dataset["id"]], "labels": [{"name": "thing", "color": "#0072b2"}]}
    return client.post("/api/projects", json=body).raise_for_status().json()
