"""One number a pixel: what overlapping objects become in formats that know one object or class a pixel."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco

from labeling.formats.base import ExportAnnotation, ExportImage

Mask = NDArray[np.bool_]
VOID = 255


def pixels(annotation: ExportAnnotation, image: ExportImage) -> Mask:
    """Return an object's mask, (H, W)."""
    rle = {"size": [image.height, image.width], "counts": annotation.mask_counts.encode()}
    return np.asarray(coco.decode(rle), dtype=bool)


def drawing_order(image: ExportImage) -> list[ExportAnnotation]:
    """Return all objects in the order in which they are drawn: what lies in front last."""
    return sorted(image.annotations, key=lambda one: (one.position, one.id))


def from_back_to_front(image: ExportImage) -> list[ExportAnnotation]:
    """Return what is learned from in the order in which it is drawn: all but what is to be ignored."""
    return [one for one in drawing_order(image) if not one.ignore]


def paint(
    image: ExportImage,
    drawn: Iterable[ExportAnnotation],
    *layers: tuple[NDArray[np.unsignedinteger], Mapping[int, int]],
) -> None:
    """Paint objects one over the other onto maps, (H, W), each with numbers by the objects' ids."""
    for one in drawn:
        rle = {"size": [image.height, image.width], "counts": one.mask_counts.encode()}
        x, y, w, h = map(int, coco.toBbox(rle))
        mask = np.asarray(coco.decode(rle), dtype=bool)[y : y + h, x : x + w]
        for found, numbers in layers:
            found[y : y + h, x : x + w][mask] = numbers[one.id]


def flattened(
    image: ExportImage, numbered: Iterable[tuple[ExportAnnotation, int]], kind: type[np.unsignedinteger]
) -> NDArray[np.unsignedinteger]:
    """Return a map, (H, W), in which each object's pixels have its number, later ones over earlier ones."""
    found = np.zeros((image.height, image.width), kind)
    given = list(numbered)
    paint(image, [one for one, _ in given], (found, {one.id: number for one, number in given}))
    return found


def regions(numbers: NDArray[np.unsignedinteger]) -> Iterator[tuple[int, int, list[int]]]:
    """Yield each number of a map but 0 with its area in pixels and its box [x, y, w, h], in rising order."""
    # Sorted once: looking for each number alone would walk the map as often as there are numbers.
    flat = numbers.ravel()
    order = np.argsort(flat, kind="stable")
    found, starts, areas = np.unique(flat[order], return_index=True, return_counts=True)
    ys, xs = np.divmod(order, numbers.shape[1])
    left, top = np.minimum.reduceat(xs, starts), np.minimum.reduceat(ys, starts)
    right, bottom = np.maximum.reduceat(xs, starts), np.maximum.reduceat(ys, starts)
    boxes = np.stack([left, top, right - left + 1, bottom - top + 1], axis=1)
    for number, area, box in zip(found.tolist(), areas.tolist(), boxes.tolist(), strict=True):
        if number:
            yield number, area, box


def bordered(numbers: NDArray[np.unsignedinteger], width: int = 2) -> NDArray[np.unsignedinteger]:
    """Return the map with a void band of `width` pixels to both sides of each boundary, as VOC has it."""
    edge = np.zeros(numbers.shape, bool)
    for axis in (0, 1):
        ahead = [slice(None), slice(None)]
        behind = [slice(None), slice(None)]
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        differs = numbers[tuple(ahead)] != numbers[tuple(behind)]
        edge[tuple(ahead)] |= differs
        edge[tuple(behind)] |= differs
    for _ in range(width - 1):
        grown = edge.copy()
        grown[1:] |= edge[:-1]
        grown[:-1] |= edge[1:]
        grown[:, 1:] |= edge[:, :-1]
        grown[:, :-1] |= edge[:, 1:]
        edge = grown
    return np.where(edge, np.asarray(VOID, numbers.dtype), numbers)


def voc_palette() -> list[int]:
    """Return the 256 colours of VOC's files: the bits of a number spread over red, green and blue."""
    colours: list[int] = []
    for number in range(256):
        channels = [0, 0, 0]
        for place in range(8):
            for channel in range(3):
                channels[channel] |= (number >> (3 * place + channel) & 1) << (7 - place)
        colours.extend(channels)
    return colours


def indexed_png(numbers: NDArray[np.unsignedinteger], colours: Sequence[int]) -> bytes:
    """Return a PNG of one byte a pixel with a palette of 256 colours, or of two bytes a pixel in grey."""
    if numbers.dtype != np.uint8:
        return png(Image.fromarray(numbers.astype(np.uint16)))
    picture = Image.fromarray(numbers, mode="P")
    # A shorter palette would have the values above it cut off.
    picture.putpalette([*colours, *[0] * (768 - len(colours))])
    return png(picture)


def png(picture: Image.Image) -> bytes:
    """Return a PNG of a map: areas of one value each, which run lengths pack better and faster than matches.

    Neither a time nor the library's version goes into the file.
    """
    out = BytesIO()
    picture.save(out, "PNG", optimize=False, compress_level=6, compress_type=zlib.Z_RLE)
    return out.getvalue()
