"""WebDataset: tar shards of samples, for training sets that no one machine holds.

Source: the WebDataset format, https://github.com/webdataset/webdataset.
"""

import tarfile
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from tempfile import TemporaryFile
from typing import BinaryIO

from labeling.formats.archive import Archive
from labeling.formats.base import ExportAnnotation, ExportImage, ExportLabel, ExportSource, Format, identity
from labeling.formats.coco import as_json, read_runs
from labeling.formats.flat import drawing_order
from labeling.formats.names import ending
from labeling.formats.opened import MOST_AT_ONCE, Malformed, Opened
from labeling.formats.picture_files import ENDINGS
from labeling.formats.reading import (
    answers,
    flag,
    guarded,
    kind_of,
    listed,
    mapping,
    named_image,
    parsed,
    text,
)
from labeling.formats.records import FLAGS, Problem, ReadLabel, ReadObject, Record
from labeling.formats.shards import INSIDE, files_of, shard_read

PER_SHARD, SHARD_BYTES = 1000, 1 << 28


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `shards/<split>-000000.tar` and so on; see `base.Exporter`.

    A sample is an image's file, where images are exported, and a JSON about it with run-length masks from
    back to front. A shard ends after 1,000 samples, or 256 MiB.
    """
    labels = {label.id: label for label in source.labels}
    shards = {split: _Shard(archive, split or "all") for split in source.splits}
    try:
        for done, image in enumerate(source.images, start=1):
            shards[image.split].add(image, labels)
            yield done
        for shard in shards.values():
            shard.finish()
    finally:
        for shard in shards.values():
            shard.close()


class _Shard:
    """The shard of a split that is being filled; it waits in a temporary file."""

    def __init__(self, archive: Archive, split: str) -> None:
        self._archive, self._split = archive, split
        self._number = 0
        self._begin()

    def _begin(self) -> None:
        self._count = 0
        self._file: BinaryIO = TemporaryFile()  # noqa: SIM115
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def add(self, image: ExportImage, labels: dict[int, ExportLabel]) -> None:
        if self._count and (self._count >= PER_SHARD or self._file.tell() >= SHARD_BYTES):
            self.finish()
            self._begin()
        # What follows the first dot of a name is the kind of the file.
        key = image.stem.replace(".", "_") + f"_{image.id}"
        if image.picture is not None:
            with image.picture.open() as file:
                self._member(key + image.picture.extension, file.read())
        self._member(f"{key}.json", as_json(_listed(image, labels)).encode())
        self._count += 1

    def _member(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        self._tar.addfile(info, BytesIO(content))

    def finish(self) -> None:
        self._tar.close()
        self._file.seek(0)
        self._archive.copy(f"shards/{self._split}-{self._number:06d}.tar", self._file)
        self._number += 1
        self._file.close()

    def close(self) -> None:
        self._file.close()


def _listed(image: ExportImage, labels: dict[int, ExportLabel]) -> dict[str, object]:
    return {
        "image": {
            "id": image.id,
            **identity(image),
            "width": image.width,
            "height": image.height,
        },
        "annotations": [_annotation(one, image, labels[one.label_id]) for one in drawing_order(image)],
    }


def _annotation(one: ExportAnnotation, image: ExportImage, label: ExportLabel) -> dict[str, object]:
    return {
        "id": one.id,
        "label": label.name,
        "kind": label.kind,
        "mask": {"size": [image.height, image.width], "counts": one.mask_counts},
        "bbox": one.bbox,
        "area": one.area,
        **{name: getattr(one, name) for name in FLAGS},
        "attributes": dict(one.attributes),
    }


def read(opened: Opened) -> Iterator[Record]:
    """Read the JSON of every sample of every shard; see `records.Reader`."""
    for found in opened.find(r".*\.tar"):
        try:
            # Read member by member: a shard names no place of its own to go to.
            with opened.open(found[0]) as member, shard_read(member) as shard:
                yield from _read_shard(shard, found[0])
        except Malformed as error:
            yield Problem(found[0], f"{error}.")


def _read_shard(shard: tarfile.TarFile, name: str) -> Iterator[Record]:
    """Read sample by sample: files that follow each other and are called alike up to the first dot."""
    for _, files in groupby(files_of(shard), key=lambda info: _key(info.name)):
        picture, said = "", None
        for info in files:
            if ending(info.name) in ENDINGS:
                picture = f"{name}{INSIDE}{info.name}"
            elif info.name.endswith(".json"):
                file = shard.extractfile(info)
                fits = file is not None and info.size <= MOST_AT_ONCE
                said = info.name, file.read() if file and fits else None
        if said is None:
            continue
        entry, content = f"{name}, {said[0]}", said[1]
        if content is None:
            yield Problem(entry, "is too large for one image.")
        else:
            yield from guarded(entry, _read_sample, content, entry, picture)


def _key(name: str) -> str:
    folder, slash, last = name.rpartition("/")
    return folder + slash + last.partition(".")[0]


def _read_sample(content: bytes, entry: str, picture: str) -> Iterator[Record]:
    said = mapping(parsed(content))
    about = mapping(said.get("image"), "its image")
    yield named_image(about, entry, text(about, "name"), entry, picture)
    for place, value in enumerate(listed(said, "annotations")):
        there = f"{entry}, annotations[{place}]"
        yield from guarded(there, _read_annotation, entry, there, value, place)


def _read_annotation(image: str, entry: str, value: object, place: int) -> Iterator[Record]:
    said = mapping(value)
    label = text(said, "label")
    yield ReadLabel(label, label, kind_of(said.get("kind")))
    runs = read_runs(mapping(said.get("mask"), "its mask"))
    flags = {name: flag(said, name) for name in FLAGS}
    attributes = answers(said.get("attributes"))
    yield ReadObject(image, label, entry, runs, order=place, attributes=attributes, **flags)


FORMAT = Format(
    name="webdataset",
    title="WebDataset shards",
    loses="Nothing of masks, overlaps, order, attributes and flags.",
    write=write,
    read=read,
    signs=(r"shards/.*\.tar",),
)
