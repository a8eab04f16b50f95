"""The folder of a training run: a snapshot's pictures, masks and clicks, for `python -m ml finetune`."""

import csv
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from labeling.domain import masks
from labeling.domain.click_error import click_error
from labeling.domain.snapshots import SnapshotObject
from labeling.models import Image, Snapshot
from labeling.services.snapshots import snapshot_read

COLUMNS = ("set", "image", "mask", "value", "kind", "clicks")
INDEXES = {"train.csv": False, "held_out.csv": True}
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


class PictureGone(Exception):
    """A display file of an accepted image is not in the storage any more."""


@dataclass(frozen=True)
class JobSettings:
    """What a run is told besides its objects.

    `start` is the weights file it starts from; `name` and `licence` are of what comes out; `seed` is of
    everything random; `steps` is how long it lasts; `threads` is how many compute, 0 for all.
    """

    start: Path
    name: str
    licence: str
    seed: int
    steps: int
    threads: int = 0


def job_write(*, snapshot: Snapshot, folder: Path, settings: JobSettings) -> None:
    """Write a run's folder. Whatever an earlier try has left of it is written again; `out` stays as it is.

    `job.json` comes last: a folder that has one is whole. Raises `SnapshotDamaged`, `PictureGone`,
    and what the disk raises.
    """
    (folder / "job.json").unlink(missing_ok=True)
    for name in ("images", "masks"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    objects = snapshot_read(snapshot=snapshot)
    pictures = _pictures({one.image for one in objects}, folder / "images")
    for name, held_out in INDEXES.items():
        chosen = [one for one in objects if one.held_out == held_out]
        _write_index(folder, name, chosen, pictures)
    job = {
        "format": 1,
        "start": str(settings.start),
        "name": settings.name,
        "licence": settings.licence,
        "seed": settings.seed,
        "steps": settings.steps,
        "click_error_pixels": click_error(objects),
        "threads": settings.threads,
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")


def _pictures(hashes: Iterable[str], folder: Path) -> dict[str, str]:
    """Copy the display files out of the storage; return their names by the hash of the original."""
    names = {}
    for sha256, key, kind in Image.objects.filter(sha256__in=hashes).values_list(
        "sha256", "display_key", "display_media_type"
    ):
        names[sha256] = f"{sha256}.{SUFFIXES.get(kind, 'img')}"
        try:
            with default_storage.open(key, "rb") as source, (folder / names[sha256]).open("wb") as target:
                shutil.copyfileobj(source, target)
        except FileNotFoundError as error:
            raise PictureGone(key) from error
    return names


def _write_index(
    folder: Path, name: str, objects: Iterable[SnapshotObject], pictures: dict[str, str]
) -> None:
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for one in objects:
            mask = f"masks/{one.annotation}.png"
            pixels = masks.decode(masks.Rle((one.height, one.width), one.mask))
            Pillow.fromarray(np.ascontiguousarray(pixels).astype(np.uint8)).save(folder / mask)
            writer.writerow(
                {
                    "set": one.label,
                    "image": f"images/{pictures[one.image]}",
                    "mask": mask,
                    "value": ">0",
                    "kind": "object",
                    "clicks": ";".join(f"{x},{y}" for x, y in one.clicks),
                }
            )
