"""YOLO segmentation: a text file an image, a polygon a line, and `data.yaml`.

Source: the data format of Ultralytics, https://docs.ultralytics.com/datasets/segment/.
"""

import json
import re
from collections.abc import Iterator

import numpy as np
import yaml

from labeling.formats.archive import Archive
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format
from labeling.formats.coco import folder_of
from labeling.formats.flat import pixels
from labeling.formats.opened import Malformed, Opened
from labeling.formats.outlines import Ring, rings
from labeling.formats.pictures import write_picture
from labeling.formats.reading import guarded, images_by_stem, mapping, plain, ring
from labeling.formats.records import Outline, Problem, ReadImage, ReadLabel, ReadObject, Record

DATA = "data.yaml"
# A line of an outline round every pixel of a large image is shorter.
LONGEST = 1 << 26
SPECIAL = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `labels/[<split>/]*.txt` and `data.yaml`; see `base.Exporter`.

    A line is an object: the number of its class from 0 on in the schema's order, then x and y of its polygon
    as shares of width and height, along the edges of pixels. One polygon has to do: holes are filled, and
    parts are joined by lines without width. Crowds and what is to be ignored are left out.
    """
    numbers = {label.id: place for place, label in enumerate(source.labels)}
    for done, image in enumerate(source.images, start=1):
        lines = [
            f"{numbers[one.label_id]} {_polygon(one, image)}\n"
            for one in image.annotations
            if not one.crowd and not one.ignore
        ]
        folder = f"labels/{image.split}" if image.split else "labels"
        archive.write(f"{folder}/{image.stem}.txt", "".join(lines))
        write_picture(archive, image, folder_of(image), image.stem)
        yield done
    archive.write(DATA, _yaml(_data(source)))


def _data(source: ExportSource) -> dict[str, object]:
    """Return what trainers read first. Without parts, what is trained on is what is looked at afterwards."""
    parts: dict[str, object] = {split: f"images/{split}" for split in source.splits if split}
    # Trainers want both of these.
    first = next(iter(parts.values()), "images")
    return {
        "path": ".",
        "train": first,
        "val": first,
        **parts,
        "names": [one.name for one in source.labels],
    }


def _yaml(value: object) -> str:
    """Return YAML: JSON is some, but for letters that its readers refuse or take for the end of a line."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return SPECIAL.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _polygon(annotation: ExportAnnotation, image: ExportImage) -> str:
    corners = joined([outer for outer, _ in rings(pixels(annotation, image))])
    return " ".join(f"{_share(x, image.width)} {_share(y, image.height)}" for x, y in corners)


def _share(value: int, whole: int) -> str:
    # Nine digits tell the pixels of any image apart.
    return f"{value / whole:.9f}".rstrip("0").rstrip(".") or "0"


def joined(parts: list[Ring]) -> Ring:
    """Return one line round all parts, which it goes to and comes back from along the same short way."""
    if len(parts) == 1:
        return parts[0]
    # Each part hangs on a corner of one before it; a line is then a walk through this tree.
    known = np.empty((sum(map(len, parts)), 2), np.int64)
    hanging: dict[int, list[tuple[int, int]]] = {}
    begins: list[int] = []
    count = 0
    for number, part in enumerate(parts):
        corners = np.asarray(part, np.int64)
        if number:
            at = _nearest(known[:count], corners[0])
            hanging.setdefault(at, []).append((number, _nearest(corners, known[at])))
        begins.append(count)
        known[count : count + len(part)] = corners
        count += len(part)
    line: Ring = []
    # What is still to be walked: a part, the corner it is entered at, and how many corners are behind.
    walk = [(0, 0, 0)]
    while walk:
        number, first, done = walk.pop()
        part = parts[number]
        here = (first + done) % len(part)
        line.append(part[here])
        if done == len(part):
            continue
        if done < len(part) - 1 or number:
            walk.append((number, first, done + 1))
        for branch, corner in hanging.get(begins[number] + here, []):
            walk.extend([(number, here, len(part)), (branch, corner, 0)])
    return line


def _nearest(corners: np.ndarray, to: np.ndarray) -> int:
    """Return the place of the corner, of (N, 2), that is nearest to a point."""
    return int(((corners - to) ** 2).sum(axis=1).argmin())


def read(opened: Opened) -> Iterator[Record]:
    """Read the list of classes and every file of polygons; see `records.Reader`."""
    yield from images_by_stem(opened)
    try:
        labels = _classes(opened)
    except Malformed as error:
        yield Problem(DATA, f"{error}.")
        return
    for name in labels.values():
        yield ReadLabel(name, name)
    for found in opened.find(r"(?:.*/)?labels/(?:.*/)?([^/]+)\.txt"):
        member, stem = found[0], found[1]
        yield ReadImage(stem, stem, member, file=stem)
        yield from guarded(member, _read_lines, opened, member, stem, labels)


def _classes(opened: Opened) -> dict[int, str]:
    """Return the classes' names by their numbers; files say them as a list or as a mapping."""
    name = next((found[0] for found in opened.find(r"(?:.*/)?[^/]+\.ya?ml")), DATA)
    try:
        said = mapping(yaml.safe_load(opened.read(name, 1 << 20)))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 1}" if where else ""
        raise Malformed(f"is no YAML{line}") from error
    names = said.get("names")
    pairs = names.items() if isinstance(names, dict) else enumerate(names if isinstance(names, list) else [])
    # Lists are no names: written out, one that holds itself many times over fills memory.
    found = {
        number: plain(str(one), "a class's name")
        for number, one in pairs
        if type(number) is int and isinstance(one, str | int | float)
    }
    if not found:
        raise Malformed("has no list “names” of classes")
    return found


def _read_lines(opened: Opened, member: str, stem: str, labels: dict[int, str]) -> Iterator[Record]:
    with opened.open(member) as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST), b""), start=1):
            if line.strip():
                entry = f"{member}, line {number}"
                yield from guarded(entry, _read_line, stem, entry, line.split(), labels)


def _read_line(stem: str, entry: str, words: list[bytes], labels: dict[int, str]) -> Iterator[Record]:
    try:
        label = labels.get(int(words[0]))
        shares = [float(word) for word in words[1:]]
    except ValueError as error:
        raise Malformed("has something that is no number") from error
    if label is None:
        raise Malformed(f"has the class {int(words[0])}, which has no name")
    if len(shares) == 4:
        raise Malformed("is a box, not an outline; a detector's boxes are read as pre-labels")
    yield ReadObject(
        stem, label, entry, Outline((ring(shares, "its outline"),), relative=True, rule="winding")
    )


FORMAT = Format(
    name="yolo",
    title="YOLO segmentation",
    loses="Holes, the order from back to front, attributes, crowds and what is to be ignored.",
    write=write,
    read=read,
    signs=(
        r"data\.yaml",
        r"dataset\.yaml",
        r"labels/.*\.txt",
    ),
)
