"""REST requests one after the other, in a project of 2,000 tasks.

Run with: make bench NAME=requests
"""

import time
from collections.abc import Callable

import numpy as np

from bench.stack import jpeg, make_project, report_percentiles, running_stack
from labeling.domain import masks

TASKS, REQUESTS, WARM_UP = 2000, 200, 10
WIDTH, HEIGHT = 640, 480


def picture(number: int) -> bytes:
    """Return a smooth picture of 640 x 480 pixels unlike every other one's."""
    random = np.random.default_rng(number)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = [np.sin(rows * a + columns * b) * 100 + 128 for a, b in random.uniform(0.005, 0.05, (3, 2))]
    return jpeg(np.stack(waves, axis=-1).astype(np.uint8), quality=80)


def brush_mask() -> dict:
    """Return the wire form of a painted blob: three overlapping discs."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    mask = np.zeros((HEIGHT, WIDTH), dtype=bool)
    for x, y, radius in ((250, 200, 90), (330, 240, 110), (400, 300, 70)):
        mask |= (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    rle = masks.encode(mask)
    return {"size": [HEIGHT, WIDTH], "counts": rle.counts}


def timed(call: Callable[[], object]) -> float:
    """Return how long a call took, in milliseconds."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Measure storing, the next task and a list."""
    with running_stack() as stack, stack.client() as client:
        project = make_project(client, "requests", [(f"{n}.jpg", picture(n)) for n in range(TASKS)])
        next_address = f"/api/projects/{project['id']}/tasks/next"
        task = client.get(next_address).raise_for_status().json()
        body = {"mask": brush_mask(), "label_id": project["labels"][0]["id"]}

        def store() -> None:
            client.post(f"/api/tasks/{task['id']}/annotations", json=body).raise_for_status()

        stored = [timed(store) for _ in range(WARM_UP + REQUESTS)][WARM_UP:]
        report_percentiles("store_annotation", stored, "640x480 brush mask, sequential, 2,000 tasks")

        taken = []
        for _ in range(WARM_UP + REQUESTS):
            client.post(f"/api/tasks/{task['id']}/submit").raise_for_status()
            started = time.perf_counter()
            task = client.get(next_address).raise_for_status().json()
            taken.append((time.perf_counter() - started) * 1000)
        report_percentiles("next_task", taken[WARM_UP:], "leased to the caller, 2,000 tasks", p95=False)

        listed = [
            timed(lambda: client.get(f"/api/projects/{project['id']}/tasks?limit=50").raise_for_status())
            for _ in range(WARM_UP + REQUESTS)
        ]
        report_percentiles("list_50_tasks", listed[WARM_UP:], "first page of 2,000 tasks", p95=False)


if __name__ == "__main__":
    main()
