"""Pascal VOC's segmentation folders: maps of classes and of objects with a void border, and lists of images.

Source: the VOC 2012 development kit, http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/.
"""

from collections.abc import Iterator

import numpy as np

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportImage, ExportSource, Format, FormatRefused
from labeling.formats.flat import VOID, bordered, from_back_to_front, indexed_png, paint, voc_palette
from labeling.formats.names import safe
from labeling.formats.pictures import write_jpeg

CLASSES, OBJECTS = "SegmentationClass", "SegmentationObject"
# The list of all images, whatever parts they are divided into.
ALL = "trainval"
# One byte a pixel: 0 is background, 255 void.
MOST = 254


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
    archive.write("labelmap.txt", _labelmap(source, colours))


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


FORMAT = Format(
    name="voc",
    title="Pascal VOC segmentation",
    loses="What lies behind other objects, two pixels to both sides of each boundary and so all of objects "
    "that are less than five pixels wide, attributes and flags; of more than 254 objects in an image those "
    "farthest back.",
    write=write,
)
