"""What people complain about in other tools' exports, with the threads that say so: not so here."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from zipfile import ZipFile

import cv2
import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as codec
from pycocotools.coco import COCO

from labeling.formats import FORMATS
from labeling.formats.base import ExportAnnotation, ExportImage, ExportLabel, ExportSource
from labeling.formats.flat import pixels
from labeling.formats.package import write_package
from labeling.models import Task
from labeling.services.annotations import annotation_create
from labeling.services.datasets import UploadFile, images_upload
from labeling.services.tasks import task_accept, task_submit
from tests.factories import World, rectangle
from tests.labeling.formats.worlds import LABELS, annotation, image, members, written
from tests.labeling.services.test_export_options import export

ODD = 'кот "🐈"/ש, 猫'


def square(x: int, y: int, side: int) -> np.ndarray:
    found = np.zeros((24, 32), bool)
    found[y : y + side, x : x + side] = True
    return found


def test_what_is_exported_is_what_is_on_the_screen() -> None:
    """Order from back to front, and no object missing (cvat #4612, #4457, #2178)."""
    # Told in the order of drawing; the first one was brought to the front afterwards.
    objects = [
        annotation(1, square(4, 4, 10), 3, position=9),
        annotation(2, square(8, 8, 10), 9, position=2),
        annotation(3, square(0, 0, 24), 7, position=0),
    ]
    one = image(1, objects)
    screen = np.zeros((24, 32), int)
    for drawn in (objects[2], objects[1], objects[0]):
        screen[pixels(drawn, one)] = drawn.label_id
    place = {0: 0, 3: 1, 7: 2, 9: 3}
    expected = np.vectorize(place.__getitem__)(screen)
    for name, member in (
        ("png_semantic", "masks/a.png"),
        ("ade", "annotations/training/a.png"),
        ("cityscapes", "gtFine/train/cardinal/cardinal_000001_000000_gtFine_labelIds.png"),
    ):
        found = np.asarray(Image.open(io.BytesIO(members(written(name, [one]))[member])))
        assert np.array_equal(found, expected), name
    for name in ("coco", "coco_polygons"):
        listed = json.loads(members(written(name, [one]))["annotations/instances.json"])
        assert [row["id"] for row in listed["annotations"]] == [1, 2, 3]


@pytest.mark.parametrize("name", ["coco", "coco_polygons"])
def test_crowds_are_crowds_others_are_not_and_holes_stay(name: str, tmp_path: Path) -> None:
    """Always `iscrowd=1`, holes lost (cvat #7030, label-studio #5899)."""
    ring = square(2, 2, 12) & ~square(5, 5, 4)
    objects = [annotation(1, ring, 3), annotation(2, square(20, 10, 6), 3, crowd=True)]
    path = tmp_path / "instances.json"
    path.write_bytes(members(written(name, [image(1, objects)]))["annotations/instances.json"])
    with redirect_stdout(io.StringIO()):
        coco = COCO(str(path))
    assert {key: row["iscrowd"] for key, row in coco.anns.items()} == {1: 0, 2: 1}
    assert np.array_equal(coco.annToMask(coco.anns[1]), ring)


STREAMED = ("coco", "coco_panoptic", "png_semantic", "voc", "datumaro", "webdataset", "parquet")


# What pycocotools warns of at each mask would be kept, with the place it came from.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", STREAMED)
def test_memory_does_not_grow_with_what_is_exported(name: str, tmp_path: Path) -> None:
    """Big exports die (cvat #8600, label-studio #5852)."""
    speckled = np.random.default_rng(0).random((24, 32)) < 0.5
    drawn = annotation(1, speckled, 3)

    def images(count: int) -> Iterator[ExportImage]:
        for number in range(count):
            # Some kilobytes an image, none of which another image has.
            counts = ["".join(drawn.mask_counts) for _ in range(8)]
            objects = [
                ExportAnnotation(8 * number + n, 3, counts[n], drawn.bbox, drawn.area) for n in range(8)
            ]
            yield image(number, objects, f"{number}.png")

    def peak(count: int) -> tuple[int, int]:
        path = tmp_path / "archive.zip"
        with path.open("wb") as file:
            tracemalloc.start()
            try:
                for _ in write_package(FORMATS[name], ExportSource("big", LABELS, images(count)), file):
                    pass
                most = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
        with ZipFile(path) as archive:
            return most, len(archive.namelist())

    peak(10)
    (small, few), (large, many) = peak(800), peak(3200)
    # Names are all that stays, of 2,400 further images and of their files; objects would take far more.
    assert large - small < 2400 * 700 + (many - few) * 1000
    assert 2400 * 8 * len(drawn.mask_counts) > 4_000_000


def _upload_turned(world: World) -> Task:
    """Upload a photograph whose camera was held upright: 40 x 30 pixels in the file, 30 x 40 as seen."""
    noise = np.random.default_rng(1).integers(0, 256, (30, 40, 3), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "JPEG", exif=exif, quality=95)
    files = [UploadFile("turned.jpg", io.BytesIO(out.getvalue()))]
    images_upload(dataset=world.dataset, files=files, uploaded_by=world.admin)
    return world.tasks[0]


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_image_mask_and_export_agree_on_what_is_up() -> None:
    """EXIF orientation (cvat #1059, label-studio #6608, labelme #1529)."""
    world = World(images=0)
    task = _upload_turned(world)
    mask = rectangle(0, 0, 30, 10, size=(40, 30))
    annotation_create(
        task_id=task.pk,
        label_id=world.labels[0].pk,
        proposal_id=None,
        mask=mask,
        client_id=None,
        created_by=world.annotator,
    )
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    task_accept(task_id=task.pk, accepted_by=world.reviewer)
    _, found = export(world, images="display", crops=True)
    document = json.loads(found["annotations/instances.json"])
    [row], [entry] = document["annotations"], document["images"]
    assert (entry["height"], entry["width"]) == (40, 30)
    assert codec.decode(row["segmentation"]).shape == (40, 30)
    shown = Image.open(io.BytesIO(found[f"images/{entry['file_name']}"]))
    assert (shown.size, shown.getexif().get(0x0112, 1)) == ((30, 40), 1)
    [crop] = [content for name, content in found.items() if name.startswith("crops/")]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(crop)))[..., :3], np.asarray(shown)[:10])
    # Who asks for the original gets it; a reader that heeds its orientation sees the same.
    _, found = export(world, images="originals")
    [name] = [name for name in found if name.startswith("images/")]
    assert cv2.imdecode(np.frombuffer(found[name], np.uint8), cv2.IMREAD_COLOR).shape == (40, 30, 3)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_names_of_any_script_leave_as_they_are(name: str, tmp_path: Path) -> None:
    """Non-ASCII file and label names (label-studio #1266, cvat #3137)."""
    objects = [annotation(1, square(4, 4, 12), 5)]
    archive = written(name, [image(1, objects, f"{ODD}.png")], [ExportLabel(5, ODD, "thing")])
    with ZipFile(io.BytesIO(archive)) as opened:
        opened.extractall(tmp_path)
        listed = opened.read("manifest.json").decode()
    assert json.loads(listed)["labels"][0]["name"] == ODD
    assert any(ODD in label for label in _labels(name, tmp_path))


def _labels(name: str, folder: Path) -> Iterator[str]:
    """Yield all strings that a format's own files hold, as its readers see them."""
    for path in folder.rglob("*"):
        if path.name == "manifest.json" or path.is_dir():
            continue
        if path.suffix in (".json", ".yaml"):
            yield from _strings(json.loads(path.read_text()))
        elif path.suffix in (".csv", ".txt"):
            yield path.read_text().replace('""', '"').replace('\\"', '"')
    if name == "webdataset":
        import webdataset  # noqa: PLC0415

        for sample in webdataset.WebDataset(
            str(folder / "shards/all-000000.tar"), shardshuffle=False
        ).decode():
            yield from _strings(sample["json"])
    if name == "parquet":
        import pandas as pd  # noqa: PLC0415

        yield from pd.read_parquet(folder / "annotations.parquet")["label"]
    if name == "voc":
        # Its list of labels has no place for a slash: what is safe for a file stands there.
        yield from [ODD] if "кот_🐈_ש,_猫:128,0,0::" in (folder / "labelmap.txt").read_text() else []


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


@pytest.mark.parametrize("name", ["coco", "coco_panoptic", "instance_maps"])
def test_an_image_may_have_more_objects_than_two_bytes_count(name: str) -> None:
    """65,536 objects of a pixel each, all told apart where the format has room."""
    height, width, count = 256, 257, 65_536
    plain = [{"size": [height, width], "counts": [n, 1, height * width - n - 1]} for n in range(count)]
    encoded = codec.frPyObjects(plain, height, width)
    objects = [
        ExportAnnotation(
            n + 1, 3, rle["counts"].decode(), [float(n // height), float(n % height), 1.0, 1.0], 1, position=n
        )
        for n, rle in enumerate(encoded)
    ]
    found = members(written(name, [ExportImage(1, "a.png", "0" * 64, width, height, objects)]))
    if name == "coco":
        assert len(json.loads(found["annotations/instances.json"])["annotations"]) == count
    elif name == "coco_panoptic":
        [entry] = json.loads(found["annotations/panoptic.json"])["annotations"]
        assert len({segment["id"] for segment in entry["segments_info"]}) == count
        rgb = np.asarray(Image.open(io.BytesIO(found["panoptic/a.png"]))).astype(int)
        assert len(np.unique(rgb @ [1, 256, 65536])) == count + 1
    else:
        values = np.asarray(Image.open(io.BytesIO(found["masks/a.png"])))
        # Two bytes count to 65,535: the one farthest back is told nowhere, and not as another.
        assert len(np.unique(values)) == count
        assert values.T.flat[0] == 0
        assert len(json.loads(found["instances.json"])["images"][0]["objects"]) == count - 1
