"""What is exported, opened by readers that others wrote; masks are compared pixel by pixel."""

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
import webdataset
from PIL import Image
from pycocotools import mask as codec
from pycocotools.coco import COCO

from labeling.formats.base import ExportAnnotation, ExportImage, Picture
from labeling.formats.flat import drawing_order, from_back_to_front, pixels
from labeling.formats.outlines import rings
from tests.labeling.formats.worlds import HEIGHT, LABELS, WIDTH, annotation, written

NAMES = {label.id: label.name for label in LABELS}


def picture(number: int) -> Picture:
    """Return a file of noise as large as the world's images."""
    noise = np.random.default_rng(number).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    return Picture(".png", lambda: io.BytesIO(out.getvalue()))


def spot(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    found = np.zeros((HEIGHT, WIDTH), bool)
    for x, y, w, h in boxes:
        found[y : y + h, x : x + w] ^= True
    return found


def world() -> list[ExportImage]:
    """Holes, parts, one pixel, touching and overlapping objects, the border, nothing, crowds, odd names."""
    objects = [
        annotation(101, spot((2, 2, 20, 15), (6, 6, 5, 5)), 3, position=1),
        annotation(102, spot((0, 0, 4, 4), (28, 20, 4, 4)), 3, position=2, occluded=True),
        annotation(103, spot((31, 23, 1, 1)), 9, position=5),
        annotation(104, spot((15, 10, 17, 10)), 9, position=3, crowd=True),
        annotation(105, spot((0, 18, 32, 6)), 7, position=0, truncated=True),
        annotation(106, spot((22, 2, 6, 6)), 9, position=4, ignore=True),
    ]
    named = [
        ("cup.png", "a", "train", objects),
        ("cup.png", "b", "val", []),
        ('кот "1"/x.jpg', "a", "train", []),
    ]
    named[2] = (
        *named[2][:3],
        [annotation(301, spot((0, 0, WIDTH, HEIGHT)), 9), annotation(302, spot((5, 5, 3, 3)), 3)],
    )
    return [
        ExportImage(
            *(number, name, f"{number:064x}", WIDTH, HEIGHT, given),
            dataset=dataset,
            split=split,
            picture=picture(number),
        )
        for number, (name, dataset, split, given) in enumerate(named, start=1)
    ]


SPLITS = ("train", "val")


def unpacked(folder: Path, format_name: str) -> Path:
    with ZipFile(io.BytesIO(written(format_name, world(), splits=SPLITS))) as archive:
        archive.extractall(folder)
    return folder


def of(split: str) -> list[ExportImage]:
    return [one for one in world() if one.split == split]


def seen(image: ExportImage) -> np.ndarray:
    """Return which object is seen in each pixel, 0 for none; what is to be ignored is not painted."""
    found = np.zeros((HEIGHT, WIDTH), int)
    for one in from_back_to_front(image):
        found[pixels(one, image)] = one.id
    return found


def by_id(image: ExportImage) -> dict[int, ExportAnnotation]:
    return {one.id: one for one in image.annotations}


@pytest.fixture(scope="module")
def torchvision() -> ModuleType:
    """Torchvision's data sets. Its compiled operators load beside a CUDA build of torch alone."""
    import torch  # noqa: PLC0415

    if torch.version.cuda is None:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return importlib.import_module("torchvision.datasets")


@pytest.mark.parametrize("format_name", ["coco", "coco_polygons"])
def test_pycocotools_reads_masks_flags_and_parts(tmp_path: Path, format_name: str) -> None:
    folder = unpacked(tmp_path, format_name)
    for split in SPLITS:
        with contextlib.redirect_stdout(io.StringIO()):
            coco = COCO(str(folder / f"annotations/instances_{split}.json"))
        assert sorted(coco.imgs) == [one.id for one in of(split)]
        assert {one["id"]: one["name"] for one in coco.cats.values()} == NAMES
        for image in of(split):
            assert Image.open(folder / "images" / split / coco.imgs[image.id]["file_name"]).size == (
                WIDTH,
                HEIGHT,
            )
            assert sorted(coco.getAnnIds(imgIds=[image.id])) == sorted(by_id(image))
            for one in image.annotations:
                read = coco.anns[one.id]
                assert np.array_equal(coco.annToMask(read), pixels(one, image))
                assert (read["iscrowd"], read["category_id"]) == (int(one.crowd), one.label_id)


def test_polygons_stand_where_there_are_no_holes(tmp_path: Path) -> None:
    listed = json.loads(
        (unpacked(tmp_path, "coco_polygons") / "annotations/instances_train.json").read_text()
    )
    kinds = {one["id"]: type(one["segmentation"]) for one in listed["annotations"]}
    # A hole and a crowd are run lengths.
    assert kinds == {101: dict, 102: list, 103: list, 104: dict, 105: list, 106: list, 301: list, 302: list}
    [two] = [one["segmentation"] for one in listed["annotations"] if one["id"] == 102]
    assert two == [[0, 0, 4, 0, 4, 4, 0, 4], [28, 20, 32, 20, 32, 24, 28, 24]]


def test_torchvision_reads_coco_with_masks(tmp_path: Path, torchvision: ModuleType) -> None:
    folder = unpacked(tmp_path, "coco")
    with contextlib.redirect_stdout(io.StringIO()):
        plain = torchvision.CocoDetection(
            folder / "images/train", folder / "annotations/instances_train.json"
        )
    wrapped = torchvision.wrap_dataset_for_transforms_v2(plain, target_keys=["image_id", "labels", "masks"])
    for (read, target), image in zip(wrapped, of("train"), strict=True):
        assert read.size == (WIDTH, HEIGHT)
        assert target["image_id"] == image.id
        kept = image.annotations
        assert target["labels"].tolist() == [one.label_id for one in kept]
        assert np.array_equal(target["masks"].numpy(), [pixels(one, image) for one in kept])


def test_torchvision_reads_voc(tmp_path: Path, torchvision: ModuleType) -> None:
    folder = unpacked(tmp_path / "VOCdevkit" / "VOC2012", "voc").parent.parent
    read = torchvision.VOCSegmentation(folder, image_set="train")
    assert len(read) == 2
    for (shown, mask), image in zip(read, of("train"), strict=True):
        assert shown.size == mask.size == (WIDTH, HEIGHT)
        values, ids = np.array(mask), seen(image)
        places = {label.id: place for place, label in enumerate(LABELS, start=1)}
        for y, x in np.argwhere(values != 255):
            expected = places[by_id(image)[ids[y, x]].label_id] if ids[y, x] else 0
            assert values[y, x] == expected


def test_torchvision_and_the_scripts_read_cityscapes(tmp_path: Path, torchvision: ModuleType) -> None:
    folder = unpacked(tmp_path, "cityscapes")
    kinds = ["instance", "semantic", "color", "polygon"]
    read = torchvision.Cityscapes(folder, split="train", mode="fine", target_type=kinds)
    annotations = importlib.import_module("cityscapesscripts.helpers.annotation")
    helpers = importlib.import_module("cityscapesscripts.helpers.csHelpers")
    assert len(read) == 2
    order = np.argsort(read.images)
    for place, image in zip(order, of("train"), strict=True):
        shown, (instances, semantic, color, polygons) = read[place]
        assert shown.size == (WIDTH, HEIGHT)
        ids = seen(image)
        labels = {label.id: number for number, label in enumerate(LABELS, start=1)}
        values_of = {0: 0} | {one.id: labels[one.label_id] for one in image.annotations}
        expected = np.array([[values_of[one] for one in row] for row in ids])
        assert np.array_equal(np.array(semantic), expected)
        colors = {0: (0, 0, 0), 1: (255, 0, 0), 2: (0, 255, 0), 3: (0, 0, 255)}
        assert np.array_equal(np.array(color), np.array([[colors[v] for v in row] for row in expected]))
        values = np.array(instances).astype(int)
        assert np.array_equal(np.where(values >= 1000, values // 1000, values), expected)
        for number in set(ids.flat) - {0}:
            one = by_id(image)[number]
            single = one.label_id != 7 and not one.crowd
            [value] = set(values[ids == number])
            assert (value >= 1000) == single
            assert not single or np.array_equal(values == value, ids == number)
        assert (polygons["imgHeight"], polygons["imgWidth"]) == (HEIGHT, WIDTH)
        about = helpers.getCsFileInfo(read.images[place])
        assert (about.city, about.type) == ("cardinal", "leftImg8bit")
        file = annotations.Annotation()
        file.fromJsonFile(read.targets[place][3])
        outlines = [len(rings(pixels(one, image))) for one in from_back_to_front(image)]
        assert len(file.objects) == sum(outlines)
        assert file.objects[-1].label in NAMES.values()


# It opens pictures for everybody in its process in a way of its own once it is imported: it gets a process.
ULTRALYTICS = """
import json, sys
from ultralytics.data.utils import verify_image_label
for shown, label, labels in json.load(sys.stdin):
    _, found, shape, segments, _, missing, count, _, corrupt, message = verify_image_label(
        (shown, label, "", False, labels, 0, 0, False)
    )
    boxes = [[*one.min(0).tolist(), *one.max(0).tolist()] for one in segments]
    print(json.dumps([missing, corrupt, message, count, shape, [int(row[0]) for row in found], boxes]))
"""


def test_ultralytics_reads_polygons_and_the_list_of_classes(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "yolo")
    stems = {1: "cup", 2: "cup_2", 3: "кот_1_x"}
    asked = []
    for image in world():
        label = folder / "labels" / image.split / f"{stems[image.id]}.txt"
        shown = folder / "images" / image.split / f"{stems[image.id]}.png"
        asked.append([str(shown), str(label), len(LABELS)])
    done = subprocess.run(
        [sys.executable, "-P", "-c", ULTRALYTICS],
        input=json.dumps(asked),
        # It would look for a newer version of itself, and keep settings in one's home.
        env={**os.environ, "YOLO_OFFLINE": "true", "YOLO_CONFIG_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    for image, answer in zip(world(), answers, strict=True):
        missing, corrupt, message, count, shape, found, boxes = answer
        kept = [one for one in image.annotations if not one.crowd and not one.ignore]
        assert (missing, corrupt, message) == (0, 0, "")
        assert (count, shape) == (1, [HEIGHT, WIDTH])
        assert found == [[3, 7, 9].index(one.label_id) for one in kept]
        for box, one in zip(boxes, kept, strict=True):
            x, y, w, h = one.bbox
            seen = np.reshape(box, (2, 2)) * (WIDTH, HEIGHT)
            assert np.allclose(seen, [[x, y], [x + w, y + h]], atol=1e-4)


def test_supervision_reads_yolo(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "yolo")
    supervision = importlib.import_module("supervision")
    data = supervision.DetectionDataset.from_yolo(
        str(folder / "images/train"),
        str(folder / "labels/train"),
        str(folder / "data.yaml"),
        force_masks=True,
    )
    assert data.classes == [*NAMES.values()]
    assert sorted(len(found) for _, _, found in data) == [2, 4]


def test_supervision_reads_coco(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "coco")
    supervision = importlib.import_module("supervision")
    data = supervision.DetectionDataset.from_coco(
        str(folder / "images/train"), str(folder / "annotations/instances_train.json"), force_masks=True
    )
    found = {Path(path).name: detections for path, _, detections in data}
    [first] = [one for one in of("train") if one.id == 1]
    assert np.array_equal(found["cup.png"].mask, [pixels(one, first) for one in first.annotations])


@pytest.fixture
def labelme() -> Iterator[ModuleType]:
    """Labelme's own reader of files, without its windows: they need a library for screens."""
    qt = ("PyQt5", "PyQt5.QtCore", "PyQt5.QtGui", "PyQt5.QtWidgets", "PyQt5.QtNetwork")
    before = {name: sys.modules.get(name) for name in qt}
    sys.modules.update({name: MagicMock() for name in qt})
    yield importlib.import_module("labelme._label_file")
    for name, module in before.items():
        if module is None:
            del sys.modules[name]
        else:
            sys.modules[name] = module


def test_labelme_reads_masks_flags_and_answers(tmp_path: Path, labelme: ModuleType) -> None:
    folder = unpacked(tmp_path, "labelme")
    for image, stem in ((one, {1: "cup", 3: "кот_1_x"}[one.id]) for one in of("train")):
        file = labelme.read_label_file(str(folder / "train" / f"{stem}.json"))
        drawn = drawing_order(image)
        assert [shape["label"] for shape in file.shapes] == [NAMES[one.label_id] for one in drawn]
        for shape, one in zip(file.shapes, drawn, strict=True):
            (x0, y0), (x1, y1) = (map(int, point) for point in shape["points"])
            whole = np.zeros((HEIGHT, WIDTH), bool)
            whole[y0 : y1 + 1, x0 : x1 + 1] = shape["mask"]
            assert np.array_equal(whole, pixels(one, image))
            assert shape["flags"]["crowd"] == one.crowd


def test_datumaro_reads_masks_order_and_attributes(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "datumaro")
    datumaro = importlib.import_module("datumaro")
    data = datumaro.Dataset.import_from(str(folder), "datumaro")
    assert [label.name for label in data.categories()[datumaro.AnnotationType.label]] == [*NAMES.values()]
    items = {item.id: item for item in data}
    for image in world():
        item = items[{1: "cup", 2: "cup_2", 3: "кот_1_x"}[image.id]]
        assert item.subset == image.split
        drawn = drawing_order(image)
        assert [one.id for one in item.annotations] == [one.id for one in drawn]
        assert [one.z_order for one in item.annotations] == list(range(len(drawn)))
        for read, one in zip(item.annotations, drawn, strict=True):
            assert np.array_equal(read.image.astype(bool), pixels(one, image))
            assert read.attributes["is_crowd"] == one.crowd
        assert item.media.data.shape == (HEIGHT, WIDTH, 3)


def test_the_reader_in_the_folder_feeds_torchvision_s_models(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "instance_maps")
    spec = importlib.util.spec_from_file_location("exported", folder / "dataset.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    data = module.Instances(folder, split="train")
    assert (len(data), len(module.Instances(folder))) == (2, 3)
    assert data.classes == ["background", *NAMES.values()]
    for place, image in enumerate(of("train")):
        shown, target = data[place]
        assert shown.shape == (3, HEIGHT, WIDTH)
        ids = seen(image)
        kept = [one for one in reversed(from_back_to_front(image)) if (ids == one.id).any()]
        assert np.array_equal(target["masks"].numpy(), [ids == one.id for one in kept])
        assert target["labels"].tolist() == [1 + [3, 7, 9].index(one.label_id) for one in kept]
        assert target["boxes"][0].tolist() == [31.0, 23.0, 32.0, 24.0] if image.id == 1 else True
    assert data.target(0)["area"].tolist() == [
        float((seen(of("train")[0]) == n).sum()) for n in (103, 104, 102, 101, 105)
    ]


def test_davis_has_a_folder_a_video_and_lists_of_them(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "davis")
    assert (folder / "ImageSets/2017/train.txt").read_text() == "a\n"
    assert (folder / "ImageSets/2017/val.txt").read_text() == "b\n"
    for frame, image in enumerate(of("train")):
        mask = Image.open(folder / f"Annotations/480p/a/{frame:05d}.png")
        assert mask.mode == "P"
        assert Image.open(folder / f"JPEGImages/480p/a/{frame:05d}.jpg").size == mask.size
        ids, values = seen(image), np.array(mask)
        for number in set(ids.flat):
            [value] = set(values[ids == number])
            crowd = number and by_id(image)[number].crowd
            assert (value == 0, value == 255) == (number == 0, bool(crowd))
            assert crowd or np.array_equal(values == value, ids == number)
    frames = json.loads((folder / "frames.json").read_text())
    assert [(one["video"], one["frame"], one["name"]) for one in frames] == [
        ("a", "00000", "cup.png"),
        ("b", "00000", "cup.png"),
        ("a", "00001", 'кот "1"/x.jpg'),
    ]
    assert frames[0]["objects"] == {"1": NAMES[9], "2": NAMES[3], "3": NAMES[3], "4": NAMES[7]}


def test_ade_has_two_bytes_a_pixel(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "ade")
    first = of("train")[0]
    values = np.array(Image.open(folder / "annotations/training/cup.png"))
    assert values.dtype == np.uint16
    ids = seen(first)
    assert np.array_equal(
        values, np.vectorize(lambda n: 1 + [3, 7, 9].index(by_id(first)[n].label_id) if n else 0)(ids)
    )
    table = pd.read_csv(folder / "objectInfo.txt", sep="\t", quoting=3)
    assert table["Name"].tolist() == ['cup "big"', "שמיים/небо\\🐈", "../../etc"]
    assert table["Train"].tolist() == [2, 1, 2]
    assert table["Stuff"].tolist() == [0, 1, 0]


def test_webdataset_reads_samples(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "webdataset")
    shard = webdataset.WebDataset(str(folder / "shards/train-000000.tar"), shardshuffle=False).decode("rgb8")
    samples = list(shard)
    assert len(samples) == 2
    for sample, image in zip(samples, of("train"), strict=True):
        assert sample["png"].shape == (HEIGHT, WIDTH, 3)
        assert sample["json"]["image"]["sha256"] == image.sha256
        drawn = drawing_order(image)
        assert [one["label"] for one in sample["json"]["annotations"]] == [
            NAMES[one.label_id] for one in drawn
        ]
        for read, one in zip(sample["json"]["annotations"], drawn, strict=True):
            assert np.array_equal(codec.decode(read["mask"]), pixels(one, image))


def test_pandas_reads_tables(tmp_path: Path) -> None:
    folder = unpacked(tmp_path, "parquet")
    images = pd.read_parquet(folder / "images.parquet").set_index("image_id")
    objects = pd.read_parquet(folder / "annotations.parquet")
    assert images["split"].tolist() == ["train", "val", "train"]
    assert images["name"].tolist() == ["cup.png", "cup.png", 'кот "1"/x.jpg']
    drawn = [(image, one) for image in world() for one in image.annotations]
    for row, (image, one) in zip(objects.itertuples(), drawn, strict=True):
        read = codec.decode({"size": [row.mask_height, row.mask_width], "counts": row.mask_counts})
        assert np.array_equal(read, pixels(one, image))
        assert (row.object_id, row.image_id, row.label) == (one.id, image.id, NAMES[one.label_id])
        assert (row.crowd, row.truncated, row.position) == (one.crowd, one.truncated, one.position)
