"""COCO instances, read by the reference reader."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from pycocotools.coco import COCO

from labeling.domain import masks
from labeling.formats import FORMATS
from labeling.formats.base import ExportAnnotation, ExportImage, ExportLabel, ExportSource
from labeling.formats.package import write_package
from labeling.models import Export
from labeling.services import exports
from labeling.services.annotations import annotation_create
from labeling.services.attributes import attribute_add, attribute_remove
from labeling.services.tasks import task_accept, task_submit
from labeling.shapes.requests import AnnotationDetails
from labeling.shapes.schema import AttributeCreate
from tests.factories import World, rectangle

LABELS = [ExportLabel(3, "cup", "thing"), ExportLabel(7, "небо \"n'", "stuff")]


def _annotation(number: int, label: int, pixels: np.ndarray) -> ExportAnnotation:
    rle = masks.encode(pixels)
    return ExportAnnotation(number, label, rle.counts, [float(n) for n in masks.bbox(rle)], masks.area(rle))


def _donut() -> np.ndarray:
    pixels = np.zeros((40, 60), dtype=bool)
    pixels[5:30, 10:50] = True
    pixels[12:20, 20:30] = False
    pixels[35:38, 1:4] = True
    return pixels


def _images() -> Iterator[ExportImage]:
    full = np.ones((40, 60), dtype=bool)
    yield ExportImage(11, 'кот "Мурка".jpg', "a" * 64, 60, 40, [_annotation(1, 3, _donut())])
    yield ExportImage(12, "empty.png", "b" * 64, 60, 40, [])
    yield ExportImage(
        13, "empty.png", "c" * 64, 60, 40, [_annotation(2, 7, full), _annotation(4, 3, ~_donut())]
    )


def _written(images: Iterator[ExportImage]) -> tuple[bytes, list[int]]:
    out = io.BytesIO()
    steps = list(write_package(FORMATS["coco"], ExportSource('Kitchen "one"', LABELS, images), out))
    return out.getvalue(), steps


def _read(archive: bytes) -> dict[str, object]:
    with ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return json.loads(opened.read("annotations/instances.json"))  # type: ignore[no-any-return]


def test_the_file_says_exactly_what_it_was_given() -> None:
    archive, steps = _written(_images())
    coco = _read(archive)
    assert steps == [1, 2, 3]
    assert coco["info"] == {"description": 'Kitchen "one"', "version": "1.0"}
    assert coco["licenses"] == []
    assert coco["categories"] == [
        {"id": 3, "name": "cup", "supercategory": "thing"},
        {"id": 7, "name": "небо \"n'", "supercategory": "stuff"},
    ]
    assert coco["images"][0] == {  # type: ignore[index]
        "id": 11,
        "file_name": 'кот "Мурка".jpg',
        "width": 60,
        "height": 40,
        "name": 'кот "Мурка".jpg',
        "dataset": "",
        "sha256": "a" * 64,
    }
    first, second, third = coco["annotations"]  # type: ignore[misc]
    assert first == {
        "id": 1,
        "image_id": 11,
        "category_id": 3,
        "segmentation": {"size": [40, 60], "counts": masks.encode(_donut()).counts},
        "bbox": [1.0, 5.0, 49.0, 33.0],
        "area": int(_donut().sum()),
        "iscrowd": 0,
        "ignore": 0,
        "attributes": {"occluded": False, "truncated": False},
    }
    assert [(row["id"], row["image_id"], row["category_id"]) for row in (second, third)] == [
        (2, 13, 7),
        (4, 13, 3),
    ]


def test_the_same_content_gives_the_same_bytes() -> None:
    assert _written(_images()) == _written(_images())


def test_the_reference_reader_finds_holes_and_parts_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "instances.json").write_text(json.dumps(_read(_written(_images())[0])))
    with redirect_stdout(io.StringIO()):
        coco = COCO(str(tmp_path / "instances.json"))
    found = {row["id"]: coco.annToMask(row).astype(bool) for row in coco.dataset["annotations"]}
    assert np.array_equal(found[1], _donut())
    assert np.array_equal(found[2], np.ones((40, 60), dtype=bool))
    assert np.array_equal(found[4], ~_donut())
    assert coco.getAnnIds(imgIds=[13], catIds=[3]) == [4]


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_a_stored_object_leaves_as_the_mask_that_was_drawn(tmp_path: Path) -> None:
    world = World(images=1)
    annotation, task = world.annotation(), world.tasks[0]
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    task_accept(task_id=task.pk, accepted_by=world.reviewer)
    export = exports.export_request(project=world.project, format_name="coco", requested_by=world.admin)
    exports.export_run(export_id=export.pk)
    archive = (tmp_path / "media" / Export.objects.get().file_key).read_bytes()
    (tmp_path / "instances.json").write_text(json.dumps(_read(archive)))
    with redirect_stdout(io.StringIO()):
        coco = COCO(str(tmp_path / "instances.json"))
    (row,) = coco.dataset["annotations"]
    drawn = np.zeros((48, 64), dtype=bool)
    drawn[6:14, 5:15] = True
    assert np.array_equal(coco.annToMask(row).astype(bool), drawn)
    assert (row["id"], row["category_id"], row["area"]) == (annotation.pk, world.labels[0].pk, 80)


def test_flags_and_attributes_have_their_places_in_the_file() -> None:
    carrying = replace(
        _annotation(1, 3, _donut()),
        attributes={"цвет": "red", "age": 2.5, "broken": False},
        occluded=True,
        crowd=True,
        ignore=True,
    )
    images = iter([ExportImage(11, "a.jpg", "a" * 64, 60, 40, [carrying])])
    (row,) = _read(_written(images)[0])["annotations"]  # type: ignore[misc]
    assert (row["iscrowd"], row["ignore"]) == (1, 1)
    assert row["attributes"] == {
        "occluded": True,
        "truncated": False,
        "цвет": "red",
        "age": 2.5,
        "broken": False,
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_a_stored_objects_answers_leave_by_name_and_only_those_that_hold(tmp_path: Path) -> None:
    world = World(images=1)
    label, task = world.labels[0], world.tasks[0]
    colour, age = (
        attribute_add(label=label, attribute=asked, added_by=world.admin)
        for asked in (
            AttributeCreate(name="colour", kind="choice", choices=["red"]),
            AttributeCreate(name="age", kind="number"),
        )
    )
    made = annotation_create(
        task_id=task.pk,
        label_id=label.pk,
        proposal_id=None,
        mask=rectangle(5, 6, 10, 8),
        client_id=None,
        details=AnnotationDetails(attributes={colour.pk: "red", age.pk: 7}, crowd=True, truncated=True),
        created_by=world.annotator,
    )[0]
    attribute_remove(attribute=age, confirm=1, removed_by=world.admin)
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    task_accept(task_id=task.pk, accepted_by=world.reviewer)
    export = exports.export_request(project=world.project, format_name="coco", requested_by=world.admin)
    exports.export_run(export_id=export.pk)
    (row,) = _read((tmp_path / "media" / Export.objects.get().file_key).read_bytes())["annotations"]  # type: ignore[misc]
    assert (row["id"], row["iscrowd"], row["ignore"]) == (made.pk, 1, 0)
    assert row["attributes"] == {"occluded": False, "truncated": True, "colour": "red"}
