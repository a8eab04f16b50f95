"""A folder for Mask R-CNN: an image, a map of its objects, and a reader for torchvision's models."""

from collections.abc import Iterator

import numpy as np

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportImage, ExportSource, Format, identity
from labeling.formats.coco import as_json, folder_of
from labeling.formats.flat import flattened, from_back_to_front, indexed_png
from labeling.formats.json_lists import entries, top
from labeling.formats.opened import Malformed, Opened
from labeling.formats.pictures import write_picture
from labeling.formats.reading import (
    flag,
    guarded,
    listed,
    mapping,
    masks_of,
    named_image,
    needed_picture,
    plain,
    text,
    whole,
)
from labeling.formats.records import Problem, ReadLabel, ReadObject, Record

# Two bytes a pixel; 0 is background.
MOST = 65_535
LIST = "instances.json"
READER = '''"""Reads this folder for torchvision's detection models. Needs torch, numpy and pillow.

    dataset = Instances(".", split="train")
    image, target = dataset[0]

`image` is (3, H, W) float32 in 0..1. `target` has `boxes` (N, 4) as x0, y0, x1, y1 along the edges of pixels,
`labels` (N,) from 1 on, `masks` (N, H, W) uint8, `area` (N,), `iscrowd` (N,) and `image_id`.
"""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps


class Instances(torch.utils.data.Dataset):
    def __init__(self, root, split=None, transforms=None):
        self.root, self.transforms = Path(root), transforms
        listed = json.loads((self.root / "instances.json").read_text(encoding="utf-8"))
        self.classes = ["background", *listed["classes"]]
        self.images = [one for one in listed["images"] if split is None or one["split"] == split]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, place):
        entry = self.images[place]
        opened = ImageOps.exif_transpose(Image.open(self.root / entry["image"])).convert("RGB")
        image = torch.from_numpy(np.array(opened)).permute(2, 0, 1).float() / 255
        target = self.target(place)
        return (image, target) if self.transforms is None else self.transforms(image, target)

    def target(self, place):
        entry = self.images[place]
        found = torch.from_numpy(np.array(Image.open(self.root / entry["map"])).astype(np.int32))
        # Nothing is seen of some objects: others lie in front of them.
        objects = [one for one in entry["objects"] if (found == one["value"]).any()]
        masks = [found == one["value"] for one in objects]
        masks = torch.stack(masks) if masks else found.new_zeros((0, *found.shape))
        boxes = [_box(mask) for mask in masks]
        return {
            "boxes": torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
            "labels": torch.tensor([one["class"] for one in objects], dtype=torch.int64),
            "masks": masks.to(torch.uint8),
            "area": masks.sum(dim=(1, 2)).float(),
            "iscrowd": torch.tensor([one["crowd"] for one in objects], dtype=torch.int64),
            "image_id": entry["id"],
        }


def _box(mask):
    ys, xs = torch.where(mask)
    return [xs.min().item(), ys.min().item(), xs.max().item() + 1, ys.max().item() + 1]
'''


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `masks/[<split>/]*.png`, `images/[<split>/]*`, `instances.json` and `dataset.py`.

    See `base.Exporter`. A value of a map is an object, the nearest one 1; of more than 65,535 in an image
    those farthest back are background. What is to be ignored is not painted.
    """
    classes = {label.id: place for place, label in enumerate(source.labels, start=1)}
    with Waiting() as waiting:
        for done, image in enumerate(source.images, start=1):
            found, objects = _objects(image, classes)
            mask = f"masks/{image.split}/{image.stem}.png" if image.split else f"masks/{image.stem}.png"
            archive.write(mask, indexed_png(found, []))
            write_picture(archive, image, folder_of(image))
            entry = {
                "id": image.id,
                "image": f"{folder_of(image)}/{image.file_name}" if image.picture else image.file_name,
                "map": mask,
                "split": image.split,
                **identity(image),
                "objects": objects,
            }
            waiting.add("images", as_json(entry), ",\n")
            yield done
        with archive.open(LIST) as member:
            member.write(f'{{"classes":{as_json([one.name for one in source.labels])},"images":[\n'.encode())
            waiting.pour("images", member)
            member.write(b"\n]}\n")
    archive.write("dataset.py", READER)


def _objects(image: ExportImage, classes: dict[int, int]) -> tuple[np.ndarray, list[dict[str, object]]]:
    drawn = from_back_to_front(image)
    values = {one.id: place for place, one in enumerate(reversed(drawn), start=1) if place <= MOST}
    found = flattened(image, [(one, values.get(one.id, 0)) for one in drawn], np.uint16)
    listed: list[dict[str, object]] = [
        {
            "value": values[one.id],
            "class": classes[one.label_id],
            "crowd": int(one.crowd),
            "object_id": one.id,
        }
        for one in reversed(drawn)
        if one.id in values
    ]
    return found, listed


def read(opened: Opened) -> Iterator[Record]:
    """Read `instances.json` and its maps; see `records.Reader`."""
    try:
        classes = [plain(str(name), "a class's name") for name in top(opened, LIST, "classes")]
        yield from (ReadLabel(name, name) for name in classes)
        for _, place, value in entries(opened, LIST, ["images"]):
            entry = f"{LIST}, images[{place}]"
            yield from guarded(entry, _read_image, opened, entry, value, classes)
    except Malformed as error:
        yield Problem(LIST, f"{error}.")


def _read_image(opened: Opened, entry: str, value: object, classes: list[str]) -> Iterator[Record]:
    said = mapping(value)
    member = text(said, "map")
    yield named_image(said, member, text(said, "image"), entry)
    objects = {whole(mapping(one), "value"): mapping(one) for one in listed(said, "objects")}
    for number, runs in masks_of(needed_picture(opened, member)):
        there = f"{member}, value {number}"
        one = objects.get(number)
        place = whole(one, "class") if one else 0
        if one is None or not 0 < place <= len(classes):
            yield Problem(there, f"stands for no object with a class in {LIST}.")
            continue
        # The nearest one is the first.
        yield ReadObject(member, classes[place - 1], there, runs, order=-number, crowd=flag(one, "crowd"))


FORMAT = Format(
    name="instance_maps",
    title="Mask R-CNN folder",
    loses="What lies behind other objects, attributes and flags but crowds; of more than 65,535 objects in "
    "an image those farthest back.",
    write=write,
    read=read,
    signs=(r"instances\.json",),
)
