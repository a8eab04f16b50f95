"""A small data folder to train from, made for the tests."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from ml.predictor import Mask
from tests.ml.pictures import disc, painted

SIZE = (96, 120)
COLUMNS = ("set", "image", "mask", "value", "kind", "clicks")
Row = dict[str, str]


def write_objects(folder: Path, *, train: int = 4, tune: int = 2) -> None:
    """Write discs of growing size as JPEGs with mask PNGs, and `train.csv` and `tune.csv` that list them."""
    for name, count in (("train", train), ("tune", tune)):
        rows = [write_object(folder, f"{name}{number}", _disc(number)) for number in range(count)]
        write_index(folder / f"{name}.csv", rows)


def write_object(folder: Path, stem: str, mask: Mask, *, kind: str = "object") -> Row:
    """Write one picture and its mask; return its line of an index, of the set `discs`."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(painted(mask)).save(folder / f"{stem}.jpg", quality=95)
    Image.fromarray(mask.astype(np.uint8)).save(folder / f"{stem}.png")
    return {
        "set": "discs",
        "image": f"{stem}.jpg",
        "mask": f"{stem}.png",
        "value": "1",
        "kind": kind,
        "clicks": "",
    }


def write_index(path: Path, rows: list[Row]) -> None:
    """Write an index of objects."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def _disc(number: int) -> Mask:
    return disc(SIZE, centre=(50 + 4 * number, 48), radius=20 + 3 * number)
