"""Objects that were cut out of photographs, laid onto other photographs: perfect masks at no cost.

A cut-out is a PNG whose alpha channel is the object. Debian's `tuxpaint-stamps-default` has some hundreds of
them: animals, plants, fruit, tools, vehicles.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow

from ml.data.augment import Random
from ml.data.objects import COLUMNS
from ml.errors import DataInvalid
from ml.files import read_image
from ml.predictor import Image, Mask

# Longest sides in pixels: of the pictures that are made, and of the objects in them.
PICTURE = 512
OBJECT = (110, 430)
# Alpha from here on is object.
OBJECT_FROM = 128
# Cut-outs with less object than this, or as good as no outline, are something else.
FEWEST_PIXELS = 600
FULLEST = 0.97
SET = "composed"


def cutouts_in(folder: Path, skipped: Sequence[str] = ()) -> list[Path]:
    """Return the PNGs below a folder that have an object in their alpha channel, in the order of their names.

    Paths below the folder that contain one of the `skipped` words are left out. Raises `DataInvalid` when
    there is none.
    """
    paths = sorted(folder.rglob("*.png"))
    wanted = [path for path in paths if not any(word in str(path.relative_to(folder)) for word in skipped)]
    found = [path for path in wanted if _is_cutout(path)]
    if not found:
        raise DataInvalid(f"{folder} has no PNG with an object in its alpha channel.")
    return found


def compose(cutouts: Sequence[Path], backgrounds: Sequence[Path], out: Path, *, each: int, seed: int) -> Path:
    """Lay every cut-out onto `each` backgrounds; return the index, `out`/composed.csv.

    The same seed and files make the same pictures. Raises `ImageInvalid` for a background that is damaged.
    """
    for name in ("images", "masks"):
        (out / name).mkdir(parents=True, exist_ok=True)
    index = out / "composed.csv"
    with index.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        for number, path in enumerate(cutouts):
            with Pillow.open(path) as opened:
                cutout = np.array(opened.convert("RGBA"))
            for turn in range(each):
                rng = np.random.default_rng([seed, number, turn])
                background = read_image(backgrounds[int(rng.integers(len(backgrounds)))])
                picture, mask = composed(cutout, background, rng)
                stem = f"{number:04d}_{turn}"
                Pillow.fromarray(picture).save(out / "images" / f"{stem}.jpg", quality=92)
                Pillow.fromarray(mask.astype(np.uint8) * 255).save(out / "masks" / f"{stem}.png")
                files = {"image": f"images/{stem}.jpg", "mask": f"masks/{stem}.png"}
                rows.writerow({"set": SET, **files, "value": "255", "kind": "object"})
    return index


def composed(cutout: Image, background: Image, rng: Random) -> tuple[Image, Mask]:
    """Return a picture of at most 512 pixels a side with a cut-out, (H, W, 4) RGBA, in it, and its mask."""
    behind = _part(background, rng)
    height, width = behind.shape[:2]
    front = _scaled(cutout, min(rng.uniform(*OBJECT) / max(cutout.shape[:2]), _fitting(cutout, behind)))
    rows, columns = front.shape[:2]
    top, left = int(rng.integers(height - rows + 1)), int(rng.integers(width - columns + 1))
    alpha = front[..., 3:].astype(np.float32) / 255
    # Taken in another light than its new surroundings.
    colours = (front[..., :3] * np.exp(rng.normal(0, 0.15, 3) * 0.4 + rng.normal(0, 0.15))).clip(0, 255)
    place = np.s_[top : top + rows, left : left + columns]
    picture = behind.copy()
    picture[place] = np.rint(colours * alpha + behind[place] * (1 - alpha)).astype(np.uint8)
    mask = np.zeros((height, width), np.bool_)
    mask[place] = front[..., 3] >= OBJECT_FROM
    return picture, mask


def _part(background: Image, rng: Random) -> Image:
    """Return a random part of a photograph, at most 512 pixels a side."""
    height, width = background.shape[:2]
    share = rng.uniform(0.6, 1.0)
    rows, columns = max(1, round(height * share)), max(1, round(width * share))
    top, left = int(rng.integers(height - rows + 1)), int(rng.integers(width - columns + 1))
    part = background[top : top + rows, left : left + columns]
    scale = PICTURE / max(rows, columns)
    return _scaled(part, scale) if scale < 1 else part


def _fitting(cutout: Image, behind: Image) -> float:
    """Return the scale at which a cut-out just fits into a picture."""
    return 0.95 * float(min(behind.shape[0] / cutout.shape[0], behind.shape[1] / cutout.shape[1]))


def _scaled(pixels: Image, scale: float) -> Image:
    height, width = (max(1, int(side * scale)) for side in pixels.shape[:2])
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=interpolation), np.uint8)


def _is_cutout(path: Path) -> bool:
    try:
        with Pillow.open(path) as opened:
            if "A" not in opened.getbands() and "transparency" not in opened.info:
                return False
            alpha = np.array(opened.convert("RGBA"))[..., 3]
    except (OSError, ValueError, SyntaxError):
        return False
    objects = alpha >= OBJECT_FROM
    return int(objects.sum()) >= FEWEST_PIXELS and float(objects.mean()) <= FULLEST
