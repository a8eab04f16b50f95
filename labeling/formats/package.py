"""A whole archive: what a format writes, what stands beside it in every format, and a manifest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from labeling.formats import card
from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportImage, ExportSource, Format
from labeling.formats.coco import as_json
from labeling.formats.crops import write_crops
from labeling.formats.names import Names, ending
from labeling.formats.tables import row

RESEARCH = "clicks.jsonl"
IMAGES = "images.csv"
COLUMNS = ("stem", "file_name", "name", "dataset", "sha256", "width", "height", "split", "objects")
LINK = "link"


@dataclass(frozen=True)
class Beside:
    """What is written beside a format's own files.

    `pictures` says whether the images' files are written, where they have some, and `links` whether their
    table says where these can be had; `about` goes into the manifest as it is: snapshot and options.
    """

    pictures: bool = True
    links: bool = False
    crops: bool = False
    research: bool = False
    about: Mapping[str, object] = field(default_factory=dict)


def write_package(
    format_: Format, source: ExportSource, target: BinaryIO, beside: Beside | None = None
) -> Iterator[int]:
    """Write an archive to a binary file and yield the number of images written so far.

    Each image gets a name of its own first, so that all files about it are named alike.
    """
    beside = beside or Beside()
    counted = card.Counted()
    with Archive(target) as archive, Waiting() as waiting:
        images = _walked(source, waiting, counted, beside)
        if beside.crops:
            images = _cropped(images, source, archive)
        if not beside.pictures:
            images = (replace(image, picture=None) for image in images)
        yield from format_.write(replace(source, images=images), archive)
        _write_splits(source, archive, waiting)
        with archive.open(IMAGES) as member:
            waiting.pour(IMAGES, member)
        if beside.research:
            with archive.open(RESEARCH) as member:
                waiting.pour(RESEARCH, member)
        card.write_card(archive, source, format_, counted, beside.about)
        archive.close_with(_manifest(format_, source, counted, beside.about))


def _walked(
    source: ExportSource, waiting: Waiting, counted: card.Counted, beside: Beside
) -> Iterator[ExportImage]:
    names, given = Names(), set[str]()
    waiting.add(IMAGES, row((*COLUMNS, LINK) if beside.links else COLUMNS))
    for image in source.images:
        stem = names.stem(image.name, image.id)
        written = image.picture if beside.pictures else image.link
        ends = ending(image.name) if written is None else written.extension
        kept = written is None and image.name not in given and bool(image.name)
        given.add(image.name)
        named = replace(image, stem=stem, file_name=image.name if kept else stem + ends)
        counted.add(named)
        values = [*(getattr(named, name) for name in COLUMNS[:-1]), len(named.annotations)]
        if beside.links:
            values.append(named.link.path if named.link else "")
        waiting.add(IMAGES, row(values))
        if source.splits != ("",):
            waiting.add(_splits_member(named.split), f"{stem}\n")
        if beside.research:
            for line in _research(named, source):
                waiting.add(RESEARCH, f"{line}\n")
        yield named


def _splits_member(split: str) -> str:
    return f"splits/{split}.txt"


def _write_splits(source: ExportSource, archive: Archive, waiting: Waiting) -> None:
    """Write a list of names a split: not every format has a place of its own for that."""
    if source.splits == ("",):
        return
    for split in source.splits:
        with archive.open(_splits_member(split)) as member:
            waiting.pour(_splits_member(split), member)


def _cropped(images: Iterable[ExportImage], source: ExportSource, archive: Archive) -> Iterator[ExportImage]:
    """Write each image's crops once its own files are written: an archive has one open member at a time."""
    labels = {label.id: label for label in source.labels}
    for image in images:
        yield image
        write_crops(archive, image, labels)


def _research(image: ExportImage, source: ExportSource) -> Iterator[str]:
    names = {label.id: label.name for label in source.labels}
    for one in image.annotations:
        origin = one.origin
        yield as_json(
            {
                "object_id": one.id,
                "image": image.stem,
                "image_sha256": image.sha256,
                "label": names[one.label_id],
                "clicks": [{"x": x, "y": y, "ms": moment} for x, y, moment in origin.clicks],
                "seconds": origin.seconds,
                "tool_seconds": dict(sorted(origin.tool_seconds.items())),
                "score": origin.score,
                "model": origin.model,
                "verdict": origin.verdict,
                "version": origin.version,
                "annotator": origin.annotator,
            }
        )


def _manifest(
    format_: Format, source: ExportSource, counted: card.Counted, about: Mapping[str, object]
) -> dict[str, object]:
    counts: Counter[int] = counted.by_label
    return {
        "format": format_.name,
        "project": source.project_name,
        "licence": source.licence,
        "images": counted.images,
        "annotations": counted.annotations,
        "splits": {name: counted.by_split[name] for name in source.splits if name},
        "labels": [
            {
                "id": label.id,
                "name": label.name,
                "kind": label.kind,
                "color": label.color,
                "attributes": list(label.attributes),
                "annotations": counts[label.id],
            }
            for label in source.labels
        ],
        "models": {name: counted.by_model[name] for name in sorted(counted.by_model)},
        **about,
    }
