"""Exports through the platform: from the button until the file is ready, and what a large one needs.

Run with: make bench NAME=export

2,000 masks on 200 images of 640 x 480, annotations only; the rate of datumaro on the same content, read
from our own archive, stands beside it. Then a million annotations on 100,000 images.
"""

import io
import sys
import threading
import time
from statistics import median
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import httpx
import numpy as np
import psutil

from bench._million import fill, multiply
from bench.requests import picture
from bench.stack import Stack, make_project, report, running_stack
from labeling.domain import masks

IMAGES, PER_IMAGE, RUNS = 200, 10, 5
HEIGHT, WIDTH = 480, 640
MEGABYTE = 1e6


def blobs(count: int) -> list[masks.Rle]:
    """Return the masks of objects with wavy outlines, 40 to 160 pixels across."""
    random = np.random.default_rng(6)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    found = []
    for _ in range(count):
        y, x, radius = random.uniform(80, HEIGHT - 80), random.uniform(80, WIDTH - 80), random.uniform(20, 80)
        angle = np.arctan2(rows - y, columns - x)
        waves = sum(random.uniform(0, 0.15) * np.sin(k * angle + random.uniform(0, 6)) for k in (2, 3, 5, 8))
        found.append(masks.encode(np.hypot(rows - y, columns - x) < radius * (1 + waves)))
    return found


def exported(client: httpx.Client, project_id: int, format_name: str) -> tuple[dict, float]:
    """Ask for an export and wait; return it with the seconds from the request until it is ready."""
    started = time.perf_counter()
    path = f"/api/projects/{project_id}/exports"
    row = client.post(path, json={"format": format_name}).raise_for_status().json()
    while row["state"] in ("queued", "running"):
        time.sleep(0.02)
        row = client.get(f"/api/exports/{row['id']}").raise_for_status().json()
    if row["state"] != "ready":
        sys.exit(f"The export ended {row['state']}: {row['error']}")
    return row, time.perf_counter() - started


def content(client: httpx.Client, row: dict) -> bytes:
    """Download an export."""
    return client.get(row["file_url"]).raise_for_status().content


def datumaro_rates(archive: bytes) -> dict[str, float]:
    """Return how many masks of the same content datumaro writes in a second, annotations only."""
    import datumaro  # noqa: PLC0415

    rates = {}
    with TemporaryDirectory() as folder:
        with ZipFile(io.BytesIO(archive)) as opened:
            opened.extractall(f"{folder}/in")
        for name in ("coco_instances", "voc_segmentation"):
            data = datumaro.Dataset.import_from(f"{folder}/in", "datumaro")
            data.init_cache()
            started = time.perf_counter()
            data.export(f"{folder}/{name}", name, save_media=False)
            rates[name] = IMAGES * PER_IMAGE / (time.perf_counter() - started)
    return rates


class Memory:
    """The most memory that the worker of the default queue has, from now on: its processes together."""

    def __init__(self, stack: Stack) -> None:
        children = psutil.Process(stack.pid).children(recursive=True)
        # The parent only watches; its child does the work.
        self._workers = [one for one in children if "-Q default" in " ".join(one.cmdline())]
        self.most = self.least = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self.least = self._now()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _now(self) -> float:
        return max(one.memory_info().rss for one in self._workers) / MEGABYTE

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self.most = max(self.most, self._now())


def measure_rates(client: httpx.Client, project: dict) -> None:
    """Report the rates of exports of 2,000 masks."""
    count = IMAGES * PER_IMAGE
    rates = {}
    for metric, name in (("coco", "coco"), ("png", "png_masks"), ("voc", "voc")):
        runs = [exported(client, project["id"], name) for _ in range(RUNS + 1)][1:]
        rates[metric] = count / median(seconds for _, seconds in runs)
        note = f"from the request until it is ready, median of {RUNS}"
        report(f"{metric}_masks_per_s", rates[metric], "masks/s", count, note)
        if metric == "coco":
            same = content(client, runs[0][0]) == content(client, runs[1][0])
            report("identical_twice", float(same), "yes=1", 2, "byte by byte")
    row, _ = exported(client, project["id"], "datumaro")
    theirs = datumaro_rates(content(client, row))
    for metric, name in (("datumaro_ratio", "coco_instances"), ("datumaro_voc_ratio", "voc_segmentation")):
        ours = rates["coco" if metric == "datumaro_ratio" else "voc"]
        report(metric, ours / theirs[name], "x", count, f"datumaro {name}: {theirs[name]:.0f} masks/s")


def measure_million(stack: Stack, client: httpx.Client, project: dict) -> None:
    """Report what an export of a million annotations needs."""
    multiply(stack, project["id"])
    with Memory(stack) as memory:
        row, seconds = exported(client, project["id"], "coco")
    size = row["byte_size"] / MEGABYTE
    note = f"COCO, {seconds:.0f} s, {size:.0f} MB, the worker had {memory.least:.0f} MB before"
    report("million_rss_mb", memory.most, "MB", row["annotation_count"], note)


def main() -> None:
    """Measure exports."""
    pictures = [(f"{number}.jpg", picture(number)) for number in range(IMAGES)]
    with running_stack() as stack, stack.client() as client:
        project = make_project(client, "exports", pictures)
        fill(stack, project, blobs(IMAGES * PER_IMAGE))
        measure_rates(client, project)
        measure_million(stack, client, project)


if __name__ == "__main__":
    main()
