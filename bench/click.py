"""Click to mask through the real stack: socket, Postgres, Celery, worker, on a 12-megapixel photograph.

Run with: make bench NAME=click
"""

import json
import time
import uuid

import numpy as np
import skimage.data
from PIL import Image
from websockets.sync.client import connect

from bench.stack import jpeg, make_project, report_percentiles, running_stack

CLICKS, WARM_UP = 200, 10
WIDTH, HEIGHT = 4000, 3000
# Extreme points of the astronaut in the 512-pixel original: left, top, right, bottom.
EXTREMES = np.array([[8.0, 420.0], [225.0, 5.0], [455.0, 430.0], [240.0, 505.0]])


def photograph() -> bytes:
    """Return a photograph of 12 megapixels with fine grain, so that it is as large as a camera's."""
    picture = Image.fromarray(skimage.data.astronaut()).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    grain = np.random.default_rng(1).normal(0, 4, (HEIGHT, WIDTH, 1))
    return jpeg(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))


def main() -> None:
    """Measure clicks one after the other."""
    scale = np.array([WIDTH / 512, HEIGHT / 512])
    random = np.random.default_rng(2)
    elapsed, model = [], []
    with running_stack() as stack, stack.client() as client:
        project = make_project(client, "click", [("photograph.jpg", photograph())])
        task = client.get(f"/api/projects/{project['id']}/tasks/next").raise_for_status().json()
        address = stack.url.replace("http", "ws") + f"/ws/tasks/{task['id']}"
        headers = {"Authorization": client.headers["Authorization"]}
        with connect(address, additional_headers=headers, max_size=None) as socket:
            socket.recv()
            for number in range(WARM_UP + CLICKS):
                points = EXTREMES * scale + random.uniform(-5, 5, EXTREMES.shape)
                started = time.perf_counter()
                proposal = ask(socket, points)
                if number >= WARM_UP:
                    elapsed.append((time.perf_counter() - started) * 1000)
                    model.append(proposal["timings_ms"]["model"])
    version = proposal["model_version"]
    report_percentiles("click", elapsed, f"12 megapixels, {version}, one annotator")
    report_percentiles("model", model, version, p95=False)
    overhead = [whole - part for whole, part in zip(elapsed, model, strict=True)]
    report_percentiles("overhead", overhead, "everything but the model", p95=False)


def ask(socket: object, points: np.ndarray) -> dict:
    """Send one click of four points and wait for its proposal."""
    request_id = uuid.uuid4().hex
    frame = {
        "type": "segment",
        "request_id": request_id,
        "points": [{"x": float(x), "y": float(y)} for x, y in points],
    }
    socket.send(json.dumps(frame))
    while True:
        event = json.loads(socket.recv())
        if event.get("request_id") == request_id:
            if event["type"] != "proposal.ready":
                raise SystemExit(f"No mask came: {event}")
            return event["proposal"]


if __name__ == "__main__":
    main()
