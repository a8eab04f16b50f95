"""The door for uploaded images. Everything about a file is doubted: its name, its type, its size, its end."""

import hashlib
import io
import os
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from labeling.domain import pixels
from labeling.domain.errors import Kind, Refused
from labeling.domain.pixels import Picture, UnknownColors, normalise

MAX_PIXELS = 200_000_000
MAX_BYTES = 512 * 1024 * 1024
# No browser and no JPEG goes beyond this.
MAX_SIDE = 65_535
MAX_NAME = 255
# Unicode's classes of invisible marks that turn the writing direction of what follows.
TURNS_DIRECTION = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})
MAX_PROFILE = 1_000_000
THUMBNAIL_SIDE = 320
THUMBNAIL_MEDIA_TYPE = "image/jpeg"

MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with further pictures behind it, as many cameras write them
    "PNG": "image/png",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "GIF": "image/gif",
}
ACCEPTED = "JPEG, PNG, WebP, TIFF, BMP or GIF"
SHOWN_BY_BROWSERS = ("JPEG", "MPO", "PNG", "WEBP")
OPENED = tuple(name for name in MEDIA_TYPES if name != "MPO")

# How files begin, to tell a damaged picture, a picture of another format and no picture apart.
OWN_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"GIF87a", b"GIF89a", b"BM")
FOREIGN_BEGINNINGS = (
    (0, b"8BPS", "Photoshop"),
    (0, b"%PDF", "PDF"),
    (0, b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (0, b"\x76\x2f\x31\x01", "OpenEXR"),
    (0, b"II+\x00", "BigTIFF"),
    (0, b"MM\x00+", "BigTIFF"),
    (0, b"<svg", "SVG"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftyphev", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (128, b"DICM", "DICOM"),
)

# Pillow's own guard would refuse sizes that are allowed here; the check below comes first and is stricter.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class ImageRefused(Refused):
    """A file that does not become an image.

    `code` is one of empty_file, too_many_bytes, not_an_image, unsupported_format, truncated_image,
    too_many_pixels and animated_image; `details["name"]` is the file's cleaned name.
    """

    def __init__(self, code: str, name: str, message: str, *, kind: Kind = Kind.INVALID) -> None:
        super().__init__(code, f"“{name}” {message}", kind=kind, name=name)


@dataclass(frozen=True, slots=True)
class Intake:
    """What is worth keeping of an upload.

    `sha256` and `byte_size` are those of the file as it came, `media_type` what it really is. `width` and
    `height` are pixels of the upright picture. `display` holds the bytes that everybody sees instead, of type
    `display_media_type`; None when the file itself is upright 8-bit grey or RGB that browsers show.
    `thumbnail` is a JPEG of at most 320 pixels a side.
    """

    name: str
    sha256: str
    byte_size: int
    media_type: str
    width: int
    height: int
    display: bytes | None
    display_media_type: str
    thumbnail: bytes


def inspect_upload(
    file: BinaryIO, name: str, *, max_pixels: int = MAX_PIXELS, max_bytes: int = MAX_BYTES
) -> Intake:
    """Read an uploaded file to its last pixel and return what to keep of it.

    `file` is a seekable binary stream; `name` is the name the user gave, of any content. The size is judged
    by the header, before any pixel is decoded. Raises `ImageRefused`.
    """
    cleaned = clean_name(name)
    byte_size = _size_within(file, cleaned, max_bytes)
    digest = _sha256(file)
    with _opened(file, cleaned, max_pixels) as image:
        kind = str(image.format)
        profile = image.info.get("icc_profile")
        picture = _decoded(image, cleaned)
        shown_as_is = picture.untouched and kind in SHOWN_BY_BROWSERS
        display, display_media_type = None, MEDIA_TYPES[kind]
        if not shown_as_is:
            profile = profile if picture.keeps_colors else None
            display, display_media_type = _encoded(picture, lossy=kind in ("JPEG", "MPO"), profile=profile)
        return Intake(
            name=cleaned,
            sha256=digest,
            byte_size=byte_size,
            media_type=MEDIA_TYPES[kind],
            width=picture.image.width,
            height=picture.image.height,
            display=display,
            display_media_type=display_media_type,
            thumbnail=_thumbnail(picture.image),
        )


def upright_size(file: BinaryIO, name: str, *, max_pixels: int = MAX_PIXELS) -> tuple[int, int]:
    """Return width and height that a file's upright picture would have, judged by its header.

    A file that has a size may be refused by `inspect_upload` even so. Raises `ImageRefused`.
    """
    cleaned = clean_name(name)
    with _opened(file, cleaned, max_pixels) as image:
        return pixels.upright_size(image)


def decode_rgb(file: BinaryIO, name: str = "image", *, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """Return an image file's upright picture as (H, W, 3) uint8 RGB, as `inspect_upload` saw it.

    The array is read-only, so that a cache can hand it to several callers. Raises `ImageRefused`; `name` is
    for its message.
    """
    picture = decode_picture(file, name, max_pixels=max_pixels)
    return np.asarray(picture if picture.mode == "RGB" else picture.convert("RGB"))


def decode_picture(file: BinaryIO, name: str = "image", *, max_pixels: int = MAX_PIXELS) -> Image.Image:
    """Return an image file's upright picture, of mode L or RGB, as `inspect_upload` saw it.

    For what needs no array: of a large picture an array beside it is a third of a gigabyte more.
    Raises `ImageRefused`; `name` is for its message.
    """
    cleaned = clean_name(name)
    with _opened(file, cleaned, max_pixels) as image:
        return _decoded(image, cleaned).image


def clean_name(name: str) -> str:
    """Return a name fit to be shown: no folders, no control characters, at most 255 characters.

    Letters of every script, quotes and joining characters stay. Marks that turn the writing direction go, for
    they make a name read as another one. The name is for people alone; no path is ever made of it.
    """
    last = name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    kept = "".join(letter for letter in unicodedata.normalize("NFC", last) if _is_showable(letter)).strip()
    if kept in ("", ".", ".."):
        return "image"
    stem, extension = os.path.splitext(kept)
    if len(kept) > MAX_NAME and len(extension) <= 16:
        return stem[: MAX_NAME - len(extension)] + extension
    return kept[:MAX_NAME]


def _is_showable(letter: str) -> bool:
    if unicodedata.category(letter) in ("Cc", "Cs", "Cn", "Zl", "Zp"):
        return False
    return unicodedata.bidirectional(letter) not in (
        "LRE",
        "RLE",
        "PDF",
        "LRO",
        "RLO",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    )


def _size_within(file: BinaryIO, name: str, max_bytes: int) -> int:
    byte_size = file.seek(0, io.SEEK_END)
    if byte_size == 0:
        raise ImageRefused("empty_file", name, "is empty. Check the file and upload it again.")
    if byte_size > max_bytes:
        raise ImageRefused(
            "too_many_bytes",
            name,
            f"has {_megabytes(byte_size)}; {_megabytes(max_bytes)} is the limit. Scale or compress it.",
            kind=Kind.TOO_LARGE,
        )
    return byte_size


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB"


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _opened(file: BinaryIO, name: str, max_pixels: int) -> ImageFile.ImageFile:
    file.seek(0)
    try:
        image = Image.open(file, formats=OPENED)
        width, height = image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name, "more pixels than could be read", max_pixels) from error
    except UnidentifiedImageError as error:
        raise _unidentified(file, name) from error
    except Exception as error:  # decoders raise anything on hostile bytes
        raise _damaged(name) from error
    if width * height > max_pixels or max(width, height) > MAX_SIDE:
        raise _too_large(name, f"{width:,} x {height:,} pixels", max_pixels)
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise ImageRefused(
            "animated_image",
            name,
            "holds several frames or pages. Save each one as an image of its own and upload those.",
            kind=Kind.UNSUPPORTED,
        )
    return image


def _decoded(image: ImageFile.ImageFile, name: str) -> Picture:
    try:
        return normalise(image)
    except UnknownColors as error:
        raise ImageRefused(
            "unsupported_format",
            name,
            f"holds colours of the kind {error.mode}, which cannot be shown. Save it as 8-bit RGB.",
            kind=Kind.UNSUPPORTED,
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything on hostile bytes
        raise _damaged(name) from error


def _unidentified(file: BinaryIO, name: str) -> ImageRefused:
    file.seek(0)
    head = file.read(256)
    if head.startswith(OWN_BEGINNINGS) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return _damaged(name)
    for offset, beginning, format_name in FOREIGN_BEGINNINGS:
        if head[offset:].startswith(beginning):
            return ImageRefused(
                "unsupported_format",
                name,
                f"is a {format_name} file. Save it as {ACCEPTED} and upload that.",
                kind=Kind.UNSUPPORTED,
            )
    return ImageRefused("not_an_image", name, f"is not an image. Upload a {ACCEPTED} file.")


def _damaged(name: str) -> ImageRefused:
    return ImageRefused(
        "truncated_image", name, "is damaged or incomplete. Copy it again from its source and upload it."
    )


def _too_large(name: str, size: str, max_pixels: int) -> ImageRefused:
    return ImageRefused(
        "too_many_pixels",
        name,
        f"has {size}; {max_pixels:,} in all and {MAX_SIDE:,} a side are the limit. Scale or split it.",
        kind=Kind.TOO_LARGE,
    )


def _encoded(picture: Picture, *, lossy: bool, profile: bytes | None) -> tuple[bytes, str]:
    if not picture.keeps_colors or (profile is not None and len(profile) > MAX_PROFILE):
        profile = None
    out = io.BytesIO()
    if lossy:
        picture.image.save(out, "JPEG", quality=95, subsampling=0, icc_profile=profile)
        return out.getvalue(), "image/jpeg"
    picture.image.save(out, "PNG", compress_level=1, icc_profile=profile)
    return out.getvalue(), "image/png"


def _thumbnail(image: Image.Image) -> bytes:
    scale = min(1.0, THUMBNAIL_SIDE / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    small = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    return out.getvalue()
