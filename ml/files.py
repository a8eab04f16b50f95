"""Images and masks from files, for the command line; uploads are decoded elsewhere, with more suspicion."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from ml.errors import ImageInvalid
from ml.predictor import Image, Mask

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
# Mask values above this are object.
THRESHOLD = 127


@dataclass(frozen=True, slots=True)
class Pair:
    """An image file and its mask file, known by their common stem."""

    name: str
    image: Path
    mask: Path


def read_image(path: Path) -> Image:
    """Return a file's upright picture as (H, W, 3) uint8 RGB. Raises `ImageInvalid`."""
    try:
        with Pillow.open(path) as opened:
            return np.array(ImageOps.exif_transpose(opened).convert("RGB"))
    except (OSError, ValueError, SyntaxError) as error:
        raise ImageInvalid(f"{path} cannot be read as an image: {error}.") from error


def read_mask(path: Path, void: int | None = None) -> tuple[Mask, Mask | None]:
    """Return the object and the void pixels of a mask file, (H, W) bool each; no void value, no void pixels.

    Raises `ImageInvalid`.
    """
    try:
        with Pillow.open(path) as opened:
            values = np.array(opened if opened.mode == "I;16" else opened.convert("L"))
    except (OSError, ValueError, SyntaxError) as error:
        raise ImageInvalid(f"{path} cannot be read as a mask: {error}.") from error
    left_out = None if void is None else values == void
    inside = values > THRESHOLD
    return (inside if left_out is None else inside & ~left_out), left_out


def write_mask(mask: Mask, path: Path) -> None:
    """Write an (H, W) bool mask as a grey PNG, object 255, whatever the path's suffix says."""
    Pillow.fromarray(mask.astype(np.uint8) * 255).save(path, "PNG")


def find_pairs(images: Path, masks: Path) -> list[Pair]:
    """Return images and masks with the same stem, in the order of their names."""
    by_stem = {path.stem: path for path in sorted(masks.iterdir()) if path.suffix.lower() in SUFFIXES}
    found = sorted(path for path in images.iterdir() if path.suffix.lower() in SUFFIXES)
    return [Pair(path.stem, path, by_stem[path.stem]) for path in found if path.stem in by_stem]
