"""Every format: what was exported and is imported again is the same, but for what the format cannot say."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.domain import masks
from labeling.formats import FORMATS, recognised
from labeling.formats.base import ExportAnnotation, ExportImage
from labeling.formats.flat import bordered, drawing_order, from_back_to_front, pixels
from labeling.formats.opened import Opened
from labeling.formats.stage_rows import KnownImage, StagedObject
from labeling.formats.staged import Staged
from tests.labeling.formats.hostile import repacked
from tests.labeling.formats.worlds import (
    HEIGHT,
    LABELS,
    WIDTH,
    annotation,
    drawn_masks,
    image,
    worlds,
    written,
)

many = settings(max_examples=60, deadline=None)
NAMES = {label.id: label.name for label in LABELS}
KINDS = {label.name: label.kind for label in LABELS}
# What an object is: its label, its mask, its flags, its answers.
Seen = tuple[str, str, tuple[bool, ...], tuple[tuple[str, object], ...]]


def known(world: Iterable[ExportImage]) -> list[KnownImage]:
    return [KnownImage(one.id, one.name, one.dataset, one.sha256, one.width, one.height) for one in world]


def staged(path: Path, archive: bytes, world: Iterable[ExportImage]) -> Staged:
    """Return what an archive says of a project that has these images."""
    stage = Staged(path)
    with Opened(io.BytesIO(archive), "archive.zip") as opened:
        for record in recognised(opened).read(opened):
            stage.add(record)
    stage.match(known(world))
    assert list(stage.resolve())[-1:] in ([], [1.0])
    return stage


def imported(archive: bytes, world: list[ExportImage]) -> dict[int, list[StagedObject]]:
    """Return the objects of each image from back to front; nothing may be wrong."""
    with TemporaryDirectory() as folder, staged(Path(folder) / "stage", archive, world) as stage:
        assert list(stage.problems()) == []
        found = {one.task: one.objects for one in stage.images()}
        assert stage.object_count == sum(map(len, found.values()))
        assert {one.name: one.objects for one in stage.labels()} == dict(
            count(one.label for objects in found.values() for one in objects)
        )
        for label in stage.labels():
            assert label.kind in (KINDS[label.name], "thing")
        return found


def count(names: Iterable[str]) -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for name in names:
        found[name] += 1
    return found


def as_seen(one: StagedObject) -> Seen:
    flags = (one.occluded, one.truncated, one.crowd, one.ignore)
    assert one.bbox == [float(side) for side in masks.bbox(one.mask)]
    assert one.area == masks.area(one.mask)
    return one.label, one.mask.counts, flags, tuple(sorted(one.attributes.items()))


def seen(label: str, mask: np.ndarray, *, crowd: bool = False) -> Seen:
    return label, masks.encode(mask).counts, (False, False, crowd, False), ()


def as_drawn(one: ExportAnnotation) -> Seen:
    flags = (one.occluded, one.truncated, one.crowd, one.ignore)
    return NAMES[one.label_id], one.mask_counts, flags, tuple(sorted(one.attributes.items()))


def front(of: ExportImage, drawn: Iterable[ExportAnnotation]) -> np.ndarray:
    """Return the id of the object that is seen in each pixel."""
    found = np.zeros((HEIGHT, WIDTH), int)
    for one in drawn:
        found[pixels(one, of)] = one.id
    return found


# What is expected of an image in each format, from back to front where the format says so.
def whole(of: ExportImage) -> list[Seen]:
    return [as_drawn(one) for one in drawing_order(of)]


def unordered(of: ExportImage) -> list[Seen]:
    return [as_drawn(one) for one in of.annotations]


def without_answers(of: ExportImage) -> list[Seen]:
    return [(*seen_one[:3], ()) for seen_one in whole(of)]


def classes(of: ExportImage) -> list[Seen]:
    drawn = from_back_to_front(of)
    ids = front(of, drawn)
    labels = {one.id: NAMES[one.label_id] for one in drawn}
    found: dict[str, np.ndarray] = {}
    for number in np.unique(ids[ids > 0]).tolist():
        found[labels[number]] = found.get(labels[number], False) | (ids == number)
    return [seen(label, mask) for label, mask in found.items()]


def instances(of: ExportImage, *, crowds: bool = True) -> list[Seen]:
    drawn = from_back_to_front(of)
    ids = front(of, drawn)
    return [
        seen(NAMES[one.label_id], ids == one.id, crowd=one.crowd)
        for one in drawn
        if (ids == one.id).any() and (crowds or not one.crowd)
    ]


def panoptic(of: ExportImage) -> list[Seen]:
    things = [one for one in instances(of) if KINDS[one[0]] == "thing"]
    return things + [one for one in classes(of) if KINDS[one[0]] == "stuff"]


def cityscapes(of: ExportImage) -> list[Seen]:
    """Crowds of one label are one."""
    found = [one for one in panoptic(of) if not one[2][2]]
    drawn = from_back_to_front(of)
    ids = front(of, drawn)
    for label in LABELS:
        group = [one.id for one in drawn if one.crowd and one.label_id == label.id]
        if label.kind == "thing" and np.isin(ids, group).any():
            found.append(seen(label.name, np.isin(ids, group), crowd=True))
    return found


def voc(of: ExportImage) -> list[Seen]:
    drawn = from_back_to_front(of)
    ids = front(of, drawn)
    by_id = {one.id: one for one in drawn}
    things = {one.id for one in drawn if KINDS[NAMES[one.label_id]] == "thing"}
    objects = np.where(np.isin(ids, [*things]), ids, 0)
    crowds = np.isin(ids, [one.id for one in drawn if one.crowd])
    # Numbers as the format's: crowds are void.
    numbers = {number: place for place, number in enumerate(np.unique(ids).tolist())}
    single = np.vectorize(numbers.get)(objects).astype(np.uint8)
    single[crowds & (objects > 0)] = 255
    labelled = np.vectorize(lambda one: by_id[one].label_id if one else 0)(ids).astype(np.uint8)
    labelled[crowds] = 255
    inner, inner_labels = bordered(single), bordered(labelled)
    found = [
        seen(NAMES[by_id[number].label_id], inner == place)
        for number, place in numbers.items()
        if number in things and not by_id[number].crowd and (inner == place).any()
    ]
    for label in LABELS:
        rest = (inner_labels == label.id) & (inner == 0)
        if label.kind == "stuff" and rest.any():
            found.append(seen(label.name, rest))
    return found


def yolo(of: ExportImage) -> list[Seen]:
    return [
        seen(NAMES[one.label_id], without_holes(pixels(one, of)))
        for one in of.annotations
        if not one.crowd and not one.ignore
    ]


def without_holes(mask: np.ndarray) -> np.ndarray:
    _, parts = cv2.connectedComponents(
        np.pad(~mask, 1, constant_values=True).astype(np.uint8), connectivity=8
    )
    return np.asarray(parts != parts[0, 0])[1:-1, 1:-1]


EXPECTED: dict[str, tuple[Callable[[ExportImage], list[Seen]], bool]] = {
    "coco": (unordered, False),
    "coco_polygons": (unordered, False),
    "coco_panoptic": (panoptic, False),
    "png_semantic": (classes, False),
    "png_masks": (without_answers, True),
    "voc": (voc, False),
    "cityscapes": (cityscapes, False),
    "yolo": (yolo, False),
    "labelme": (whole, True),
    "datumaro": (whole, True),
    "instance_maps": (instances, True),
    "davis": (lambda of: instances(of, crowds=False), True),
    "ade": (classes, False),
    "webdataset": (whole, True),
    "parquet": (whole, True),
}


@st.composite
def described(draw: st.DrawFn) -> list[ExportImage]:
    """Worlds whose objects have answers and every flag, and whose images may share names."""
    found, flags = [], st.booleans()
    for one in draw(worlds()):
        answers = st.dictionaries(
            st.sampled_from(["make", "größe 🐈", "sure"]), st.sampled_from([True, 2, 0.5, "a\nb", ""])
        )
        objects = [
            replace(each, occluded=draw(flags), truncated=draw(flags), attributes=draw(answers))
            for each in one.annotations
        ]
        found.append(replace(one, annotations=objects, dataset=draw(st.sampled_from(["a", "б/1"]))))
    return found


@pytest.mark.parametrize("name", sorted(FORMATS))
@many
@given(world=described())
def test_what_is_imported_is_what_was_exported(name: str, world: list[ExportImage]) -> None:
    expected, is_ordered = EXPECTED[name]
    found = imported(written(name, world), world)
    assert sorted(found) == [one.id for one in world]
    for one in world:
        objects = [as_seen(each) for each in found[one.id]]
        if is_ordered:
            assert objects == expected(one)
        else:
            assert sorted(objects, key=repr) == sorted(expected(one), key=repr)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_parts_of_an_archive_are_imported_alike(name: str) -> None:
    square = np.zeros((HEIGHT, WIDTH), bool)
    square[4:16, 5:20] = True
    world = [
        replace(image(number, [annotation(number, square)], "a.png"), split=split)
        for number, split in enumerate(("train", "val"), start=1)
    ]
    found = imported(written(name, world, splits=("train", "val")), world)
    for one in world:
        [each] = found[one.id]
        assert as_seen(each) in EXPECTED[name][0](one)


@many
@given(mask=drawn_masks())
def test_an_archive_without_a_table_of_images_is_matched_by_its_files_names(mask: np.ndarray) -> None:
    world = [image(1, [annotation(5, mask)], "кот 1.jpg")]
    archive = repacked(written("yolo", world), leave_out=("images.csv", "manifest.json"))
    assert [as_seen(one) for one in imported(archive, world)[1]] == yolo(world[0])
