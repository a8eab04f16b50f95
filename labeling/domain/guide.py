"""Pictures of a project's guide: doubted like every upload, and stored only as encoded anew here."""

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from labeling.domain.errors import Kind
from labeling.domain.images import ImageRefused, clean_name, decode_rgb, inspect_upload

MAX_BYTES = 10 * 2**20
MAX_PIXELS = 50_000_000
MAX_PICTURES = 200
MAX_GUIDE_BYTES = 100_000
MAX_NAME = 100
KINDS = {"image/jpeg": ("JPEG", "jpg"), "image/png": ("PNG", "png"), "image/webp": ("WEBP", "webp")}


@dataclass(frozen=True, slots=True)
class GuideFile:
    """One picture to keep. `name` is what the guide's text calls it; `sha256` is that of `content`."""

    name: str
    sha256: str
    media_type: str
    width: int
    height: int
    content: bytes


def guide_file(file: BinaryIO, name: str) -> GuideFile:
    """Read an uploaded picture to its last pixel and return it upright, encoded anew, without metadata.

    Raises `ImageRefused`.
    """
    intake = inspect_upload(file, name, max_pixels=MAX_PIXELS, max_bytes=MAX_BYTES)
    if intake.media_type not in KINDS:
        raise ImageRefused(
            "unsupported_format",
            intake.name,
            "is no picture for a guide. Save it as JPEG, PNG or WebP and upload that.",
            kind=Kind.UNSUPPORTED,
        )
    kind, extension = KINDS[intake.media_type]
    pixels = decode_rgb(file, intake.name, max_pixels=MAX_PIXELS)
    out = io.BytesIO()
    options = {"compress_level": 6} if kind == "PNG" else {"quality": 90}
    Image.fromarray(pixels).save(out, kind, **options)
    content = out.getvalue()
    return GuideFile(
        name=picture_name(intake.name, extension),
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=intake.media_type,
        width=intake.width,
        height=intake.height,
        content=content,
    )


def picture_name(name: str, extension: str) -> str:
    """Return the relative name for the guide's text: small letters, digits, dots and hyphens.

    The extension is that of what the file really is.
    """
    stem = clean_name(name).rsplit(".", maxsplit=1)[0]
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"{words[: MAX_NAME - len(extension) - 1].strip('-') or 'picture'}.{extension}"
