"""Datumaro: one JSON a part with run-length masks, attributes and the order from back to front.

Source: the Datumaro format, https://open-edge-platform.github.io/datumaro/.
"""

from collections.abc import Iterator

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format
from labeling.formats.coco import as_json
from labeling.formats.flat import drawing_order
from labeling.formats.pictures import write_picture

SPLIT = "default"


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `annotations/<part>.json` and `images/<part>/*`; see `base.Exporter`."""
    places = {label.id: place for place, label in enumerate(source.labels)}
    with Waiting() as waiting:
        for done, image in enumerate(source.images, start=1):
            split = image.split or SPLIT
            write_picture(archive, image, f"images/{split}", image.stem)
            waiting.add(split, as_json(_item(image, places)), ",")
            yield done
        head = (
            f'{{"dm_format_version":"1.0","infos":{{}},"categories":{as_json(_categories(source))},"items":['
        )
        for part in source.splits:
            with archive.open(f"annotations/{part or SPLIT}.json") as member:
                member.write(head.encode())
                waiting.pour(part or SPLIT, member)
                member.write(b"]}")


def _categories(source: ExportSource) -> dict[str, object]:
    labels = [{"name": one.name, "parent": "", "attributes": list(one.attributes)} for one in source.labels]
    colours = [
        {"label_id": place, **dict(zip("rgb", bytes.fromhex(one.color[1:]), strict=True))}
        for place, one in enumerate(source.labels)
    ]
    flags = ["occluded", "truncated", "is_crowd", "ignore"]
    return {
        "label": {"labels": labels, "label_groups": [], "attributes": flags},
        "mask": {"colormap": colours},
    }


def _item(image: ExportImage, places: dict[int, int]) -> dict[str, object]:
    return {
        "id": image.stem,
        "annotations": [
            _annotation(one, image, places[one.label_id], order)
            for order, one in enumerate(drawing_order(image))
        ],
        "attr": {"name": image.name, "sha256": image.sha256},
        "image": {
            "path": image.stem + image.picture.extension if image.picture else "",
            "size": [image.height, image.width],
        },
    }


def _annotation(one: ExportAnnotation, image: ExportImage, label: int, order: int) -> dict[str, object]:
    return {
        "id": one.id,
        "type": "mask",
        "attributes": {
            "occluded": one.occluded,
            "truncated": one.truncated,
            "is_crowd": one.crowd,
            "ignore": one.ignore,
            **one.attributes,
        },
        "group": one.id,
        "label_id": label,
        "rle": {"counts": one.mask_counts, "size": [image.height, image.width]},
        "z_order": order,
    }


FORMAT = Format(
    name="datumaro",
    title="Datumaro",
    loses="Whether a label is a thing or stuff; nothing of masks, overlaps, order, attributes and flags.",
    write=write,
)
