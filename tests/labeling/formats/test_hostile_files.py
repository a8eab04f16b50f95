"""Files from outside that lead elsewhere, fill memory or are broken: told with their entry and line."""

import io
import json
import tarfile
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labeling.formats import FORMATS, json_lists, opened, raster, recognised, shards
from labeling.formats.opened import FileInvalid, Opened
from labeling.formats.picture_files import PictureFiles
from labeling.formats.stage_rows import KnownImage, StagedImage
from labeling.formats.staged import Staged
from tests.labeling.formats.hostile import packed, repacked
from tests.labeling.formats.test_readers import picture
from tests.labeling.formats.worlds import HEIGHT, WIDTH, annotation, image, written

KNOWN = [KnownImage(1, "a.png", "photos", f"{1:064x}", WIDTH, HEIGHT)]


def square(x: int = 4, y: int = 4, side: int = 12) -> np.ndarray:
    found = np.zeros((HEIGHT, WIDTH), bool)
    found[y : y + side, x : x + side] = True
    return found


def archive_of(name: str, *, with_picture: bool = False) -> bytes:
    one = image(1, [annotation(5, square()), annotation(6, square(14, 2, 9), 7)])
    return written(name, [replace(one, picture=picture(1) if with_picture else None)])


def read(
    content: bytes, tmp_path: Path, name: str = "archive.zip", known: list[KnownImage] = KNOWN
) -> tuple[list[StagedImage], list[tuple[str, str]]]:
    """Return what can be imported, and what is wrong."""
    path = tmp_path / "stage"
    path.unlink(missing_ok=True)
    with Staged(path) as stage:
        with Opened(io.BytesIO(content), name) as file:
            for record in recognised(file).read(file):
                stage.add(record)
            with closing(PictureFiles(file, most_pixels=10_000, most_bytes=1 << 20)) as pictures:
                stage.match(known, pictures.find)
        list(stage.resolve())
        problems = [(one.entry, one.message) for one in stage.problems()]
        assert stage.problem_count == len(problems)
        return list(stage.images()), problems


def coco(**changes: object) -> dict[str, object]:
    """Return a sound document with an object, with changes in it."""
    return {
        "categories": [{"id": 3, "name": "cup"}],
        "images": [{"id": 1, "file_name": "a.png", "width": WIDTH, "height": HEIGHT}],
        "annotations": [
            {
                "id": 5,
                "image_id": 1,
                "category_id": 3,
                "segmentation": [[4, 4, 16, 4, 16, 16, 4, 16]],
                **changes,
            }
        ],
    }


def as_file(document: object) -> bytes:
    return json.dumps(document).encode()


# Archives.


@pytest.mark.parametrize("name", ["../evil.json", "/etc/passwd", "a/../../b", "C:/x", "a//b"])
def test_a_member_that_leads_out_of_its_folder_is_none(name: str) -> None:
    with Opened(io.BytesIO(packed({name: b"{}", "data.json": b"{}"})), "x.zip") as file:
        assert (file.names, file.refused) == (["data.json"], [name])
        assert name not in file


def test_links_are_ignored() -> None:
    content = repacked(packed({"data.json": b"{}"}), links={"annotations/instances.json": "/etc/passwd"})
    with Opened(io.BytesIO(content), "x.zip") as file:
        assert file.names == ["data.json"]


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "FREE_BYTES", 1 << 20)
    with pytest.raises(FileInvalid, match="would unpack to 8 MB"):
        Opened(io.BytesIO(packed({"masks/a.png": bytes(8 << 20)})), "x.zip")
    monkeypatch.setattr(opened, "MOST_MEMBERS", 2)
    with pytest.raises(FileInvalid, match="more than 2 files"):
        Opened(io.BytesIO(packed(dict.fromkeys("abc", b""))), "x.zip")


def test_a_member_that_says_it_were_smaller_is_not_read_beyond_that() -> None:
    content = bytearray(packed({"a.txt": bytes(5000)}))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.index(signature) + offset
        content[at : at + 4] = (10).to_bytes(4, "little")
    with Opened(io.BytesIO(bytes(content)), "x.zip") as file, pytest.raises(opened.Malformed, match="broken"):
        file.read("a.txt")


def test_locked_archives_and_rare_packings_are_refused() -> None:
    content = bytearray(packed({"a.txt": b"secret"}))
    at = content.index(b"PK\x01\x02")
    locked = content.copy()
    locked[at + 8] |= 1
    with pytest.raises(FileInvalid, match="locked with a password"):
        Opened(io.BytesIO(bytes(locked)), "x.zip")
    content[at + 10] = 14
    with pytest.raises(FileInvalid, match="packed in a way"):
        Opened(io.BytesIO(bytes(content)), "x.zip")


def test_what_is_no_archive_and_no_document_is_refused() -> None:
    for content in (b"", b"PK\x03\x04 and nothing", b"GIF89a"):
        with pytest.raises(FileInvalid), Opened(io.BytesIO(content), "x.zip") as file:
            recognised(file)


def test_a_folder_round_everything_and_desktops_files_do_not_matter(tmp_path: Path) -> None:
    for name in sorted(FORMATS):
        content = repacked(archive_of(name), under="my export/v2/", leave_out=("manifest.json",))
        content = repacked(content, add={"__MACOSX/my export/._x.json": b"\x00", ".DS_Store": b"\x00"})
        plain, wrapped = read(archive_of(name), tmp_path), read(content, tmp_path)
        assert wrapped[1] == []
        assert [len(one.objects) for one in wrapped[0]] == [len(one.objects) for one in plain[0]]


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_broken_members_are_problems_and_never_more(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # An image of the project, or one that is new and comes along.
    known = data.draw(st.sampled_from([KNOWN, []]))
    content = archive_of(name, with_picture=not known)
    with ZipFile(io.BytesIO(content)) as archive:
        members = {one: archive.read(one) for one in archive.namelist() if not one.startswith("plots")}
    member = data.draw(st.sampled_from(sorted(members)))
    broken = bytearray(members[member])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, max(len(broken) - 1, 0)))
        kind = data.draw(st.sampled_from(["flip", "cut", "add", "drop"]))
        if kind == "flip" and broken:
            broken[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del broken[at:]
        elif kind == "drop":
            del broken[at : at + data.draw(st.integers(1, 40))]
        else:
            broken[at:at] = data.draw(
                st.sampled_from([b"-", b"99999999999", b"\xff", b"[[[", b'"', b"NaN", b"null,", b"e308"])
            )
    changed = repacked(content, leave_out=[member], add={member: bytes(broken)})
    found, _ = read(changed, tmp_path_factory.mktemp("stage"), known=known)
    # Whatever is left are masks of the image.
    for one in found:
        size = (one.brought.height, one.brought.width) if one.brought else (HEIGHT, WIDTH)
        for each in one.objects:
            assert each.mask.size == size
            assert each.area >= 1


# Entries: where and why.


def told(content: bytes, tmp_path: Path, name: str = "x.json") -> list[tuple[str, str]]:
    found, problems = read(content, tmp_path, name)
    assert sum(len(one.objects) for one in found) == 0
    return problems


ENTRY = "x.json, annotations[0]"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"segmentation": None}, "has no segmentation; a box alone is no mask."),
        ({"segmentation": []}, "has no segmentation; a box alone is no mask."),
        ({"segmentation": [[1, 2, 3, 4]]}, "needs three points or more as a polygon of its segmentation."),
        (
            {"segmentation": [[1, 2, 3, "4", 5, 6]]},
            "has something in a polygon of its segmentation that no coordinate can be.",
        ),
        (
            {"segmentation": [[0, 0, 900, 0, 900, 900]]},
            "leads far out of its image, which has 32 x 24 pixels.",
        ),
        (
            {"segmentation": {"size": [24, 33], "counts": "04"}},
            "cannot be used. The mask's size is [24, 33], but the image is [24, 32] (height, width). "
            "Send a mask of the whole upright image.",
        ),
        (
            {"segmentation": {"size": [24, 32], "counts": [10, -3]}},
            "has run lengths that are none. The mask is no run-length encoding of this image: a run is no "
            "length. Send it as COCO's compressed counts.",
        ),
        (
            {"segmentation": {"size": [24, 32], "counts": [768]}},
            "has run lengths that are none. The mask is empty. Draw the object, or delete the annotation.",
        ),
        ({"segmentation": {"counts": "04"}}, "has run lengths without a size of height and width."),
        (
            {"segmentation": {"size": [10**6, 1], "counts": "04"}},
            "has run lengths of a size that no image has.",
        ),
        ({"category_id": 4}, "has a label that the file does not name."),
        ({"category_id": "3"}, "needs a whole number “category_id”."),
        ({"image_id": 2}, "belongs to an image “x.json#2” that the file does not have."),
        ({"iscrowd": 7}, "has “iscrowd”, which is neither 0 nor 1."),
    ],
)
def test_an_object_that_cannot_be_imported_says_why(
    changes: dict[str, object], message: str, tmp_path: Path
) -> None:
    assert told(as_file(coco(**changes)), tmp_path) == [(ENTRY, message)]


def test_what_is_sound_is_read_beside_what_is_not(tmp_path: Path) -> None:
    document = coco()
    sound = document["annotations"][0]  # type: ignore[index]
    document["annotations"] = [sound, {**sound, "image_id": 9}, "nothing", sound]
    found, problems = read(as_file(document), tmp_path, "x.json")
    assert [one.area for one in found[0].objects] == [144, 144]
    assert problems == [
        ("x.json, annotations[2]", "it is no object of JSON."),
        ("x.json, annotations[1]", "belongs to an image “x.json#9” that the file does not have."),
    ]


def test_broken_json_is_told_with_its_line_and_what_came_before_is_kept(tmp_path: Path) -> None:
    text = json.dumps(coco(), indent=1)
    lines = text.splitlines()
    broken = "\n".join([*lines[:-2], "  ]", " ,,"])
    found, problems = read(broken.encode(), tmp_path, "x.json")
    assert [len(one.objects) for one in found] == [1]
    [(entry, message)] = problems
    assert entry == "x.json"
    assert message.startswith("is no JSON:")
    assert f"in line {len(lines) - 1}" in message or f"in line {len(lines)}" in message


def test_images_that_cannot_be_told_apart_are_problems(tmp_path: Path) -> None:
    twice = [*KNOWN, KnownImage(2, "a.png", "other", f"{2:064x}", WIDTH, HEIGHT)]
    content = as_file(coco())
    assert read(content, tmp_path, "x.json", twice)[1] == [
        ("x.json, images[0]", "2 images of the project could be meant by “a.png”.")
    ]
    assert read(content, tmp_path, "x.json", [])[1] == [
        ("x.json, images[0]", "the project has no image “a.png”.")
    ]
    # A folder or another ending does not matter while only one can be meant.
    for name in ("train/images/a.png", "C:\\photos\\a.png", "A.JPG"):
        document = coco()
        document["images"][0]["file_name"] = name  # type: ignore[index]
        assert [len(one.objects) for one in read(as_file(document), tmp_path, "x.json")[0]] == [1]


def test_outlines_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "MOST_LENGTH", 40)
    assert told(as_file(coco()), tmp_path) == [(ENTRY, "has an outline of 48 pixels, where 40 are the most.")]


def test_entries_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    too_large = [("x.json", "has an entry that is too large for one image.")]
    deep = as_file(coco()).replace(b"[[4, 4", b"[" * 40 + b"4, 4")
    assert told(deep, tmp_path) == too_large
    monkeypatch.setattr(json_lists, "MOST_VALUES", 10)
    assert told(as_file(coco()), tmp_path) == too_large
    monkeypatch.setattr(json_lists, "MOST_VALUES", 1000)
    monkeypatch.setattr(json_lists, "MOST_BYTES", 1 << 17)
    long = as_file(coco(note="x" * (1 << 19)))
    assert told(long, tmp_path) == too_large


YOLO = {"data.yaml": b"names: [cup]\n", "labels/a.txt": b""}


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        (b"0 0.5 0.5 0.1 0.1\n", 1, "is a box, not an outline; a detector's boxes are read as pre-labels."),
        (b"\n1 0 0 1 0 1 1\n", 2, "has the class 1, which has no name."),
        (b"0 0 0 1 0 1\n", 1, "needs three points or more as its outline."),
        (b"0 0 0 1 zero 1 1\n", 1, "has something that is no number."),
        (b"0 nan 0 1 0 1 1\n", 1, "has something in its outline that no coordinate can be."),
        (
            b"0 0 0 0.001 0 0.001 0.001\n",
            1,
            "cannot be used. The mask is empty. Draw the object, or delete the annotation.",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_named(lines: bytes, line: int, message: str, tmp_path: Path) -> None:
    content = packed({**YOLO, "labels/a.txt": lines})
    assert told(content, tmp_path, "x.zip") == [(f"labels/a.txt, line {line}", message)]


def test_lists_that_cannot_be_read_are_named_with_their_line(tmp_path: Path) -> None:
    for members, problem in [
        ({**YOLO, "data.yaml": b"names:\n - [\n"}, ("data.yaml", "is no YAML in line 3.")),
        ({**YOLO, "data.yaml": b"nc: 1\n"}, ("data.yaml", "has no list “names” of classes.")),
        (
            {"objects.csv": b"mask,image\n"},
            ("objects.csv, line 1", "has no column “label”."),
        ),
        (
            {"objects.csv": b"mask,image,label\na.png,a.png,cup\n"},
            ("objects.csv, line 2", "needs “a.png”, which is not in the archive."),
        ),
        (
            {"objects.csv": b"mask,image,label\na.png\n"},
            ("objects.csv, line 2", "has another number of columns than the first line."),
        ),
        (
            {"SegmentationClass/a.png": b"", "labelmap.txt": b"# x\ncup\n"},
            ("labelmap.txt", "has “cup” in line 2, which is no name with a colour."),
        ),
        (
            {"objectInfo150.txt": b"Idx\tName\n1\n", "annotations/a.png": b""},
            ("objectInfo.txt", "has another number of columns in line 2 than in the first one."),
        ),
        (
            {"a/x.json": b'{"shapes": [\n{"label": }]}'},
            ("x.json", "is no JSON: Expecting value in line 2, column 11."),
        ),
    ]:
        assert told(packed(members), tmp_path, "x.zip")[:1] == [problem]


def test_pictures_that_are_none_or_larger_than_any_image_are_named(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("L", (70_000, 1)).save(out, "PNG")
    for content, why in [
        (b"GIF89a", "is no PNG: cannot identify image file"),
        (out.getvalue(), "has 70000 x 1 pixels, which is more than any image here"),
    ]:
        members = {"objects.csv": b"mask,image,label\nm.png,a.png,cup\n", "m.png": content}
        [(entry, message)] = told(packed(members), tmp_path, "x.zip")
        assert entry == "objects.csv, line 2"
        assert message.startswith(f"needs “m.png”, which {why}")


def test_texts_that_no_database_takes_are_refused(tmp_path: Path) -> None:
    document = coco()
    document["categories"] = [{"id": 3, "name": "a\x00b"}]
    assert told(as_file(document), tmp_path)[0] == (
        "x.json, categories[0]",
        "has letters in “name” that are none.",
    )
    half = json.dumps({"shapes": [], "imagePath": "\ud800"}).encode()
    assert told(half, tmp_path) == [("x.json", "has letters in “imagePath” that are none.")]
    frames = json.dumps([{"video": "v", "frame": "0", "name": "\ud800", "sha256": "1"}]).encode()
    content = packed({"Annotations/480p/v/0.png": b"", "frames.json": frames})
    assert told(content, tmp_path, "x.zip") == [
        ("Annotations/480p/v/0.png", "has letters in “name” that are none.")
    ]


def test_names_that_are_lists_of_lists_are_none(tmp_path: Path) -> None:
    lines = ["a: &a [x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise("abcdefghijkl")
    ]
    content = packed({**YOLO, "data.yaml": "\n".join([*lines, "names: [*l]"]).encode()})
    assert told(content, tmp_path, "x.zip") == [("data.yaml", "has no list “names” of classes.")]


def test_names_without_end_are_no_members() -> None:
    name = "annotations/" * 90 + "a.png"
    with Opened(io.BytesIO(packed({name: b"", "b.json": b""})), "x.zip") as file:
        assert (file.names, file.refused) == (["b.json"], [name])


def test_lines_without_end_are_not_read_whole(tmp_path: Path) -> None:
    content = packed({"objects.csv": b"mask,image,label\n" + b"x" * (3 << 20)})
    [(entry, message)] = told(content, tmp_path, "x.zip")
    assert entry == "objects.csv"
    assert message.startswith("cannot be read on: field larger than field limit")


def test_a_shard_whose_header_has_no_end_is_not_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "MOST_AT_ONCE", 1 << 16)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as shard:
        info = tarfile.TarInfo("a.json")
        info.pax_headers = {"comment": "x" * (1 << 18)}
        shard.addfile(info, io.BytesIO())
    assert told(packed({"shards/x.tar": out.getvalue()}), tmp_path, "x.zip") == [
        ("shards/x.tar", "has a header that is too large.")
    ]
