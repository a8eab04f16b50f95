"""DAVIS: folders of videos with an indexed PNG a frame, whose values are objects.

Source: the DAVIS 2017 data set, https://davischallenge.org/davis2017/code.html.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportImage, ExportSource, Format, identity
from labeling.formats.coco import as_json
from labeling.formats.flat import VOID, flattened, from_back_to_front, indexed_png, voc_palette
from labeling.formats.names import Names
from labeling.formats.opened import Malformed, Opened
from labeling.formats.pictures import write_jpeg
from labeling.formats.reading import (
    document,
    guarded,
    mapping,
    masks_of,
    named_image,
    needed_picture,
    plain,
    text,
)
from labeling.formats.records import Problem, ReadImage, ReadLabel, ReadObject, Record

RESOLUTION, YEAR = "480p", "2017"
LIST = "frames.json"
# What an object is called in archives that do not say it.
NAMELESS = "object"
SPLITS = {"": "train", "train": "train", "val": "val", "test": "test-dev"}


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `Annotations/480p/<video>/*.png`, `JPEGImages/480p/<video>/*`, `ImageSets/2017/*.txt`.

    See `base.Exporter`. A data set is a video and its images are the frames, named `00000` and so on in
    their order; `frames.json` has the images' names and each value's label. Where objects overlap the one in
    front is seen. Of more than 254 objects in a frame those farthest back are void, as crowds are.
    """
    labels = {label.id: label.name for label in source.labels}
    folders, videos = Names(), dict[tuple[str, str], str]()
    frames: dict[str, int] = {}
    with Waiting() as waiting:
        for done, image in enumerate(source.images, start=1):
            # One video is in one part: its frames in another are a video of their own.
            key = (image.dataset, image.split)
            if key not in videos:
                videos[key] = folders.stem(f"{image.dataset or 'video'}.", len(videos) + 1)
                waiting.add(SPLITS[image.split], f"{videos[key]}\n")
            video = videos[key]
            frame = frames.get(video, 0)
            frames[video] = frame + 1
            values, named = _objects(image, labels)
            archive.write(
                f"Annotations/{RESOLUTION}/{video}/{frame:05d}.png", indexed_png(values, voc_palette())
            )
            write_jpeg(archive, image, f"JPEGImages/{RESOLUTION}/{video}", f"{frame:05d}")
            entry = {
                "video": video,
                "frame": f"{frame:05d}",
                **identity(image),
                "objects": named,
            }
            waiting.add("frames", as_json(entry), ",\n")
            yield done
        for split in source.splits:
            with archive.open(f"ImageSets/{YEAR}/{SPLITS[split]}.txt") as member:
                waiting.pour(SPLITS[split], member)
        with archive.open(LIST) as member:
            member.write(b"[\n")
            waiting.pour("frames", member)
            member.write(b"\n]\n")


def _objects(image: ExportImage, labels: dict[int, str]) -> tuple[np.ndarray, dict[int, str]]:
    """Return a map of objects, (H, W), and the label of each of its values."""
    drawn = from_back_to_front(image)
    values: dict[int, int] = {}
    # The nearest one is the first.
    for number, one in enumerate((one for one in reversed(drawn) if not one.crowd), start=1):
        values[one.id] = min(number, VOID)
    found = flattened(image, [(one, values.get(one.id, VOID)) for one in drawn], np.uint8)
    named = {
        values[one.id]: labels[one.label_id] for one in reversed(drawn) if values.get(one.id, VOID) < VOID
    }
    return found, named


def read(opened: Opened) -> Iterator[Record]:
    """Read every frame; see `records.Reader`. Without `frames.json` a frame is called by video and number."""
    frames: dict[str, dict[str, Any]] = {}
    if LIST in opened:
        try:
            frames = {_frame(one): one for one in map(mapping, document(opened, LIST))}
        except (Malformed, TypeError) as error:
            yield Problem(LIST, f"{error}.")
            return
    for found in opened.find(r"(?:.*/)?Annotations/[^/]+/([^/]+/[^/]+)\.png"):
        yield from guarded(found[0], _read_frame, opened, found[0], found[1], frames.get(found[1], {}))


def _frame(said: dict[str, Any]) -> str:
    return f"{text(said, 'video')}/{text(said, 'frame')}"


def _read_frame(opened: Opened, member: str, frame: str, said: dict[str, Any]) -> Iterator[Record]:
    video, _, number = frame.partition("/")
    if said:
        yield named_image(said, member, number, member, frame)
    else:
        # Frames of all videos have the same names: their data set tells them apart.
        yield ReadImage(member, number, member, video, file=frame)
    names = said.get("objects") if isinstance(said.get("objects"), dict) else {}
    for value, runs in masks_of(needed_picture(opened, member)):
        if value != VOID:
            name = plain(str(names.get(str(value), NAMELESS)), "a label's name")  # type: ignore[union-attr]
            yield ReadLabel(name, name)
            yield ReadObject(member, name, f"{member}, value {value}", runs, order=-value)


FORMAT = Format(
    name="davis",
    title="DAVIS",
    loses="What lies behind other objects, attributes, flags but crowds; whether objects of two frames are "
    "the same one; of more than 254 objects in a frame those farthest back.",
    write=write,
    read=read,
    signs=(r"Annotations/[^/]+/[^/]+/[^/]+\.png",),
)
