import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from pycocotools import mask as reference

from labeling.domain import masks
from labeling.domain.masks import MaskInvalid, Rle

# The reference predates numpy 2's copy keyword.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept")

SIDES = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40)
MASKS = SIDES.flatmap(
    lambda shape: st.floats(0.01, 1.0).flatmap(
        lambda share: st.integers(0, 2**32 - 1).map(
            lambda seed: np.random.default_rng(seed).random(shape) < share
        )
    )
).filter(lambda mask: bool(mask.any()))


def reference_counts(mask: NDArray[np.bool_]) -> str:
    encoded = reference.encode(np.asfortranarray(mask.astype(np.uint8)))
    return str(encoded["counts"].decode())


def square(size: tuple[int, int] = (6, 8)) -> NDArray[np.bool_]:
    mask = np.zeros(size, np.bool_)
    mask[2:5, 3:6] = True
    return mask


def code_of(size: object, counts: str, expected: tuple[int, int] = (6, 8)) -> str:
    with pytest.raises(MaskInvalid) as caught:
        masks.validate(size, counts, expected)  # type: ignore[arg-type]
    return caught.value.code


@given(MASKS)
def test_counts_are_the_reference_s_byte_for_byte(mask: NDArray[np.bool_]) -> None:
    rle = masks.encode(mask)
    assert rle == Rle((mask.shape[0], mask.shape[1]), reference_counts(mask))


@given(MASKS)
def test_the_reference_reads_back_what_was_written(mask: NDArray[np.bool_]) -> None:
    assert np.array_equal(reference.decode(masks.encode(mask).as_dict()), mask)


@given(MASKS)
def test_decode_undoes_encode(mask: NDArray[np.bool_]) -> None:
    assert np.array_equal(masks.decode(masks.encode(mask)), mask)


@given(MASKS)
def test_box_and_area_are_the_reference_s(mask: NDArray[np.bool_]) -> None:
    rle = masks.encode(mask)
    assert list(masks.bbox(rle)) == reference.toBbox(rle.as_dict()).tolist()
    assert masks.area(rle) == int(reference.area(rle.as_dict()))


@given(MASKS, *[st.integers(0, 9)] * 4)
def test_a_crop_is_encoded_as_the_whole_image(
    local: NDArray[np.bool_], left: int, top: int, right: int, bottom: int
) -> None:
    whole = np.pad(local, ((top, bottom), (left, right)))
    size = (whole.shape[0], whole.shape[1])
    assert masks.encode_crop(local, (left, top), size) == masks.encode(whole)


def spelled(numbers: list[int], extra: list[int]) -> str:
    """Return the counts of lengths and differences, some with groups that only repeat the sign."""
    text = ""
    for number, more in zip(numbers, extra, strict=True):
        groups, rest = [], number
        while not groups or rest != (-1 if groups[-1] & 16 else 0):
            groups.append(rest & 31)
            rest >>= 5
        groups += [31 if number < 0 else 0] * more
        text += "".join(
            chr(48 + group + 32 * (place < len(groups) - 1)) for place, group in enumerate(groups)
        )
    return text


@given(MASKS, st.data())
def test_validate_gives_every_spelling_of_a_mask_the_same_text(
    mask: NDArray[np.bool_], data: st.DataObject
) -> None:
    rle = masks.encode(mask)
    flat = mask.T.ravel()
    edges = np.flatnonzero(np.diff(flat, prepend=False))
    runs = np.diff([0, *edges.tolist(), flat.size]).tolist()
    if data.draw(st.booleans()):
        # A run that is cut in two by one of no length.
        at = data.draw(st.integers(0, len(runs) - 1))
        runs[at : at + 1] = [data.draw(st.integers(0, runs[at])), 0, 0]
        runs[at + 2] = int(flat.size - sum(runs))
    numbers = [run - (runs[place - 2] if place > 2 else 0) for place, run in enumerate(runs)]
    extra = data.draw(st.lists(st.integers(0, 2), min_size=len(runs), max_size=len(runs)))
    assert masks.validate(rle.size, spelled(numbers, extra), rle.size) == rle


@given(MASKS)
def test_validate_takes_what_encode_makes(mask: NDArray[np.bool_]) -> None:
    rle = masks.encode(mask)
    assert masks.validate(list(rle.size), rle.counts, rle.size) == rle


@given(st.text(alphabet=[chr(code) for code in range(48, 112)], max_size=40))
def test_any_text_is_refused_or_read_as_the_reference_reads_it(counts: str) -> None:
    try:
        rle = masks.validate([6, 8], counts, (6, 8))
    except MaskInvalid:
        return
    # Runs that sum to the image and are not negative are safe for the reference's C code.
    assert np.array_equal(reference.decode({"size": [6, 8], "counts": counts}), masks.decode(rle))


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_runs_of_no_length_get_the_one_spelling(lengths: list[int]) -> None:
    lengths.append(144 - sum(lengths))
    mask = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths).reshape(12, 12).T
    counts = masks._compress(np.array(lengths, np.int64))
    if mask.any():
        assert masks.validate([12, 12], counts, (12, 12)) == masks.encode(mask)
        assert masks.bbox(Rle((12, 12), counts)) == masks.bbox(masks.encode(mask))
    else:
        assert code_of([12, 12], counts, (12, 12)) == "mask_empty"


def test_a_known_mask_has_its_known_text() -> None:
    rle = masks.encode(square())
    assert rle == Rle((6, 8), "d033000:")
    assert (masks.bbox(rle), masks.area(rle)) == ((3, 2, 3, 3), 9)
    assert rle.as_dict() == {"size": [6, 8], "counts": "d033000:"}


def test_numbers_other_than_zero_are_object() -> None:
    assert masks.encode(square().astype(np.uint8) * 200) == masks.encode(square())


def test_a_twelve_megapixel_crop_spans_whole_columns() -> None:
    local = np.ones((3000, 500), np.bool_)
    rle = masks.encode_crop(local, (3500, 0), (3000, 4000))
    assert (masks.bbox(rle), masks.area(rle)) == ((3500, 0, 500, 3000), 1_500_000)
    assert masks.decode(rle)[:, 3499:3501].sum(axis=0).tolist() == [0, 3000]


@pytest.mark.parametrize("mask", [np.zeros((4, 5), np.bool_), np.zeros((0, 5), np.bool_)])
def test_an_empty_mask_is_refused_by_name(mask: NDArray[np.bool_]) -> None:
    with pytest.raises(MaskInvalid) as caught:
        masks.encode(mask)
    assert caught.value.code == "mask_empty"


@pytest.mark.parametrize("offset", [(-1, 0), (0, -1), (3, 0), (0, 3)])
def test_a_crop_beyond_the_image_is_a_defect_of_the_caller(offset: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="does not lie within 8x6"):
        masks.encode_crop(np.ones((4, 6), np.bool_), offset, (6, 8))


@pytest.mark.parametrize("size", [[8, 6], [6], [], [6, 8, 1], [6, -8], [10**40, 8], ["6", "8"], [None, None]])
def test_a_mask_of_another_image_is_refused(size: list[object]) -> None:
    assert code_of(size, "d033000:") == "mask_wrong_size"


def test_the_size_s_message_stays_short() -> None:
    with pytest.raises(MaskInvalid) as caught:
        masks.validate([1] * 100_000, "d033000:", (6, 8))
    assert len(caught.value.message) < 250


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ("", "break off"),
        ("d033000", "cover"),
        ("d033000:1", "cover"),
        ("P", "break off"),
        ("d033000:P", "break off"),
        ("d033000~", "do not belong"),
        ("d033000/", "do not belong"),
        ("d033000 ", "do not belong"),
        ("d0\x003O10?", "do not belong"),
        ("d033000\udc80", "do not belong"),
        ("д033O10?", "do not belong"),
        ("N`1", "shorter than nothing"),
        ("PPPPPPP0", "longer than any image"),
        ("o" * 1000 + "0", "longer than any image"),
        ("0" * 1000, "cover 0 pixels of 48"),
    ],
)
def test_hostile_counts_are_refused_with_their_reason(counts: str, reason: str) -> None:
    with pytest.raises(MaskInvalid, match=reason) as caught:
        masks.validate([6, 8], counts, (6, 8))
    assert caught.value.code == "mask_invalid"


def test_megabytes_of_counts_are_refused_before_they_are_read() -> None:
    with pytest.raises(MaskInvalid, match="2,000,001 characters"):
        masks.validate([6, 8], "0" * 2_000_001, (6, 8))


def test_the_longest_runs_that_text_can_hold_do_not_overflow() -> None:
    assert code_of([6, 8], "oooooo?" * 200_000) == "mask_invalid"


def test_an_image_without_object_is_refused_by_name() -> None:
    nothing = str(reference.encode(np.zeros((6, 8), np.uint8, order="F"))["counts"].decode())
    assert code_of([6, 8], nothing) == "mask_empty"
    with pytest.raises(MaskInvalid, match="empty"):
        masks.bbox(Rle((6, 8), nothing))
    assert masks.area(Rle((6, 8), nothing)) == 0
