"""Exports of hostile worlds: what every format has to bear."""

import io
from collections.abc import Iterable
from zipfile import ZipFile

import numpy as np
from hypothesis import strategies as st

from labeling.domain import masks
from labeling.formats import FORMATS
from labeling.formats.base import ExportAnnotation, ExportImage, ExportLabel, ExportSource
from labeling.formats.package import Beside, write_package

HEIGHT, WIDTH = 24, 32
CARD = ("README.md", "images.csv", *(f"plots/{name}.svg" for name in ("labels", "objects", "areas")))
LABELS = [
    ExportLabel(3, 'cup "big"', "thing", "#ff0000"),
    ExportLabel(7, "\u200fשמיים/небо\\🐈", "stuff", "#00ff00"),
    ExportLabel(9, "../../etc", "thing", "#0000ff"),
]


def annotation(number: int, pixels: np.ndarray, label: int = 3, **flags: bool | int) -> ExportAnnotation:
    """Return an object of these pixels, (H, W) bool."""
    rle = masks.encode(pixels)
    box = [float(side) for side in masks.bbox(rle)]
    return ExportAnnotation(number, label, rle.counts, box, masks.area(rle), **flags)  # type: ignore[arg-type]


def image(number: int, annotations: list[ExportAnnotation], name: str = "a.png") -> ExportImage:
    """Return an image of 32 x 24 pixels."""
    return ExportImage(number, name, f"{number:064x}", WIDTH, HEIGHT, annotations)


def written(
    format_name: str,
    images: Iterable[ExportImage],
    labels: list[ExportLabel] = LABELS,
    splits: tuple[str, ...] = ("",),
    beside: Beside | None = None,
) -> bytes:
    """Return an archive, once every image is told."""
    out = io.BytesIO()
    given = list(images)
    source = ExportSource("Kitchen", labels, iter(given), splits)
    steps = list(write_package(FORMATS[format_name], source, out, beside))
    assert steps == list(range(1, len(given) + 1))
    return out.getvalue()


def members(archive: bytes) -> dict[str, bytes]:
    """Return what a format wrote into an archive, by name; without the card, which is the same in all."""
    return {name: content for name, content in everything(archive).items() if name not in CARD}


def everything(archive: bytes) -> dict[str, bytes]:
    """Return all that an archive holds, by name."""
    with ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


@st.composite
def drawn_masks(draw: st.DrawFn) -> np.ndarray:
    """Masks with parts, holes, single pixels, and pixels that touch at corners or at the border."""
    found = np.zeros((HEIGHT, WIDTH), bool)
    for _ in range(draw(st.integers(1, 4))):
        x, y = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
        w, h = draw(st.integers(1, WIDTH - x)), draw(st.integers(1, HEIGHT - y))
        found[y : y + h, x : x + w] ^= True
    seed = draw(st.integers(0, 2**32 - 1))
    share = draw(st.sampled_from([0.0, 0.02, 0.5]))
    found ^= np.random.default_rng(seed).random(found.shape) < share
    if not found.any():
        found[draw(st.integers(0, HEIGHT - 1)), draw(st.integers(0, WIDTH - 1))] = True
    return found


@st.composite
def worlds(draw: st.DrawFn) -> list[ExportImage]:
    """Some images with up to five objects each, in any order, with any flags."""
    names = st.sampled_from(["a.png", "a.jpg", "A.PNG", "../x.png", "con.png", 'кот "1".jpg', "b/c.png", ""])
    found = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        objects = [
            annotation(
                100 * number + place,
                draw(drawn_masks()),
                draw(st.sampled_from([3, 7, 9])),
                crowd=draw(st.booleans()),
                ignore=draw(st.booleans()),
                position=draw(st.integers(0, 3)),
            )
            for place in range(draw(st.integers(0, 5)))
        ]
        found.append(image(number, objects, draw(names)))
    return found
