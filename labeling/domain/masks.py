"""Masks as COCO compressed run-length encodings, written and read without trusting anybody.

The encoding walks the whole image column by column (top to bottom, then left to right) and lists the lengths
of its runs, background first. From the fourth length on, the difference to the length two places earlier is
kept instead. Each number is cut into groups of five bits, lowest first, each group a character from `0` (48)
on with 32 added while more groups follow; the fifth bit of the last group is the sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeling.domain.errors import Refused

# An outline as busy as foliage on a 12-megapixel photograph takes about half a megabyte.
MAX_COUNTS_LENGTH = 2_000_000
# Seven groups of five bits hold every run of an image of up to 2**34 pixels, and its difference to another.
MAX_GROUPS = 7

Bits = NDArray[np.bool_]
Runs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rle:
    """A mask of a whole image: `size` is (height, width), `counts` the compressed runs in ASCII."""

    size: tuple[int, int]
    counts: str

    def as_dict(self) -> dict[str, object]:
        """Return the mask as COCO writes it: `{"size": [h, w], "counts": "..."}`."""
        return {"size": list(self.size), "counts": self.counts}


class MaskInvalid(Refused):
    """A mask that is no mask of this image; `code` is mask_invalid, mask_wrong_size or mask_empty."""


def encode(mask: NDArray[np.generic]) -> Rle:
    """Return the encoding of `mask`, (H, W) of bool or numbers where not 0 is object.

    Raises `MaskInvalid` with code mask_empty when there is no object.
    """
    height, width = mask.shape
    return encode_crop(mask, (0, 0), (height, width))


def encode_crop(local: NDArray[np.generic], offset: tuple[int, int], size: tuple[int, int]) -> Rle:
    """Return the encoding of an image of `size` (height, width) that is background but for `local`.

    `local` is (h, w) of bool or numbers where not 0 is object, its upper left pixel at `offset` (x, y) of the
    image; it has to lie within the image, else `ValueError`. The cost follows the crop and not the image.
    Raises `MaskInvalid` with code mask_empty when there is no object.
    """
    (x, y), (height, width) = offset, size
    rows, columns = local.shape
    if x < 0 or y < 0 or x + columns > width or y + rows > height:
        raise ValueError(f"A crop of {columns}x{rows} at ({x}, {y}) does not lie within {width}x{height}.")
    if local.size == 0:
        raise _empty()
    bits = local if local.dtype == np.bool_ else local != 0
    runs = _runs_of_crop(bits.astype(np.bool_, copy=False), x, y, height, width)
    if runs.size < 2:
        raise _empty()
    return Rle((height, width), _compress(runs))


def from_runs(lengths: Sequence[int], size: tuple[int, int]) -> Rle:
    """Return the encoding of runs that are not compressed, background first, of an image (height, width).

    Raises `MaskInvalid`.
    """
    if not lengths or not all(type(length) is int and 0 <= length <= size[0] * size[1] for length in lengths):
        raise _malformed("a run is no length")
    return validate(size, _compress(np.array(lengths, np.int64)), size)


def decode(rle: Rle) -> Bits:
    """Return the mask as (H, W) bool in column-major memory. Raises `MaskInvalid`."""
    height, width = rle.size
    runs = _checked_runs(rle.counts, rle.size)
    values = np.arange(runs.size) % 2 == 1
    return np.repeat(values, runs).reshape(width, height).T


def bbox(rle: Rle) -> tuple[int, int, int, int]:
    """Return the object's tight box (x, y, width, height) in pixels. Raises `MaskInvalid`."""
    height = rle.size[0]
    starts, ends = _object_runs(rle)
    lasts = ends - 1
    left, right = int(starts[0] // height), int(lasts[-1] // height)
    crosses = starts // height != lasts // height
    top = 0 if crosses.any() else int((starts % height).min())
    bottom = height - 1 if crosses.any() else int((lasts % height).max())
    return left, top, right - left + 1, bottom - top + 1


def area(rle: Rle) -> int:
    """Return the number of the object's pixels. Raises `MaskInvalid`."""
    return int(_checked_runs(rle.counts, rle.size)[1::2].sum())


def validate(size: Sequence[int], counts: str, expected_size: tuple[int, int]) -> Rle:
    """Return the mask that a client sent, in the one spelling that `encode` would give it.

    `size` and `expected_size` are (height, width). Raises `MaskInvalid`: mask_wrong_size when it is a mask of
    another image, mask_empty without any object, and mask_invalid when the text is no encoding.
    """
    if list(size) != list(expected_size):
        raise MaskInvalid(
            "mask_wrong_size",
            f"The mask's size is {_brief(size)}, but the image is {list(expected_size)} (height, width). "
            "Send a mask of the whole upright image.",
        )
    runs = _checked_runs(counts, expected_size)
    if _is_plain(counts, runs):
        # Most senders spell it so already: encoding it again takes as long as reading it.
        return Rle(expected_size, counts)
    runs = _merged(runs)
    if runs.size < 2:
        raise _empty()
    return Rle(expected_size, _compress(runs))


def _runs_of_crop(bits: Bits, x: int, y: int, height: int, width: int) -> Runs:
    padded = np.zeros((bits.shape[0] + 1, bits.shape[1]), np.bool_)
    # Changes down each column; comparing whole rows spares the transposition of the crop.
    np.not_equal(bits[1:], bits[:-1], out=padded[1:-1])
    padded[0], padded[-1] = bits[0], bits[-1]
    # One flat search is many times faster than numpy's search in two dimensions.
    row, column = np.divmod(np.flatnonzero(padded), bits.shape[1])
    changes = np.sort((column + x) * height + row + y)
    # An object's end that meets the next column's beginning is no change in the image.
    same = np.flatnonzero(changes[1:] == changes[:-1])
    changes = np.delete(changes, np.concatenate([same, same + 1]))
    edges = np.concatenate([[0], changes, [height * width]])
    runs = np.diff(edges).astype(np.int64)
    return runs[:-1] if runs.size > 1 and runs[-1] == 0 else runs


def _compress(runs: Runs) -> str:
    numbers = runs.copy()
    numbers[3:] -= runs[1:-2]
    groups = np.zeros((numbers.size, MAX_GROUPS), np.uint8)
    used = np.ones(numbers.shape, np.int64)
    rest = numbers
    for group in range(MAX_GROUPS):
        low = rest & 31
        rest = rest >> 5
        more = np.where(low & 16, rest != -1, rest != 0)
        groups[:, group] = low + 48 + 32 * more
        if group + 1 < MAX_GROUPS:
            used += more & (used == group + 1)
    kept = np.arange(MAX_GROUPS) < used[:, None]
    return groups[kept].tobytes().decode("ascii")


def _checked_runs(counts: str, size: tuple[int, int]) -> Runs:
    if len(counts) > MAX_COUNTS_LENGTH:
        raise MaskInvalid(
            "mask_invalid",
            f"The mask's counts have {len(counts):,} characters; {MAX_COUNTS_LENGTH:,} is the limit. "
            "Smooth the mask's outline.",
        )
    runs = _decompress(counts)
    if (runs < 0).any():
        raise _malformed("a run is shorter than nothing")
    total, pixels = int(runs.sum()), size[0] * size[1]
    if total != pixels:
        raise _malformed(f"its runs cover {total:,} pixels of {pixels:,}")
    return runs


def _decompress(counts: str) -> Runs:
    if not counts.isascii():
        raise _malformed("its counts hold characters that do not belong there")
    codes = np.frombuffer(counts.encode("ascii"), np.uint8).astype(np.int64) - 48
    if ((codes < 0) | (codes > 63)).any():
        raise _malformed("its counts hold characters that do not belong there")
    lasts = np.flatnonzero((codes & 32) == 0)
    if lasts.size == 0 or lasts[-1] != codes.size - 1:
        raise _malformed("its counts break off")
    firsts = np.concatenate([[0], lasts[:-1] + 1])
    lengths = lasts - firsts + 1
    if lengths.max() > MAX_GROUPS:
        raise _malformed("a run is longer than any image")
    places = np.arange(codes.size) - np.repeat(firsts, lengths)
    numbers = np.add.reduceat((codes & 31) << (5 * places), firsts)
    numbers -= np.where(codes[lasts] & 16, np.int64(1) << (5 * lengths), 0)
    # Each length after the third is a difference to the one two places before: a sum along every other one.
    runs = numbers
    runs[1::2] = np.cumsum(numbers[1::2])
    runs[2::2] = np.cumsum(numbers[2::2])
    return runs


def _is_plain(counts: str, runs: Runs) -> bool:
    """Say whether a text that can be read is what `encode` would write of its mask, and there is some."""
    if runs.size < 2 or not runs[1:].all():
        return False
    codes = np.frombuffer(counts.encode("ascii"), np.uint8) - 48
    lasts = np.flatnonzero((codes & 32) == 0)
    # A last group that only repeats the sign of the one before is one too many.
    longer = lasts[np.diff(lasts, prepend=-1) > 1]
    sign = (codes[longer - 1] & 16) != 0
    return not (codes[longer] == np.where(sign, 31, 0)).any()


def _merged(runs: Runs) -> Runs:
    """Return the same mask without runs of length 0, but for a first one that says that the object begins."""
    edges = np.cumsum(runs)[:-1]
    inner = edges[np.flatnonzero(edges > 0)]
    begins_with_object = (edges.size - inner.size) % 2 == 1
    places, times = np.unique(inner[inner < runs.sum()], return_counts=True)
    changes = places[times % 2 == 1]
    head = [0, 0] if begins_with_object else [0]
    return np.diff(np.concatenate([head, changes, [runs.sum()]])).astype(np.int64)


def _object_runs(rle: Rle) -> tuple[Runs, Runs]:
    edges = np.cumsum(_checked_runs(rle.counts, rle.size))
    starts, ends = edges[:-1][::2], edges[1::2]
    filled = ends > starts
    if not filled.any():
        raise _empty()
    return starts[filled], ends[filled]


def _malformed(reason: str) -> MaskInvalid:
    return MaskInvalid(
        "mask_invalid",
        f"The mask is no run-length encoding of this image: {reason}. Send it as COCO's compressed counts.",
    )


def _empty() -> MaskInvalid:
    return MaskInvalid("mask_empty", "The mask is empty. Draw the object, or delete the annotation.")


def _brief(size: Sequence[int]) -> str:
    return str(list(size))[:60]
