"""Pictures of a guide: encoded anew, named plainly."""

import re
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from labeling.domain.guide import MAX_BYTES, guide_file, picture_name
from labeling.domain.images import ImageRefused


def _picture(kind: str, *, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    pixels = np.full((size[1], size[0], 3), (200, 30, 30), dtype=np.uint8)
    out = BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type", "name"),
    [("PNG", "image/png", "cup.png"), ("JPEG", "image/jpeg", "cup.jpg"), ("WEBP", "image/webp", "cup.webp")],
)
def test_each_kind_stays_what_it_is_whatever_the_file_was_called(
    kind: str, media_type: str, name: str
) -> None:
    kept = guide_file(BytesIO(_picture(kind)), "Cup.HTML")
    assert (kept.name, kept.media_type, kept.width, kept.height) == (name, media_type, 40, 30)
    with Image.open(BytesIO(kept.content)) as image:
        assert (image.format, image.size) == (kind, (40, 30))
        red, green, blue = image.convert("RGB").getpixel((20, 15))  # type: ignore[misc]
    assert (abs(red - 200) < 8, abs(green - 30) < 8, abs(blue - 30) < 8) == (True, True, True)


def test_nothing_but_pixels_is_kept() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    hidden = _picture("PNG", pnginfo=notes) + b"<script>alert(2)</script>"
    kept = guide_file(BytesIO(hidden), "a.png")
    assert b"script" in hidden
    assert b"script" not in kept.content


def test_a_turned_photograph_is_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    kept = guide_file(BytesIO(_picture("JPEG", exif=exif.tobytes())), "a.jpg")
    assert (kept.width, kept.height) == (30, 40)
    with Image.open(BytesIO(kept.content)) as image:
        assert (image.size, dict(image.getexif())) == ((30, 40), {})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_picture("BMP"), "unsupported_format"),
        (_picture("GIF"), "unsupported_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
        (b"<html>", "not_an_image"),
        (b"", "empty_file"),
        (_picture("PNG")[:-40], "truncated_image"),
        (_picture("PNG") + b"\0" * MAX_BYTES, "too_many_bytes"),
        (_picture("PNG", size=(10_001, 5000)), "too_many_pixels"),
    ],
    ids=["bmp", "gif", "svg", "html", "empty", "truncated", "bytes", "pixels"],
)
def test_what_is_no_picture_for_a_guide_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ImageRefused) as refused:
        guide_file(BytesIO(content), "x.png")
    assert (refused.value.code, refused.value.details["name"]) == (code, "x.png")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Cup on a table.JPG", "cup-on-a-table.png"),
        ("../../etc/passwd", "passwd.png"),
        ("Ä Ö.png", "a-o.png"),
        ("чашка.png", "picture.png"),
        ("", "image.png"),
        ("a" * 300 + ".png", "a" * 96 + ".png"),
        ("x.tar.gz", "x-tar.png"),
        ("--.png", "picture.png"),
    ],
)
def test_plain_names(name: str, plain: str) -> None:
    assert picture_name(name, "png") == plain


@given(st.text(), st.sampled_from(["png", "jpg", "webp"]))
def test_every_name_is_safe_in_an_address_and_in_markdown(name: str, extension: str) -> None:
    plain = picture_name(name, extension)
    assert re.fullmatch(rf"[a-z0-9]+(-[a-z0-9]+)*\.{extension}", plain)
    assert len(plain) <= 100
