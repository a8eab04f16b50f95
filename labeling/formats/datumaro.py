"""Datumaro: one JSON a part with run-length masks, attributes and the order from back to front.

Source: the Datumaro format, https://open-edge-platform.github.io/datumaro/.
"""

from collections.abc import Iterator
from typing import Any

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportAnnotation, ExportImage, ExportSource, Format, identity
from labeling.formats.coco import as_json, read_runs
from labeling.formats.flat import drawing_order
from labeling.formats.json_lists import entries, top
from labeling.formats.opened import Malformed, Opened
from labeling.formats.pictures import write_picture
from labeling.formats.reading import (
    answers,
    guarded,
    listed,
    mapping,
    named_image,
    numbers,
    ring,
    text,
    whole,
)
from labeling.formats.records import Outline, Problem, ReadLabel, ReadObject, Record, Shape

SPLIT = "default"
# How this format calls what every object may be.
FLAGS = {"occluded": "occluded", "truncated": "truncated", "is_crowd": "crowd", "ignore": "ignore"}


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
    return {
        "label": {"labels": labels, "label_groups": [], "attributes": [*FLAGS]},
        "mask": {"colormap": colours},
    }


def _item(image: ExportImage, places: dict[int, int]) -> dict[str, object]:
    return {
        "id": image.stem,
        "annotations": [
            _annotation(one, image, places[one.label_id], order)
            for order, one in enumerate(drawing_order(image))
        ],
        "attr": identity(image),
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
            **{said: getattr(one, name) for said, name in FLAGS.items()},
            **one.attributes,
        },
        "group": one.id,
        "label_id": label,
        "rle": {"counts": one.mask_counts, "size": [image.height, image.width]},
        "z_order": order,
    }


def read(opened: Opened) -> Iterator[Record]:
    """Read every part, image by image; see `records.Reader`. Masks and polygons are objects."""
    for found in opened.find(r"(?:.*/)?annotations/[^/]+\.json"):
        member = found[0]
        yield from guarded(member, _read_labels, opened, member)
        try:
            for _, place, value in entries(opened, member, ["items"]):
                entry = f"{member}, items[{place}]"
                yield from guarded(entry, _read_item, member, entry, value)
        except Malformed as error:
            yield Problem(member, f"{error}.")


def _read_labels(opened: Opened, member: str) -> Iterator[Record]:
    categories = mapping(top(opened, member, "categories"))
    for place, value in enumerate(listed(mapping(categories.get("label")), "labels")):
        yield ReadLabel(f"{member}#{place}", text(mapping(value), "name"))


def _read_item(member: str, entry: str, value: object) -> Iterator[Record]:
    said = mapping(value)
    about = said.get("attr")
    name = text(said, "id")
    key = f"{member}#{name}"
    yield named_image(about if isinstance(about, dict) else {}, key, name, entry)
    for place, one in enumerate(listed(said, "annotations")):
        there = f"{entry}.annotations[{place}]"
        yield from guarded(there, _read_annotation, member, key, there, mapping(one))


def _read_annotation(member: str, key: str, entry: str, said: dict[str, Any]) -> Iterator[Record]:
    kind = text(said, "type")
    if kind == "mask":
        shape: Shape = read_runs(mapping(said.get("rle"), "its rle"))
    elif kind == "polygon":
        shape = Outline((ring(said.get("points"), "its points"),))
    else:
        raise Malformed(f"is a “{kind}”, which is no mask")
    words = answers(said.get("attributes"))
    flags = {name: bool(words.pop(as_said, False)) for as_said, name in FLAGS.items()}
    order = numbers([said.get("z_order", 0)], "its z_order")[0]
    yield ReadObject(
        key, f"{member}#{whole(said, 'label_id')}", entry, shape, order=order, attributes=words, **flags
    )


FORMAT = Format(
    name="datumaro",
    title="Datumaro",
    loses="Whether a label is a thing or stuff; nothing of masks, overlaps, order, attributes and flags.",
    write=write,
    read=read,
)
