"""What readers share: tables, JSON, pictures and their values, each doubted."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO, TextIOWrapper
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from labeling.domain import masks
from labeling.domain.images import MAX_PIXELS, MAX_SIDE
from labeling.formats.archive import MANIFEST
from labeling.formats.flat import regions
from labeling.formats.opened import Malformed, Opened
from labeling.formats.records import Answer, Point, Problem, ReadImage, ReadLabel, Record, Runs
from labeling.formats.tables import cell

TABLE = "images.csv"
MOST_TEXT = 1000
LONGEST_LINE = 1 << 20


def images_by_stem(opened: Opened) -> Iterator[Record]:
    """Yield the images of an archive's table, by the stems that its files have; nothing without a table."""
    if TABLE not in opened:
        return
    yield from rows(opened, TABLE, ("stem", "name", "dataset", "sha256"), _image_of_row)


def _image_of_row(row: Mapping[str, str], entry: str) -> Iterator[Record]:
    yield ReadImage(row["stem"], row["name"], entry, row["dataset"], row["sha256"], row["stem"])


def rows(
    opened: Opened,
    name: str,
    columns: Iterable[str],
    read: Callable[[Mapping[str, str], str], Iterator[Record]],
) -> Iterator[Record]:
    """Yield what `read` makes of each row of a CSV with these columns; it is told the row and its place."""
    try:
        with opened.open(name) as member, TextIOWrapper(member, "utf-8", newline="") as lines:
            # In pieces: a line without end would be read whole.
            table = csv.DictReader(iter(lambda: lines.readline(LONGEST_LINE), ""), strict=True)
            if missing := sorted(set(columns) - set(table.fieldnames or ())):
                yield Problem(f"{name}, line 1", f"has no column “{missing[0]}”.")
                return
            for row in table:
                entry = f"{name}, line {table.line_num}"
                if None in row or None in row.values():
                    yield Problem(entry, "has another number of columns than the first line.")
                    continue
                yield from guarded(entry, read, {key: cell(value) for key, value in row.items()}, entry)
    except (csv.Error, UnicodeDecodeError, Malformed) as error:
        yield Problem(name, f"cannot be read on: {error}.")


def guarded(entry: str, read: Callable[..., Iterator[Record]], *given: object) -> Iterator[Record]:
    """Yield what `read` yields; what it cannot read becomes a problem of that entry."""
    try:
        yield from read(*given)
    except Malformed as error:
        yield Problem(entry, f"{error}.")


def named_image(holder: Mapping[str, Any], key: str, name: str, entry: str, file: str = "") -> ReadImage:
    """Return an image that a file of ours describes by `base.identity`, or else by `name` alone.

    Its own file is called `name` as well, unless another `file` is given.
    """
    sha256, file = text(holder, "sha256", ""), file or name
    if sha256:
        name = text(holder, "name", name)
    return ReadImage(key, name, entry, text(holder, "dataset", ""), sha256, file)


def kind_of(value: object) -> str:
    """Return a label's kind; what is no kind here is a thing."""
    return "stuff" if value == "stuff" else "thing"


def document(opened: Opened, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a JSON file that fits into memory. Raises `Malformed` with the line of what is wrong."""
    return parsed(opened.read(name))


def parsed(content: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what a JSON text holds. Raises `Malformed` with the line of what is wrong."""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise Malformed(f"is no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Malformed(f"is no JSON: line {line} is not written in UTF-8") from error
    except RecursionError as error:
        raise Malformed("is no JSON that a person meant: lists in lists without end") from error


def _no_number(word: str) -> float:
    raise Malformed(f"has “{word}” where a number should stand")


def mapping(value: object, what: str = "it") -> dict[str, Any]:
    """Return an object of JSON. Raises `Malformed`."""
    if not isinstance(value, dict):
        raise Malformed(f"{what} is no object of JSON")
    return value


def listed(holder: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list by its name. Raises `Malformed`."""
    value = holder.get(name)
    if not isinstance(value, list):
        raise Malformed(f"has no list “{name}”")
    return value


def text(holder: Mapping[str, Any], name: str, otherwise: str | None = None) -> str:
    """Return a text by its name, or `otherwise` where there is none. Raises `Malformed`."""
    value = holder.get(name, otherwise)
    if not isinstance(value, str):
        raise Malformed(f"needs a text “{name}”")
    return plain(value, f"“{name}”")


def plain(value: str, what: str) -> str:
    """Return a text that every database and file takes. Raises `Malformed`."""
    if len(value) > MOST_TEXT:
        raise Malformed(f"has {len(value):,} letters in {what}, where {MOST_TEXT:,} are the most")
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Malformed(f"has letters in {what} that are none")
    return value


def whole(holder: Mapping[str, Any], name: str) -> int:
    """Return a whole number by its name. Raises `Malformed`."""
    value = holder.get(name)
    # A bool is an int to Python, and no number to anybody else.
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**63 - 1:
        raise Malformed(f"needs a whole number “{name}”")
    return value


def flag(holder: Mapping[str, Any], name: str) -> bool:
    """Return whether a flag is set; 0, 1, false and true are flags, and so is none. Raises `Malformed`."""
    value = holder.get(name, False)
    if value not in (0, 1):
        raise Malformed(f"has “{name}”, which is neither 0 nor 1")
    return bool(value)


def numbers(value: object, what: str) -> list[float]:
    """Return a list of numbers that an image's coordinates can be. Raises `Malformed`."""
    if not isinstance(value, list):
        raise Malformed(f"needs numbers as {what}")
    for one in value:
        if isinstance(one, bool) or not isinstance(one, int | float) or not abs(one) < 1e7:
            raise Malformed(f"has something in {what} that no coordinate can be")
    return [float(one) for one in value]


def ring(value: object, what: str) -> tuple[Point, ...]:
    """Return points from a flat list x, y, x, y. Raises `Malformed` for fewer than three."""
    flat = numbers(value, what)
    if len(flat) % 2 or len(flat) < 6:
        raise Malformed(f"needs three points or more as {what}")
    return tuple(zip(flat[::2], flat[1::2], strict=True))


def answers(value: object) -> dict[str, Answer]:
    """Return answers by their attribute's name: what is no plain value answers nothing."""
    if not isinstance(value, dict):
        return {}
    return {
        plain(name, "an attribute's name"): plain(answer, f"“{name}”") if isinstance(answer, str) else answer
        for name, answer in value.items()
        if isinstance(answer, bool | int | float | str)
    }


def picture(content: bytes, *, one_channel: bool = True) -> NDArray[np.generic]:
    """Return the numbers of a PNG: (H, W), or (H, W, 3) for colours. Raises `Malformed`."""
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as opened:
            width, height = opened.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise Malformed(f"has {width} x {height} pixels, which is more than any image here")
            found = np.asarray(opened if one_channel else opened.convert("RGB"))
    # Pillow raises whatever its decoders come upon.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed(f"is no PNG: {error}") from error
    if one_channel and found.ndim != 2:
        raise Malformed("has colours where one number a pixel is needed")
    return found


def needed_picture(opened: Opened, name: str, *, one_channel: bool = True) -> NDArray[np.generic]:
    """Return the numbers of a PNG that an entry needs; see `picture`. Raises `Malformed` with its name."""
    try:
        return picture(opened.read(name), one_channel=one_channel)
    except Malformed as error:
        raise Malformed(f"needs “{name}”, which {error}") from error


def masks_of(numbered: NDArray[np.generic]) -> Iterator[tuple[int, Runs]]:
    """Yield each number of a map, (H, W), but 0 with the mask of its pixels, in rising order."""
    height, width = numbered.shape
    for number, _, (x, y, w, h) in regions(numbered):  # type: ignore[arg-type]
        local = numbered[y : y + h, x : x + w] == number
        yield number, runs_of(local, (x, y), (height, width))


def runs_of(local: NDArray[np.bool_], offset: tuple[int, int], size: tuple[int, int]) -> Runs:
    """Return the mask of an image of `size` (height, width) from a crop at `offset` (x, y)."""
    return Runs(*size, masks.encode_crop(local, offset, size).counts)


def labels_of_manifest(opened: Opened) -> list[ReadLabel]:
    """Return the labels that an archive of ours names, in the schema's order; nothing for other archives.

    Formats whose own lists of labels cannot hold every name have the real ones there.
    """
    if MANIFEST not in opened:
        return []
    try:
        labels = listed(mapping(document(opened, MANIFEST)), "labels")
        return [
            ReadLabel(text(one, "name"), text(one, "name"), kind_of(one.get("kind")), text(one, "color", ""))
            for one in map(mapping, labels)
        ]
    except Malformed:
        return []
