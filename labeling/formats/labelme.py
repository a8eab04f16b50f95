"""LabelMe: a JSON file an image, in which each object is a mask of its box.

Source: the program labelme, https://github.com/wkentaro/labelme, whose masks are PNGs in base64 from the
upper left to the lower right pixel of a box.
"""

import base64
import json
from collections.abc import Iterator

from PIL import Image

from labeling.formats.archive import Archive
from labeling.formats.base import ExportAnnotation, ExportImage, ExportLabel, ExportSource, Format
from labeling.formats.flat import drawing_order, pixels, png
from labeling.formats.pictures import write_picture

VERSION = "5.5.0"
FLAGS = ("occluded", "truncated", "crowd", "ignore")


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `[<split>/]*.json`, and the images beside them; see `base.Exporter`.

    Objects stand from back to front, as the program paints them. Answers to attributes stand as JSON in an
    object's description.
    """
    labels = {label.id: label for label in source.labels}
    for done, image in enumerate(source.images, start=1):
        folder = image.split or "images"
        write_picture(archive, image, folder)
        listed: dict[str, object] = {
            "version": VERSION,
            "flags": {},
            "shapes": [_shape(one, image, labels) for one in drawing_order(image)],
            "imagePath": image.file_name,
            "imageData": None,
            "imageHeight": image.height,
            "imageWidth": image.width,
            "name": image.name,
            "sha256": image.sha256,
        }
        archive.write(f"{folder}/{image.stem}.json", json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
        yield done
    archive.write_lines(
        "labels.txt", [json.dumps(one.name, ensure_ascii=False)[1:-1] for one in source.labels]
    )


def _shape(one: ExportAnnotation, image: ExportImage, labels: dict[int, ExportLabel]) -> dict[str, object]:
    x, y, w, h = (round(side) for side in one.bbox)
    mask = png(Image.fromarray(pixels(one, image)[y : y + h, x : x + w]))
    answers = json.dumps(dict(one.attributes), ensure_ascii=False) if one.attributes else ""
    return {
        "label": labels[one.label_id].name,
        "points": [[float(x), float(y)], [float(x + w - 1), float(y + h - 1)]],
        "group_id": one.id,
        "description": answers,
        "shape_type": "mask",
        "flags": {name: bool(getattr(one, name)) for name in FLAGS},
        "mask": base64.b64encode(mask).decode(),
    }


FORMAT = Format(
    name="labelme",
    title="LabelMe",
    loses="Whether a label is a thing or stuff; nothing of masks, overlaps, order, attributes and flags.",
    write=write,
)
