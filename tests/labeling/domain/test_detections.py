"""Detectors' files: what is read, and what is said of what is not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.domain import detections
from labeling.domain.detections import DetectionsInvalid, read_detections
from labeling.domain.uncertainty import uncertainty


def document(*annotations: object, **changes: Any) -> bytes:
    images = [{"id": 1, "file_name": "a.png"}]
    whole = {"images": images, "categories": [{"id": 7, "name": "cat"}], "annotations": list(annotations)}
    return json.dumps({**whole, **changes}).encode()


def entry(**changes: Any) -> dict[str, Any]:
    return {"image_id": 1, "category_id": 7, "bbox": [10, 20, 8, 6], **changes}


def test_a_box_becomes_the_middles_of_its_sides_at_the_centres_of_the_outermost_pixels() -> None:
    [one] = read_detections(document(entry())).found
    assert (one.number, one.image, one.label, one.from_box) == (0, "a.png", "cat", True)
    assert one.points == ((10.0, 22.5), (13.5, 20.0), (17.0, 22.5), (13.5, 25.0))


def test_extreme_points_are_taken_as_they_are_and_go_before_a_box() -> None:
    points = [[1, 5], [4, 0.5], [9, 6], [5, 11]]
    [one] = read_detections(document(entry(extreme_points=points))).found
    assert one.points == ((1.0, 5.0), (4.0, 0.5), (9.0, 6.0), (5.0, 11.0))
    assert not one.from_box


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([], "it is no object"),
        (entry(image_id=2), "its image_id is that of no image"),
        (entry(image_id=True), "its image_id is that of no image"),
        (entry(category_id="7"), "its category_id is that of no category"),
        (entry(bbox=[1, 2, 3]), "it has neither extreme_points nor a bbox of four numbers"),
        (entry(bbox=[1, 2, 3, True]), "it has neither extreme_points nor a bbox of four numbers"),
        (entry(bbox=None), "it has neither extreme_points nor a bbox of four numbers"),
        (entry(bbox=[1, 2, 0.5, 3]), "its bbox is less than a pixel wide or high"),
        (entry(bbox=[1, 2, 1e300, 3]), "a coordinate is no number that an image could have"),
        (entry(extreme_points=[[1, 2]]), "its extreme_points are not four points"),
        (entry(extreme_points=[[1], [1, 2], [1, 2], [1, 2]]), "a point is not two numbers"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named_and_the_others_are_read(wrong: object, sentence: str) -> None:
    read = read_detections(document(entry(), wrong, entry(bbox=[0, 0, 2, 2])))
    assert [one.number for one in read.found] == [0, 2]
    assert read.left_out == [f"annotations[1]: {sentence}"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "This is no JSON: "),
        (b"\xff\xfe", "This is no JSON: "),
        (b"[" * 100_000, "This is no JSON: "),
        (b"[]", "The file must be an object with images, categories and annotations, as COCO's."),
        (b"{}", "The file has no list “images”."),
        (document(images=[{"id": 1}]), "images[0] needs a whole number “id” and a text “file_name”."),
        (
            document(categories=[{"name": "x", "id": 1.0}]),
            "categories[0] needs a whole number “id” and a text",
        ),
        (document(annotations={}), "The file has no list “annotations”."),
    ],
)
def test_a_file_that_is_none_is_refused_by_name(content: bytes, sentence: str) -> None:
    with pytest.raises(DetectionsInvalid) as caught:
        read_detections(content)
    assert str(caught.value).startswith(sentence)


def test_a_file_of_too_many_detections_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detections, "MOST_DETECTIONS", 2)
    with pytest.raises(DetectionsInvalid, match="The file has 3 annotations; 2 are the most"):
        read_detections(document(entry(), entry(), entry()))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    )
)
def test_whatever_stands_in_an_entry_it_is_read_or_left_out(value: object) -> None:
    read = read_detections(
        document(value, entry(bbox=value), entry(extreme_points=value), entry(image_id=value))
    )
    assert len(read.found) + len(read.left_out) == 4


@pytest.mark.parametrize(
    ("score", "spread", "expected"),
    [(1.0, 0.0, 0.0), (0.8, 0.0, 0.2), (0.8, 0.5, 0.6), (1.0, 1.0, 1.0), (1.2, -0.1, 0.0), (-1.0, 0.0, 1.0)],
)
def test_a_model_is_unsure_where_it_says_so_or_where_its_mask_moves(
    score: float, spread: float, expected: float
) -> None:
    assert uncertainty(score=score, spread=spread) == pytest.approx(expected)
