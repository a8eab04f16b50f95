"""Pascal VOC's segmentation folders: maps of classes and of objects with a void border, and lists of images.

Source: the VOC 2012 development kit, http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/.
"""

import re
from collections.abc import Iterator

import numpy as np

from labeling.formats.archive import MANIFEST, Archive, Waiting
from labeling.formats.base import ExportImage, ExportSource, Format, FormatRefused
from labeling.formats.flat import VOID, bordered, from_back_to_front, indexed_png, paint, voc_palette
from labeling.formats.names import safe
from labeling.formats.opened import Malformed, Opened
from labeling.formats.pictures import write_jpeg
from labeling.formats.reading import (
    guarded,
    images_by_stem,
    labels_of_manifest,
    masks_of,
    needed_picture,
    plain,
)
from labeling.formats.records import Problem, ReadImage, ReadLabel, ReadObject, Record

CLASSES, OBJECTS = "SegmentationClass", "SegmentationObject"
LABELMAP = "labelmap.txt"
# The list of all images, whatever parts they are divided into.
ALL = "trainval"
# One byte a pixel: 0 is background, 255 void.
MOST = 254
# What the numbers of classes mean in VOC's own archives, which do not say it.
OWN_CLASSES = (
    *("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable"),
    *("dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"),
)


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `SegmentationClass`, `SegmentationObject`, `ImageSets/Segmentation` and `labelmap.txt`.

    See `base.Exporter`. Things and stuff alike are classes; only things are objects. Where objects overlap
    the one in front is seen. Crowds, and of more than 254 objects in an image those farthest back, are void.
    What is to be ignored is not painted. Raises `FormatRefused` for more labels than that.
    """
    if len(source.labels) > MOST:
        raise FormatRefused(
            f"VOC has room for {MOST} labels and this project has {len(source.labels)}. "
            "Choose another format."
        )
    numbers = {label.id: place for place, label in enumerate(source.labels, start=1)}
    things = {label.id for label in source.labels if label.kind == "thing"}
    colours = voc_palette()
    with Waiting() as waiting:
        for done, image in enumerate(source.images, start=1):
            for folder, found in zip((CLASSES, OBJECTS), _maps(image, numbers, things), strict=True):
                archive.write(f"{folder}/{image.stem}.png", indexed_png(bordered(found), colours))
            write_jpeg(archive, image, "JPEGImages", image.stem)
            waiting.add(image.split, f"{image.stem}\n")
            waiting.add(ALL, f"{image.stem}\n")
            yield done
        for split in dict.fromkeys([*source.splits, ALL]):
            if split:
                with archive.open(f"ImageSets/Segmentation/{split}.txt") as member:
                    waiting.pour(split, member)
    archive.write(LABELMAP, _labelmap(source, colours))


def _maps(image: ExportImage, numbers: dict[int, int], things: set[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the map of classes and that of objects, (H, W) each."""
    drawn = from_back_to_front(image)
    single = [one for one in drawn if one.label_id in things and not one.crowd]
    # The nearest ones get a number of their own; stuff in front of an object hides it.
    place = {one.id: min(number, VOID) for number, one in enumerate(reversed(single), start=1)}
    hidden = {one.id: 0 if one.label_id not in things else VOID for one in drawn}
    classes, objects = (np.zeros((image.height, image.width), np.uint8) for _ in range(2))
    labels = {one.id: VOID if one.crowd else numbers[one.label_id] for one in drawn}
    paint(image, drawn, (classes, labels), (objects, {**hidden, **place}))
    return classes, objects


def _labelmap(source: ExportSource, colours: list[int]) -> str:
    lines = ["# label:color_rgb:parts:actions", "background:0,0,0::"]
    for number, label in enumerate(source.labels, start=1):
        red, green, blue = colours[3 * number : 3 * number + 3]
        lines.append(f"{safe(label.name, f'label_{label.id}')}:{red},{green},{blue}::")
    return "\n".join(lines) + "\n"


def read(opened: Opened) -> Iterator[Record]:
    """Read both folders; see `records.Reader`. Without a map of objects all pixels of a class are one object.

    Colours say which class is meant, as in other programs' archives, whose numbers follow no order.
    """
    yield from images_by_stem(opened)
    try:
        labels = labels_of_manifest(opened) or _labels(opened)
        values = _values(opened, labels)
    except Malformed as error:
        yield Problem(LABELMAP, f"{error}.")
        return
    yield from labels
    objects = {found[2]: found[0] for found in opened.find(rf"((?:.*/)?){OBJECTS}/([^/]+)\.png")}
    for found in opened.find(rf"(?:.*/)?{CLASSES}/([^/]+)\.png"):
        stem = found[1]
        yield ReadImage(stem, stem, found[0], file=stem)
        yield from guarded(found[0], _read_image, opened, found[0], objects.get(stem), stem, values)


def _labels(opened: Opened) -> list[ReadLabel]:
    if LABELMAP not in opened:
        return [ReadLabel(name, name) for name in OWN_CLASSES]
    names = [plain(name, "a label's name") for name, _ in _rows_of_labelmap(opened)]
    return [ReadLabel(name, name) for name in names if name != "background"]


def _rows_of_labelmap(opened: Opened) -> Iterator[tuple[str, str]]:
    lines = opened.read(LABELMAP, 1 << 20).decode("utf-8-sig", "replace").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        # Names may have colons; what follows them has none.
        found = re.fullmatch(r"(.+?):(\d{1,3},\d{1,3},\d{1,3})?:[^:]*:[^:]*", line)
        if found is None:
            raise Malformed(f"has “{line[:80]}” in line {number}, which is no name with a colour")
        yield found[1], found[2] or ""


def _values(opened: Opened, labels: list[ReadLabel]) -> dict[tuple[int, ...], str]:
    """Return the labels' keys by the colours that their classes have."""
    colours = voc_palette()
    usual = {tuple(colours[3 * n : 3 * n + 3]): one.key for n, one in enumerate(labels, start=1)}
    if LABELMAP not in opened or MANIFEST in opened:
        return usual
    own = {tuple(map(int, colour.split(","))): name for name, colour in _rows_of_labelmap(opened) if colour}
    return {colour: name for colour, name in own.items() if name != "background"} or usual


def _read_image(
    opened: Opened, member: str, objects: str | None, stem: str, values: dict[tuple[int, ...], str]
) -> Iterator[Record]:
    classes = _packed(needed_picture(opened, member, one_channel=False))
    keys = {_packed(np.array([colour]))[0]: key for colour, key in values.items()}
    void = {_packed(np.array([voc_palette()[3 * VOID :]]))[0], 0}
    rest = classes.copy()
    if objects is not None:
        single = _packed(needed_picture(opened, objects, one_channel=False))
        if single.shape != classes.shape:
            raise Malformed(f"has another size than “{objects}”")
        drawn = single.copy()
        single[np.isin(single, [*void])] = 0
        for number, runs in masks_of(single):
            found, counts = np.unique(classes[single == number], return_counts=True)
            # Some programs draw the two maps' borders differently.
            [key] = [keys.get(value) for value in found[counts.argmax() :][:1].tolist()]
            entry = f"{objects}, object {number:06x}"
            if key is None:
                yield Problem(entry, "has pixels of no class.")
                continue
            yield ReadObject(stem, key, entry, runs)
        rest[drawn != 0] = 0
    for number, runs in masks_of(rest):
        if number in keys:
            yield ReadObject(stem, keys[number], f"{member}, class {number:06x}", runs)
        elif number not in void:
            yield Problem(member, f"has pixels of the colour #{number:06x}, which is no label's.")


def _packed(rgb: np.ndarray) -> np.ndarray:
    """Return colours, (..., 3), as one number each."""
    wide = rgb.astype(np.uint32)
    return np.asarray((wide[..., 0] << 16) + (wide[..., 1] << 8) + wide[..., 2])


FORMAT = Format(
    name="voc",
    title="Pascal VOC segmentation",
    loses="What lies behind other objects, two pixels to both sides of each boundary and so all of objects "
    "that are less than five pixels wide, attributes and flags; of more than 254 objects in an image those "
    "farthest back.",
    write=write,
    read=read,
    signs=(
        r"SegmentationObject/.*\.png",
        r"SegmentationClass/.*\.png",
    ),
)
