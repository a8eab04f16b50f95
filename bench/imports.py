"""Imports through the platform: from the file's arrival until every object stands in its task.

Run with: make bench NAME=imports

2,000 masks on 200 images of 640 x 480, exported from one project and imported into another one with the
same images; then a million annotations on 10,000 images.
"""

import sys
import time
from statistics import median

import httpx

from bench._million import fill, multiply
from bench.export import IMAGES, MEGABYTE, PER_IMAGE, Memory, blobs, content, exported
from bench.requests import picture
from bench.stack import Stack, make_project, report, running_stack

RUNS = 5


def waited(client: httpx.Client, row: dict, until: str) -> dict:
    """Wait until an import is in a state; return it."""
    while row["state"] != until:
        if row["state"] in ("failed", "cancelled"):
            sys.exit(f"The import ended {row['state']}: {row['error']}")
        time.sleep(0.02)
        row = client.get(f"/api/imports/{row['id']}").raise_for_status().json()
    return row


def imported(client: httpx.Client, project_id: int, file: bytes) -> tuple[dict, float, float]:
    """Import a file as accepted, in place of what is there; return it with the seconds of both steps."""
    started = time.perf_counter()
    parts = {"file": ("archive.zip", file, "application/zip")}
    row = client.post(f"/api/projects/{project_id}/imports", files=parts).raise_for_status().json()
    row = waited(client, row, "checked")
    checked = time.perf_counter()
    options = {"state": "accepted", "existing": "replace"}
    row = client.post(f"/api/imports/{row['id']}/start", json=options).raise_for_status().json()
    row = waited(client, row, "done")
    if row["problem_count"]:
        sys.exit(f"Not everything was imported: {row['problems']}")
    return row, checked - started, time.perf_counter() - checked


def copy_of(client: httpx.Client, project: dict, name: str) -> dict:
    """Make another project on the same images, without labels."""
    body = {"name": name, "dataset_ids": project["dataset_ids"], "labels": []}
    # A hundred thousand tasks take a while.
    return client.post("/api/projects", json=body, timeout=600).raise_for_status().json()


def measure_rates(client: httpx.Client, project: dict) -> None:
    """Report the rates of imports of 2,000 masks."""
    count = IMAGES * PER_IMAGE
    target = copy_of(client, project, "copy")
    for metric, name in (
        ("coco", "coco"),
        ("png", "png_masks"),
        ("yolo", "yolo"),
        ("panoptic", "coco_panoptic"),
    ):
        row, _ = exported(client, project["id"], name)
        file = content(client, row)
        runs = [imported(client, target["id"], file) for _ in range(RUNS + 1)][1:]
        whole = median(check + write for _, check, write in runs)
        note = f"check {median(one[1] for one in runs):.2f} s, import {median(one[2] for one in runs):.2f} s"
        report(f"import_{metric}_masks_per_s", count / whole, "masks/s", count, f"{note}, medians of {RUNS}")


def measure_million(stack: Stack, client: httpx.Client, project: dict) -> None:
    """Report what an import of a million annotations needs."""
    multiply(stack, project["id"], times=50, each=100)
    row, _ = exported(client, project["id"], "coco")
    file = content(client, row)
    target = copy_of(client, project, "large copy")
    with Memory(stack) as memory:
        row, check, write = imported(client, target["id"], file)
    note = (
        f"COCO of {len(file) / MEGABYTE:.0f} MB, check {check:.0f} s, import {write:.0f} s, "
        f"the worker had {memory.least:.0f} MB before"
    )
    report("import_million_rss_mb", memory.most, "MB", row["imported_annotation_count"], note)


def main() -> None:
    """Measure imports."""
    pictures = [(f"{number}.jpg", picture(number)) for number in range(IMAGES)]
    with running_stack() as stack, stack.client() as client:
        project = make_project(client, "imports", pictures)
        fill(stack, project, blobs(IMAGES * PER_IMAGE))
        measure_rates(client, project)
        measure_million(stack, client, project)


if __name__ == "__main__":
    main()
