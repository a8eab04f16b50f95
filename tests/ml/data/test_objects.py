import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.data.objects import ObjectEntry, ObjectFiles, check_files, read_index, sampling_weights
from ml.errors import DataInvalid, ImageInvalid
from tests.ml.objects_folder import SIZE, write_index, write_object, write_objects
from tests.ml.pictures import disc

HEAD = "set,image,mask,value,kind"


def entry(folder: Path, **changed: object) -> ObjectEntry:
    """Return an entry of a disc, written into the folder, with other values where wanted."""
    row = write_object(folder, "one", disc(SIZE, (50, 48), 20))
    values = {"set": row["set"], "image": folder / row["image"], "mask": folder / row["mask"]}
    return ObjectEntry(**{**values, "value": "1", "kind": "object", **changed})  # type: ignore[arg-type]


def test_an_index_names_files_beside_it_and_keeps_people_s_clicks(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text(
        f"{HEAD},note,clicks\n"
        "sea,a.jpg,m/a.png,>0,object,hi,\n"
        'sky,b.jpg,b.png,7,region,,"0,5;5.5,0;9,5;5,9"\n'
    )
    assert read_index(path) == [
        ObjectEntry("sea", tmp_path / "a.jpg", tmp_path / "m/a.png", ">0", "object"),
        ObjectEntry(
            *("sky", tmp_path / "b.jpg", tmp_path / "b.png", "7", "region"),
            ((0.0, 5.0), (5.5, 0.0), (9.0, 5.0), (5.0, 9.0)),
        ),
    ]


def test_a_mark_that_spreadsheets_write_first_is_no_part_of_a_column(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_bytes(b"\xef\xbb\xbf" + f"{HEAD}\na,a.jpg,a.png,1,object\n".encode())
    assert [found.set for found in read_index(tmp_path / "train.csv")] == ["a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column set, image, mask, value, kind"),
        (HEAD + "\n", "lists no objects"),
        ("set,image,mask\na,b,c\n", "has no column value, kind"),
        (HEAD + "\na,b.jpg,b.png,1\n", "Line 2 .* is too short"),
        (HEAD + "\na,b.jpg,b.png,1,object\na,b.jpg,b.png,one,object\n", "Line 3 .*'one' is no mask value"),
        (HEAD + "\na,b.jpg,b.png,>>1,object\n", "'>>1' is no mask value"),
        (HEAD + "\na,b.jpg,b.png,-1,object\n", "'-1' is no mask value"),
        (HEAD + ',clicks\na,b.jpg,b.png,1,object,"1,2;3,4;5,6"\n', "Line 2 .* 4 or more clicks"),
        (HEAD + ',clicks\na,b.jpg,b.png,1,object,"1,2;3,4;5,6;7"\n', "Line 2 .* 4 or more clicks"),
        (HEAD + ',clicks\na,b.jpg,b.png,1,object,"1,2;3,4;5,6;7,nan"\n', "Line 2 .* 4 or more clicks"),
    ],
)
def test_an_index_that_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "train.csv").write_text(text)
    with pytest.raises(DataInvalid, match=message):
        read_index(tmp_path / "train.csv")


def test_an_index_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.csv").write_bytes(b"\xff\xfe\x00")
    for name in ("none.csv", "picture.csv"):
        with pytest.raises(DataInvalid, match=f"{name} cannot be read as an index of objects"):
            read_index(tmp_path / name)


def test_missing_files_are_found_before_training_and_the_first_is_named(tmp_path: Path) -> None:
    write_objects(tmp_path, train=3)
    entries = read_index(tmp_path / "train.csv")
    check_files(entries)
    (tmp_path / "train1.png").unlink()
    (tmp_path / "train2.jpg").unlink()
    with pytest.raises(DataInvalid, match=r"train1.png is not there \(2 of 6 files are missing\)"):
        check_files(entries)


def test_an_object_is_the_pixels_of_its_value(tmp_path: Path) -> None:
    values = np.zeros(SIZE, np.uint8)
    values[10:20, 10:20], values[30:50, 40:70] = 1, 200
    one = entry(tmp_path)
    Image.fromarray(values).save(tmp_path / "one.png")
    files = ObjectFiles()
    for value, area in (("1", 100), ("200", 600), (">0", 700), (">127", 600), (">1", 600)):
        loaded = files.load(ObjectEntry(one.set, one.image, one.mask, value, one.kind))
        assert (int(loaded.mask.sum()), loaded.image.shape, loaded.clicks) == (area, (*SIZE, 3), None)


@pytest.mark.parametrize("mode", ["P", "L", "I;16", "RGB"])
def test_masks_may_be_palettes_grey_deep_or_coloured(tmp_path: Path, mode: str) -> None:
    values = disc(SIZE, (50, 48), 20).astype(np.uint8) * 3
    picture = Image.fromarray(values.astype(np.uint16) if mode == "I;16" else values)
    if mode == "P":
        picture.putpalette([0, 0, 0] * 256)
    one = entry(tmp_path, value="3")
    (picture.convert("RGB") if mode == "RGB" else picture).save(one.mask)
    assert (ObjectFiles().load(one).mask == (values == 3)).all()


def test_people_s_clicks_come_with_the_object(tmp_path: Path) -> None:
    clicks = ((30.0, 48.0), (50.0, 28.0), (70.0, 48.0), (50.0, 68.0))
    loaded = ObjectFiles().load(entry(tmp_path, clicks=clicks))
    assert loaded.clicks is not None
    assert loaded.clicks.tolist() == [list(click) for click in clicks]


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match=r"one.png holds no pixel of the value 9"):
        ObjectFiles().load(entry(tmp_path, value="9"))
    one = entry(tmp_path)
    Image.fromarray(np.ones((5, 5), np.uint8)).save(one.mask)
    with pytest.raises(DataInvalid, match=r"one.jpg and .*one.png differ in size"):
        ObjectFiles().load(one)
    one.mask.write_bytes(b"no mask")
    with pytest.raises(DataInvalid, match=r"one.png cannot be read as a mask"):
        ObjectFiles().load(one)
    one.image.unlink()
    with pytest.raises(ImageInvalid, match=r"one.jpg cannot be read as an image"):
        ObjectFiles().load(one)


def test_files_are_read_once_while_they_fit_into_memory(tmp_path: Path) -> None:
    write_objects(tmp_path, train=3)
    entries = read_index(tmp_path / "train.csv")
    kept, forgetful = ObjectFiles(), ObjectFiles(limit_bytes=1)
    first = [kept.load(found) for found in entries]
    for found in entries:
        forgetful.load(found)
    for path in (entries[0].image, entries[0].mask):
        path.unlink()
    assert kept.load(entries[0]).image is first[0].image
    with pytest.raises(ImageInvalid):
        forgetful.load(entries[0])


def test_threads_may_load_at_the_same_time(tmp_path: Path) -> None:
    write_objects(tmp_path, train=3)
    entries = read_index(tmp_path / "train.csv")
    files = ObjectFiles(limit_bytes=40_000)
    expected = [ObjectFiles().load(found).mask.sum() for found in entries]
    seen: list[bool] = []

    def load_all() -> None:
        for _ in range(10):
            seen.append([files.load(found).mask.sum() for found in entries] == expected)

    threads = [threading.Thread(target=load_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 40


def entries_of(*named: tuple[str, str]) -> list[ObjectEntry]:
    """Return entries of sets and kinds."""
    return [ObjectEntry(name, Path("a.jpg"), Path("a.png"), "1", kind) for name, kind in named]


def test_a_share_is_divided_among_its_objects_and_a_set_goes_before_a_kind() -> None:
    entries = entries_of(("sea", "object"), ("sea", "region"), ("sky", "object"), ("air", "pseudo"))
    weights = sampling_weights(entries, {"sea": 3, "object": 1})
    assert weights.tolist() == [0.375, 0.375, 0.25, 0]


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({"sea": 1.0, "see": 1.0, "lake": 2.0}, "Shares are given for see, lake, but no object"),
        ({}, "nothing to draw"),
        ({"sea": 0.0}, "nothing to draw"),
    ],
)
def test_shares_that_name_nothing_are_refused(shares: dict[str, float], message: str) -> None:
    with pytest.raises(DataInvalid, match=message):
        sampling_weights(entries_of(("sea", "object")), shares)


def test_a_written_index_is_read_back(tmp_path: Path) -> None:
    row = write_object(tmp_path, "one", disc(SIZE, (50, 48), 20))
    write_index(tmp_path / "train.csv", [{**row, "clicks": "1,2;3,4;5,6;7,8"}])
    (found,) = read_index(tmp_path / "train.csv")
    assert found.clicks == ((1, 2), (3, 4), (5, 6), (7, 8))
