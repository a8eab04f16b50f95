"""Each object cut out of its image, seen through its mask: what a classifier learns from."""

from collections.abc import Mapping
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from labeling.formats.archive import Archive
from labeling.formats.base import ExportImage, ExportLabel
from labeling.formats.flat import pixels
from labeling.formats.names import safe


def write_crops(archive: Archive, image: ExportImage, labels: Mapping[int, ExportLabel]) -> None:
    """Write `crops/<label>/<image>_<object>.png`: the box of the object, transparent beside its mask.

    An image without a file has no crops.
    """
    if image.picture is None or not image.annotations:
        return
    with image.picture.open() as file, Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    for one in image.annotations:
        x, y, w, h = (round(side) for side in one.bbox)
        mask = pixels(one, image)[y : y + h, x : x + w]
        crop = picture.crop((x, y, x + w, y + h)).convert("RGBA")
        crop.putalpha(Image.fromarray(mask.astype(np.uint8) * 255))
        out = BytesIO()
        crop.save(out, "PNG", compress_level=6)
        label = labels[one.label_id]
        folder = f"{safe(label.name, 'label')}_{label.id}"
        archive.write(f"crops/{folder}/{image.stem}_{one.id}.png", out.getvalue())
