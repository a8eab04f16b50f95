"""Objects to learn from: an index of masks in files, and the files kept in memory.

The index is a CSV with the columns `set,image,mask,value,kind`; others are left alone. `image` and `mask` are
relative to the index's folder; the object is the mask's pixels equal to `value`, or all that are not 0 where
`value` is `>0`; of grey masks, `>127` takes those above it. `clicks`, where there is such a column, holds the
clicks that people made, the four extreme points first, as `x,y;x,y;...` in image pixels.
"""

import csv
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from ml.errors import DataInvalid
from ml.files import read_image
from ml.predictor import EXTREME_POINTS, Image, Mask, Points

COLUMNS = ("set", "image", "mask", "value", "kind")
VALUE = re.compile(r">?[0-9]+")
CACHE_BYTES = 6_000_000_000


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """One line of an index. `clicks` are people's, (x, y) in image pixels, four and more or none."""

    set: str
    image: Path
    mask: Path
    value: str
    kind: str
    clicks: tuple[tuple[float, float], ...] = ()


def read_index(path: Path) -> list[ObjectEntry]:
    """Return the objects of an index. Raises `DataInvalid`, naming the line, when it cannot be used."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
            if missing:
                raise DataInvalid(f"{path} has no column {', '.join(missing)}.")
            entries = [_entry(path.parent, row, rows.line_num) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataInvalid(f"{path} cannot be read as an index of objects: {error}.") from error
    if not entries:
        raise DataInvalid(f"{path} lists no objects.")
    return entries


def _entry(folder: Path, row: Mapping[str, str | None], line: int) -> ObjectEntry:
    values = [row[column] for column in COLUMNS]
    if any(value is None for value in values):
        raise DataInvalid(f"Line {line} of the index in {folder} is too short.")
    name, image, mask, value, kind = (str(value) for value in values)
    if not VALUE.fullmatch(value):
        raise DataInvalid(f"Line {line} of the index in {folder}: {value!r} is no mask value.")
    try:
        clicks = _clicks(row.get("clicks") or "")
    except ValueError:
        wanted = f"{EXTREME_POINTS} or more clicks x,y;x,y;..."
        raise DataInvalid(f"Line {line} of the index in {folder} does not hold {wanted}") from None
    return ObjectEntry(name, folder / image, folder / mask, value, kind, clicks)


def _clicks(text: str) -> tuple[tuple[float, float], ...]:
    pairs = (pair.split(",") for pair in text.split(";") if pair)
    clicks = tuple((float(x), float(y)) for x, y in pairs)
    if clicks and (len(clicks) < EXTREME_POINTS or not np.isfinite(clicks).all()):
        raise ValueError
    return clicks


def check_files(entries: Iterable[ObjectEntry]) -> None:
    """Raise `DataInvalid`, naming the first, when files of an index are not there: now, not hours later."""
    files = dict.fromkeys(path for entry in entries for path in (entry.image, entry.mask))
    missing = [path for path in files if not path.is_file()]
    if missing:
        raise DataInvalid(f"{missing[0]} is not there ({len(missing)} of {len(files)} files are missing).")


@dataclass(frozen=True, slots=True)
class View:
    """A picture of one object.

    `image` is (H, W, 3) uint8 RGB, `mask` (H, W) bool with at least one pixel; `clicks` are those that people
    made, (N, 2) xy in image pixels, or None.
    """

    image: Image
    mask: Mask
    clicks: Points | None = None


class ObjectFiles:
    """Reads objects, keeping decoded files in memory up to a number of bytes. Safe for threads."""

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._limit, self._bytes = limit_bytes, 0
        self._kept: OrderedDict[Path, NDArray[np.integer]] = OrderedDict()
        self._lock = threading.Lock()

    def load(self, entry: ObjectEntry) -> View:
        """Return an object's picture. Raises `DataInvalid` or `ImageInvalid` when files cannot be used."""
        image, values = self._array(entry.image, image=True), self._array(entry.mask, image=False)
        if image.shape[:2] != values.shape:
            raise DataInvalid(f"{entry.image} and {entry.mask} differ in size.")
        above = entry.value.startswith(">")
        wanted = int(entry.value.lstrip(">"))
        mask = values > wanted if above else values == wanted
        if not mask.any():
            raise DataInvalid(f"{entry.mask} holds no pixel of the value {entry.value}.")
        clicks = np.array(entry.clicks, np.float64) if entry.clicks else None
        return View(image.astype(np.uint8, copy=False), mask, clicks)

    def _array(self, path: Path, *, image: bool) -> NDArray[np.integer]:
        with self._lock:
            if path in self._kept:
                self._kept.move_to_end(path)
                return self._kept[path]
        array = read_image(path) if image else _mask_values(path)
        with self._lock:
            if path not in self._kept:
                self._kept[path] = array
                self._bytes += array.nbytes
            while self._bytes > self._limit and len(self._kept) > 1:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return array


def _mask_values(path: Path) -> NDArray[np.integer]:
    try:
        with Pillow.open(path) as opened:
            values = np.array(opened)
    except (OSError, ValueError, SyntaxError) as error:
        raise DataInvalid(f"{path} cannot be read as a mask: {error}.") from error
    return values if values.ndim == 2 else values[..., 0]


def sampling_weights(entries: Sequence[ObjectEntry], shares: Mapping[str, float]) -> NDArray[np.float64]:
    """Return each object's probability of being drawn: a set's share, divided among its objects.

    Shares are by set or by kind, the set first, and need not sum to one. Sets that no share names are not
    drawn. Raises `DataInvalid` when a share's name is that of no object, or nothing can be drawn.
    """
    named = [entry.set if entry.set in shares else entry.kind for entry in entries]
    counts = Counter(named)
    unknown = [name for name in shares if name not in counts]
    if unknown:
        raise DataInvalid(f"Shares are given for {', '.join(unknown)}, but no object of the index is of it.")
    weights = np.array([shares.get(name, 0.0) / counts[name] for name in named], np.float64)
    if not weights.sum() > 0:
        raise DataInvalid("No share is above 0: there is nothing to draw.")
    return np.asarray(weights / weights.sum(), np.float64)
