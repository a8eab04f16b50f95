"""The pictures that come along in an archive: found by what its annotations call them, and no mask is one."""

import io
import json
import tarfile
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from labeling.domain.images import MAX_PIXELS
from labeling.formats import FORMATS, recognised
from labeling.formats.opened import Malformed, Opened
from labeling.formats.picture_files import PictureFiles
from labeling.formats.staged import Staged
from tests.factories import picture
from tests.labeling.formats.hostile import packed
from tests.labeling.formats.test_readers import world
from tests.labeling.formats.test_round_trips import staged
from tests.labeling.formats.worlds import written

SIZE = (32, 24)
PNG = picture(*SIZE, seed=1)
JPEG = picture(*SIZE, seed=1, kind="JPEG")


def unknown(path: Path, archive: bytes, *, most_pixels: int = MAX_PIXELS) -> Staged:
    """Return what an archive says to a project without any images."""
    stage = Staged(path)
    with Opened(io.BytesIO(archive), "archive.zip") as opened:
        for record in recognised(opened).read(opened):
            stage.add(record)
        pictures = PictureFiles(opened, most_pixels=most_pixels, most_bytes=1 << 20)
        with closing(pictures):
            stage.match([], pictures.find)
    list(stage.resolve())
    return stage


def brought(path: Path, members: dict[str, bytes]) -> list[tuple[str, str, int, int]]:
    with unknown(path, packed(members)) as stage:
        found = [image.brought for image in stage.images()]
    return [(one.member, one.name, one.width, one.height) for one in found if one]


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_an_export_with_images_needs_nothing_of_the_project(format_name: str, tmp_path: Path) -> None:
    images = world()
    archive = written(format_name, images, splits=("train", "val"))
    with staged(tmp_path / "known", archive, images) as stage:
        expected = {
            next(one.name for one in images if one.id == image.task): image.objects
            for image in stage.images()
            if image.objects
        }
    with unknown(tmp_path / "unknown", archive) as stage:
        assert (list(stage.problems()), stage.new_image_count) == ([], len(images))
        found = list(stage.images())
    assert [(one.brought.width, one.brought.height) for one in found if one.brought] == [SIZE] * len(images)
    assert {one.brought.name: one.objects for one in found if one.objects and one.brought} == expected
    assert {one.task for one in found} == {None}


SAMPLE = json.dumps({"image": {"name": "a.png"}, "annotations": []}).encode()


def shard(*files: tuple[str, bytes], **holes: int) -> bytes:
    """Return a tar of files, in this order, and of files that are nothing but holes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as made:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
    content = out.getvalue()
    for name, size in holes.items():
        # A sparse file of GNU tar: no blocks of its own, and any size.
        info = tarfile.TarInfo(f"{name}.png")
        info.type = tarfile.GNUTYPE_SPARSE
        header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
        header[483:495] = tarfile.itn(size, 12, tarfile.GNU_FORMAT)
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
        content = bytes(header) + content
    return content


def test_a_picture_of_a_sample_lies_before_or_behind_its_json(tmp_path: Path) -> None:
    before = shard(("x/a.b/one.png", PNG), ("x/a.b/one.json", SAMPLE), ("two.jpg", JPEG))
    behind = shard(("one.json", SAMPLE), ("one.jpg", JPEG), ("two.json", SAMPLE), ("three.jpg", JPEG))
    with unknown(tmp_path / "stage", packed({"shards/0.tar": before, "shards/1.tar": behind})) as stage:
        found = [image.brought.member for image in stage.images() if image.brought]
        problems = [problem.message for problem in stage.problems()]
    assert found == ["shards/0.tar!/x/a.b/one.png", "shards/1.tar!/one.jpg"]
    assert problems == ["the project has no image “a.png”."]


def test_files_of_a_shard_are_copied_as_they_are_and_no_hole_is_one(tmp_path: Path) -> None:
    content = shard(("one.png", PNG), ("two.png", JPEG), hole=1 << 40)
    archive = packed({"0.tar": content, "1.tar": shard(("one.png", PNG)), "2.tar": b"no shard" * 99})
    with Opened(io.BytesIO(archive), "archive.zip") as opened:
        pictures = PictureFiles(opened, most_pixels=MAX_PIXELS, most_bytes=1 << 20)
        with closing(pictures):
            for member, expected in (
                ("0.tar!/two.png", JPEG),
                ("1.tar!/one.png", PNG),
                ("0.tar!/one.png", PNG),
            ):
                out = io.BytesIO()
                pictures.copy(member, out)
                assert out.getvalue() == expected
            for member, told in (
                ("0.tar!/hole.png", "is not in its shard"),
                ("2.tar!/one.png", "is no shard"),
                ("3.tar!/one.png", "is not in the archive"),
            ):
                with pytest.raises(Malformed, match=told):
                    pictures.copy(member, io.BytesIO())


def test_a_picture_that_is_too_large_is_not_copied_to_its_end() -> None:
    archive = packed({"images/a.png": b"x" * (3 << 20)})
    with Opened(io.BytesIO(archive), "archive.zip") as opened:
        out = io.BytesIO()
        with pytest.raises(Malformed, match="is larger than 1 MB"):
            PictureFiles(opened, most_pixels=MAX_PIXELS, most_bytes=1 << 20).copy("images/a.png", out)
    assert len(out.getvalue()) == 1 << 20


def test_a_shard_of_many_files_takes_no_memory_for_each() -> None:
    content = shard(*((f"{number}.txt", b"") for number in range(20_000)))
    archive = packed({"shards/0.tar": content})
    with Opened(io.BytesIO(archive), "archive.zip") as opened:
        tracemalloc.start()
        assert list(FORMATS["webdataset"].read(opened)) == []
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    # Kept, they would take twenty times as much.
    assert most < 1_000_000


def coco(*names: str) -> bytes:
    images = [{"id": number, "file_name": name} for number, name in enumerate(names)]
    outline = {"id": 1, "image_id": 0, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9, 1, 9]]}
    file = {"images": images, "categories": [{"id": 1, "name": "cup"}], "annotations": [outline]}
    return json.dumps(file).encode()


@pytest.mark.parametrize(
    ("said", "member"),
    [
        ("a.jpg", "train2017/a.jpg"),
        ("train/a.jpg", "images/train/a.jpg"),
        ("images/a.png", "images/a.png"),
        # By its whole path a picture may lie anywhere.
        ("a.png", "a.png"),
        ("photographs/Ä.PNG", "photographs/Ä.PNG"),
        ("A.JPG", "images/a.jpg"),
        ("a.b.c.jpg", "images/a.b.c.jpg"),
    ],
)
def test_the_layouts_of_other_programs_are_known(said: str, member: str, tmp_path: Path) -> None:
    content = PNG if member.lower().endswith("png") else JPEG
    members = {"annotations/instances.json": coco(said), member: content}
    assert brought(tmp_path / "stage", members) == [(member, member.rpartition("/")[2], *SIZE)]


@pytest.mark.parametrize(
    "members",
    [
        # Masks, and what was cut out of images.
        {"masks/a.png": PNG},
        {"crops/a.jpg": JPEG},
        # Either could be meant.
        {"images/train/a.jpg": JPEG, "images/val/a.jpg": JPEG},
        {"images/b.jpg": JPEG},
        {"images/a.txt": JPEG},
    ],
)
def test_what_is_no_picture_of_an_image_is_not_brought(members: dict[str, bytes], tmp_path: Path) -> None:
    members |= {"annotations/instances.json": coco("a.jpg")}
    assert brought(tmp_path / "stage", members) == []


def test_two_images_do_not_share_a_picture(tmp_path: Path) -> None:
    archive = packed({"annotations/instances.json": coco("a.jpg", "images/a.jpg"), "images/a.jpg": JPEG})
    with unknown(tmp_path / "stage", archive) as stage:
        [problem] = stage.problems()
    assert problem.entry == "annotations/instances.json, images[1]"
    assert problem.message == "means the same picture as annotations/instances.json, images[0]."


def test_a_picture_on_its_side_is_as_large_as_it_will_be_shown(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.open(io.BytesIO(JPEG)).save(out, "JPEG", exif=exif)
    members = {"annotations/instances.json": coco("a.jpg"), "images/a.jpg": out.getvalue()}
    assert brought(tmp_path / "stage", members) == [("images/a.jpg", "a.jpg", 24, 32)]


@pytest.mark.parametrize(
    ("content", "most_pixels", "told"),
    [
        (b"\x89PNG\r\n\x1a\nbroken", MAX_PIXELS, "“a.png” is damaged"),
        (b"text", MAX_PIXELS, "“a.png” is not an image"),
        (PNG, 700, "“a.png” has 32 x 24 pixels"),
    ],
)
def test_why_a_picture_cannot_be_used_is_told(
    content: bytes, most_pixels: int, told: str, tmp_path: Path
) -> None:
    archive = packed({"annotations/instances.json": coco("a.png"), "images/a.png": content})
    with unknown(tmp_path / "stage", archive, most_pixels=most_pixels) as stage:
        [problem] = stage.problems()
    assert problem.entry == "annotations/instances.json, images[0]"
    assert problem.message.startswith(told)
    assert not problem.message.endswith("..")
