"""Image files made in memory, and what the intake makes of them."""

import io
import struct
import zlib

import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray
from PIL import ExifTags, Image

from labeling.domain.images import ImageRefused, Intake, inspect_upload

# Not square and different in every corner, so that no turn passes for another one.
PICTURE = (np.arange(5 * 7 * 3).reshape(5, 7, 3) * 2).astype(np.uint8)
PHOTOGRAPH: NDArray[np.uint8] = skimage.data.astronaut()[:300, :400]


def saved(image: Image.Image | NDArray[np.generic], kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    picture.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def exif(orientation: int) -> Image.Exif:
    block = Image.Exif()
    block[ExifTags.Base.Orientation] = orientation
    return block


def intake(content: bytes, name: str = "photo.jpg") -> Intake:
    return inspect_upload(io.BytesIO(content), name)


def refusal(content: bytes, name: str = "photo.jpg", **limits: int) -> ImageRefused:
    with pytest.raises(ImageRefused) as caught:
        inspect_upload(io.BytesIO(content), name, **limits)
    assert f"“{caught.value.details['name']}”" in caught.value.message
    return caught.value


def pixels(content: bytes | None) -> NDArray[np.uint8]:
    assert content is not None
    return np.asarray(Image.open(io.BytesIO(content)))


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, data in chunks:
        parts.append(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))
    return b"".join(parts)
