"""Every format: masks as readers see them against masks as they were drawn, whatever the world is like."""

import csv
import hashlib
import io
import json
from pathlib import PurePosixPath
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from PIL import Image

from cardinal.settings.environment import ROOT
from labeling.formats import FORMATS
from labeling.formats.base import ExportAnnotation, ExportImage, ExportLabel, FormatRefused
from labeling.formats.flat import from_back_to_front, pixels, voc_palette
from labeling.formats.names import Names, safe
from labeling.formats.outlines import rings
from labeling.formats.yolo import joined
from tests.labeling.formats.worlds import (
    HEIGHT,
    LABELS,
    WIDTH,
    annotation,
    drawn_masks,
    everything,
    image,
    members,
    worlds,
    written,
)

many = settings(max_examples=60, deadline=None)


def png(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


def square(x: int, y: int, side: int = 8) -> np.ndarray:
    found = np.zeros((HEIGHT, WIDTH), bool)
    found[y : y + side, x : x + side] = True
    return found


@many
@given(mask=drawn_masks())
def test_outlines_filled_again_are_the_mask(mask: np.ndarray) -> None:
    # Each pixel becomes four by four: a reader that fills by parity then meets no corner twice.
    canvas = np.zeros((4 * HEIGHT, 4 * WIDTH), np.uint8)
    lines = [np.array(ring) * 4 for outer, holes in rings(mask) for ring in (outer, *holes)]
    middles = np.add.outer(np.arange(HEIGHT) * 4 + 2, np.zeros(WIDTH, int)), np.arange(WIDTH) * 4 + 2
    cv2.fillPoly(canvas, lines, 1)
    assert np.array_equal(canvas[middles[0], middles[1][None, :]].astype(bool), mask)


@many
@given(mask=drawn_masks())
def test_parts_hang_together_by_edges_and_each_has_its_own_holes(mask: np.ndarray) -> None:
    count, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    found = rings(mask)
    assert len(found) == count - 1
    # What is not object hangs together by corners too; all but the outside are holes.
    outside, _ = cv2.connectedComponents(
        np.pad(~mask, 1, constant_values=True).astype(np.uint8), connectivity=8
    )
    assert sum(len(holes) for _, holes in found) == outside - 2
    for outer, holes in found:
        area = polygon_area(outer) - sum(-polygon_area(hole) for hole in holes)
        assert area in [(parts == number).sum() for number in range(1, count)]


def polygon_area(ring: list[tuple[int, int]]) -> float:
    x, y = np.array(ring, float).T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def test_a_square_has_four_corners_from_the_upper_left_on_clockwise() -> None:
    assert rings(square(2, 3, 4)) == [([(2, 3), (6, 3), (6, 7), (2, 7)], [])]


@pytest.mark.parametrize("name", sorted(FORMATS))
@many
@given(world=worlds())
def test_the_same_world_gives_the_same_bytes_and_nothing_leads_out_of_the_folder(
    name: str, world: list[ExportImage]
) -> None:
    archive = written(name, world)
    assert archive == written(name, world)
    found = everything(archive)
    for path in found:
        parts = PurePosixPath(path).parts
        assert path == str(PurePosixPath(path))
        assert not path.startswith("/")
        assert ".." not in parts
        assert "\\" not in path
    manifest = json.loads(found.pop("manifest.json"))
    assert (manifest["format"], manifest["images"]) == (name, len(world))
    assert manifest["files"] == {
        path: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for path, content in found.items()
    }


def front(world_image: ExportImage) -> tuple[np.ndarray, np.ndarray]:
    """Return the id and the label of what is seen in each pixel, painted one after the other."""
    ids, labels = np.zeros((HEIGHT, WIDTH), int), np.zeros((HEIGHT, WIDTH), int)
    for one in from_back_to_front(world_image):
        ids[pixels(one, world_image)] = one.id
        labels[pixels(one, world_image)] = one.label_id
    return ids, labels


@many
@given(world=worlds())
def test_semantic_maps_have_the_class_that_is_seen(world: list[ExportImage]) -> None:
    found = members(written("png_semantic", world))
    listed = json.loads(found["classes.json"])
    assert [one["name"] for one in listed["classes"]] == ["background", *(label.name for label in LABELS)]
    values = {one["value"]: one["name"] for one in listed["classes"]}
    for one, entry in zip(world, listed["images"], strict=True):
        assert (entry["name"], entry["sha256"]) == (one.name, one.sha256)
        picture = Image.open(io.BytesIO(found[entry["mask"]]))
        assert picture.mode == "P"
        assert picture.getpalette()[:9] == [0, 0, 0, 255, 0, 0, 0, 255, 0]  # type: ignore[index]
        names = {label.id: label.name for label in LABELS} | {0: "background"}
        _, labels = front(one)
        assert [[values[v] for v in row] for row in np.asarray(picture)] == [
            [names[v] for v in row] for row in labels
        ]


@many
@given(world=worlds())
def test_panoptic_segments_are_what_is_seen_once_each(world: list[ExportImage]) -> None:
    found = members(written("coco_panoptic", world))
    document = json.loads(found["annotations/panoptic.json"])
    assert [(one["id"], one["isthing"]) for one in document["categories"]] == [(3, 1), (7, 0), (9, 1)]
    assert [one["id"] for one in document["images"]] == [one.id for one in world]
    for one, entry in zip(world, document["annotations"], strict=True):
        rgb = png(found[f"panoptic/{entry['file_name']}"]).astype(int)
        numbers = rgb[..., 0] + 256 * rgb[..., 1] + 65536 * rgb[..., 2]
        ids, labels = front(one)
        segments = {segment["id"]: segment for segment in entry["segments_info"]}
        assert set(np.unique(numbers)) - {0} == set(segments)
        assert np.array_equal(numbers > 0, labels > 0)
        seen: set[tuple[int, int]] = set()
        for number, segment in segments.items():
            mask = numbers == number
            assert segment["area"] == mask.sum()
            assert set(labels[mask]) == {segment["category_id"]}
            ys, xs = np.nonzero(mask)
            box = [xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1]
            assert segment["bbox"] == [int(side) for side in box]
            # A thing is one object, and stuff is one segment a label.
            key = (segment["category_id"], 0 if segment["category_id"] == 7 else int(ids[ys[0], xs[0]]))
            assert key not in seen
            seen.add(key)
            if segment["category_id"] != 7:
                assert set(ids[mask]) == {key[1]}


def test_more_classes_than_a_byte_holds_take_two() -> None:
    labels = [ExportLabel(number, f"l{number}", "thing") for number in range(1, 301)]
    objects = [annotation(1, square(0, 0), 300), annotation(2, square(10, 10), 1)]
    found = members(written("png_semantic", [image(1, objects)], labels))
    values = png(found["masks/a.png"])
    assert (values[0, 0], values[12, 12], values[23, 31]) == (300, 1, 0)


@many
@given(world=worlds())
def test_single_masks_are_exactly_those_that_were_drawn(world: list[ExportImage]) -> None:
    found = members(written("png_masks", world))
    table = list(csv.DictReader(io.StringIO(found["objects.csv"].decode(), newline="")))
    drawn = [(one, inner) for one in world for inner in one.annotations]
    assert len(table) == len(drawn)
    for row, (outer, one) in zip(table, drawn, strict=True):
        assert np.array_equal(png(found[row["mask"]]), pixels(one, outer))
        assert (row["object_id"], row["image_sha256"]) == (str(one.id), outer.sha256)
        assert (row["crowd"], row["ignore"]) == (str(int(one.crowd)), str(int(one.ignore)))


@many
@given(world=worlds())
def test_the_table_of_images_says_what_each_was_and_how_it_is_called(world: list[ExportImage]) -> None:
    found = everything(written("voc", world))
    table = list(csv.DictReader(io.StringIO(found["images.csv"].decode(), newline="")))
    assert [(row["name"], row["sha256"], int(row["objects"])) for row in table] == [
        (one.name, one.sha256, len(one.annotations)) for one in world
    ]
    for row in table:
        assert f"SegmentationClass/{row['stem']}.png" in found
        assert (row["width"], row["height"]) == (str(WIDTH), str(HEIGHT))
    assert len({row["file_name"] for row in table}) == len(world)


def test_a_table_holds_no_formula() -> None:
    labels = [ExportLabel(3, "=1+1", "thing")]
    found = members(written("png_masks", [image(1, [annotation(1, square(0, 0))], "@x.png")], labels))
    [row] = csv.DictReader(io.StringIO(found["objects.csv"].decode(), newline=""))
    assert (row["label"], row["image"]) == ("'=1+1", "'@x.png")


@many
@given(world=worlds())
def test_voc_has_classes_and_objects_within_a_void_border(world: list[ExportImage]) -> None:
    found = members(written("voc", world))
    stems = found["ImageSets/Segmentation/trainval.txt"].decode().splitlines()
    assert len(stems) == len(world)
    for one, stem in zip(world, stems, strict=True):
        classes, objects = (
            png(found[f"SegmentationClass/{stem}.png"]),
            png(found[f"SegmentationObject/{stem}.png"]),
        )
        ids, labels = front(one)
        crowds = {inner.id for inner in one.annotations if inner.crowd}
        expected = {0: 0} | {label.id: place for place, label in enumerate(LABELS, start=1)}
        inside = classes != 255
        for y, x in np.argwhere(inside):
            assert expected[labels[y, x]] == classes[y, x]
            assert ids[y, x] not in crowds
        # An object's number is the same in all its pixels, and no two objects share one.
        seen: dict[int, int] = {}
        for y, x in np.argwhere((objects != 255) & (objects != 0)):
            assert seen.setdefault(int(objects[y, x]), ids[y, x]) == ids[y, x]
        assert len(set(seen.values())) == len(seen)


def test_voc_draws_two_pixels_of_void_to_both_sides_of_an_edge() -> None:
    found = members(written("voc", [image(1, [annotation(1, square(10, 8, 10))])]))
    row = png(found["SegmentationClass/a.png"])[12]
    assert row.tolist() == [0] * 8 + [255] * 4 + [1] * 6 + [255] * 4 + [0] * 10
    picture = Image.open(io.BytesIO(found["SegmentationClass/a.png"]))
    palette = picture.getpalette()
    assert palette is not None
    assert (palette[3:6], palette[6:9], palette[45:48], palette[765:]) == (
        *([128, 0, 0], [0, 128, 0], [192, 128, 128], [224, 224, 192]),
    )
    assert palette == voc_palette()


def test_voc_says_of_three_hundred_objects_which_it_cannot_number() -> None:
    def dot(number: int) -> ExportAnnotation:
        found = np.zeros((HEIGHT, WIDTH), bool)
        found.flat[2 * number] = True
        return annotation(number + 1, found, position=number)

    from labeling.formats.voc import _maps  # noqa: PLC0415

    _, values = _maps(image(1, [dot(number) for number in range(300)]), {3: 1}, {3})
    # The nearest one is the first.
    assert values.flat[598] == 1
    assert values.flat[2 * 46] == 254
    assert values.flat[2 * 45] == 255


def test_voc_refuses_more_classes_than_it_can_name() -> None:
    labels = [ExportLabel(number, f"l{number}", "thing") for number in range(1, 256)]
    with pytest.raises(FormatRefused, match="VOC has room for 254 labels and this project has 255"):
        written("voc", [], labels)


@many
@given(world=worlds())
def test_yolo_polygons_filled_are_the_objects_with_their_holes_filled(world: list[ExportImage]) -> None:
    found = members(written("yolo", world))
    data: dict[str, Any] = yaml.safe_load(found.pop("data.yaml"))
    assert data["names"] == [label.name for label in LABELS]
    texts = [content.decode() for path, content in found.items() if path.startswith("labels/")]
    assert len(texts) == len(world)
    for one, text in zip(world, texts, strict=True):
        kept = [inner for inner in one.annotations if not inner.crowd and not inner.ignore]
        lines = [line.split() for line in text.splitlines()]
        assert len(lines) == len(kept)
        for inner, (number, *values) in zip(kept, lines, strict=True):
            assert LABELS[int(number)].id == inner.label_id
            points = np.array(values, float).reshape(-1, 2) * (WIDTH, HEIGHT)
            filled = np.zeros((HEIGHT, WIDTH), np.uint8)
            contours, _ = cv2.findContours(
                pixels(inner, one).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
            )
            cv2.drawContours(filled, contours, -1, 1, cv2.FILLED)
            assert np.array_equal(inside(points), filled.astype(bool) & four_filled(pixels(inner, one)))


def four_filled(mask: np.ndarray) -> np.ndarray:
    """Return the mask with its holes filled, where what hangs together by corners alone leaks."""
    outside = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    _, parts = cv2.connectedComponents(outside, connectivity=8)
    return (parts != parts[0, 0])[1:-1, 1:-1]


def inside(points: np.ndarray) -> np.ndarray:
    """Return the pixels whose centres lie within a polygon, by the winding number."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    winding = np.zeros((HEIGHT, WIDTH), int)
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        crossed = (np.minimum(y0, y1) <= ys) & (ys < np.maximum(y0, y1))
        at = x0 + (ys - y0) / (y1 - y0) * (x1 - x0)
        winding += np.where(crossed & (xs < at), 1 if y1 > y0 else -1, 0)
    return winding != 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cup", "cup"),
        ("a/b\\c", "a_b_c"),
        ("../..", "unnamed"),
        ("", "unnamed"),
        ("CON", "CON_"),
        ("кот 🐈", "кот_🐈"),
        ("\u202egnp.exe", "gnp.exe"),
        ("x" * 300, "x" * 100),
        ("é" * 80, "é" * 50),
        ("a\n\tb", "a_b"),
    ],
)
def test_names_are_safe_in_any_system(name: str, expected: str) -> None:
    assert safe(name) == expected


def test_images_of_one_name_get_names_of_their_own() -> None:
    names = Names()
    stems = [
        names.stem(name, number)
        for number, name in enumerate(["a.png", "a.jpg", "A.png", "a_2.png"], start=1)
    ]
    assert stems == ["a", "a_2", "A_3", "a_2_4"]


def test_each_format_says_what_it_cannot_say() -> None:
    assert {name: one.name for name, one in FORMATS.items()} == {name: name for name in FORMATS}
    assert all(one.title and one.loses.endswith(".") for one in FORMATS.values())
    table = (ROOT / "docs" / "formats.md").read_text()
    for one in FORMATS.values():
        assert f"| {one.title} | `{one.name}` | {one.loses} |" in table


def test_a_line_round_thousands_of_specks_is_found_at_once_and_fills_to_them() -> None:
    speckled = np.random.default_rng(0).random((HEIGHT, WIDTH)) < 0.3
    parts = [outer for outer, _ in rings(speckled)]
    assert len(parts) > 100
    line = joined(parts)
    # Each part is walked round once and come back from once.
    assert len(line) == sum(map(len, parts)) + 2 * (len(parts) - 1)
    assert np.array_equal(inside(np.array(line, float)), four_filled(speckled))


@pytest.mark.parametrize("name", ["a\x7fb", "a\x85b", "a\u2028b", "yes", "- x: [1", "кот 🐈"])
def test_yaml_readers_get_every_name_of_a_label_as_it_is(name: str) -> None:
    found = members(written("yolo", [], [ExportLabel(3, name, "thing")]))
    assert yaml.safe_load(found["data.yaml"])["names"] == [name]


def test_stuff_is_no_crowd_because_one_stroke_of_it_was_marked() -> None:
    objects = [annotation(1, square(0, 0), 7, crowd=True), annotation(2, square(10, 10), 3, crowd=True)]
    found = members(written("coco_panoptic", [image(1, objects)]))
    [entry] = json.loads(found["annotations/panoptic.json"])["annotations"]
    assert [(one["category_id"], one["iscrowd"]) for one in entry["segments_info"]] == [(7, 0), (3, 1)]
