"""A folder of photographs with masks, made for the tests."""

from pathlib import Path

import numpy as np
from PIL import Image

from tests.ml.pictures import disc, painted


def write_pairs(folder: Path) -> Path:
    """Write two photographs with masks, one photograph without, and a file that is neither."""
    for name in ("images", "masks"):
        (folder / name).mkdir()
    for stem, radius in (("one", 60), ("two", 40)):
        mask = disc(radius=radius)
        Image.fromarray(painted(mask)).save(folder / "images" / f"{stem}.jpg", quality=95)
        Image.fromarray(mask.astype(np.uint8) * 255).save(folder / "masks" / f"{stem}.png")
    Image.fromarray(painted(disc())).save(folder / "images" / "lonely.png")
    (folder / "images" / "notes.txt").write_text("no image")
    return folder
