"""Annotators who click at a person's pace, for measurements of what clicks cost beside other work."""

import threading
import time
from collections.abc import Callable

import numpy as np

from bench.stack import Stack, decoded, make_project, png

# Half the width of what is clicked, in pixels.
REACH = 20


class Annotators:
    """People with a task each, all on the same picture."""

    def __init__(self, stack: Stack, picture: bytes, *, people: int, pace_s: float) -> None:
        """Create their project; `pace_s` is how long one takes for an object on average."""
        self.stack, self.pace_s = stack, pace_s
        pixels = decoded(picture)
        self.height, self.width = pixels.shape[:2]
        pictures = []
        for number in range(people):
            # The same bytes twice would be one image.
            pixels[0, 0] = number
            pictures.append((f"{number}.png", png(pixels)))
        with stack.client() as client:
            project = make_project(client, f"annotators {people}", pictures)
            tasks = client.get(f"/api/projects/{project['id']}/tasks").raise_for_status().json()
        self.addresses = [f"/api/tasks/{task['id']}" for task in tasks["results"]]

    def click(self, seconds: float, until: Callable[[], bool] = lambda: False) -> list[float]:
        """Return how long each click took in milliseconds, people clicking so long or until it is over."""
        taken: list[float] = []
        limit = time.monotonic() + seconds
        over = threading.Event()
        people = [
            threading.Thread(target=self._person, args=(number, over, taken))
            for number in range(len(self.addresses))
        ]
        for person in people:
            person.start()
        while time.monotonic() < limit and not until():
            time.sleep(1)
        over.set()
        for person in people:
            person.join()
        return taken

    def _person(self, number: int, over: threading.Event, taken: list[float]) -> None:
        random = np.random.default_rng(number)
        address = self.addresses[number]
        with self.stack.client() as client:
            client.post(f"{address}/lease").raise_for_status()
            over.wait(random.uniform(0, self.pace_s))
            while not over.is_set():
                x, y = random.uniform(0.3, 0.7, 2) * (self.width, self.height)
                ways = ((-REACH, 0), (0, -REACH), (REACH, 0), (0, REACH))
                points = [{"x": x + dx, "y": y + dy} for dx, dy in ways]
                started = time.monotonic()
                answer = client.post(f"{address}/segment", json={"points": points})
                if answer.status_code not in (200, 422):
                    raise SystemExit(f"A click was refused: {answer.text}")
                taken.append((time.monotonic() - started) * 1000)
                over.wait(self.pace_s * random.uniform(0.7, 1.3))
