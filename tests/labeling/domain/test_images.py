import hashlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from labeling.domain.errors import Kind
from labeling.domain.images import ImageRefused, clean_name, decode_rgb, inspect_upload
from tests.labeling.domain.pictures import PHOTOGRAPH, PICTURE, intake, png, refusal, saved


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_plain_files_are_shown_as_they_came(kind: str, media_type: str) -> None:
    content = saved(PHOTOGRAPH, kind)
    result = intake(content, "a photo.xyz")
    assert result.sha256 == hashlib.sha256(content).hexdigest()
    assert (result.name, result.byte_size) == ("a photo.xyz", len(content))
    assert (result.media_type, result.display_media_type, result.display) == (media_type, media_type, None)
    assert (result.width, result.height) == (400, 300)


def test_a_thumbnail_keeps_the_shape_and_the_colours() -> None:
    thumbnail = Image.open(io.BytesIO(intake(saved(PHOTOGRAPH, "PNG")).thumbnail))
    assert (thumbnail.format, thumbnail.size, thumbnail.mode) == ("JPEG", (320, 240), "RGB")
    expected = np.asarray(Image.fromarray(PHOTOGRAPH).resize((320, 240), Image.Resampling.BOX), float)
    assert abs(np.asarray(thumbnail, float) - expected).mean() < 6


@pytest.mark.parametrize(
    ("size", "expected"), [((10, 6), (10, 6)), ((2000, 3), (320, 1)), ((1, 900), (1, 320))]
)
def test_a_thumbnail_is_never_enlarged_and_never_without_pixels(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    result = intake(saved(Image.new("RGB", size), "PNG"))
    assert Image.open(io.BytesIO(result.thumbnail)).size == expected


def test_a_grey_photograph_stays_grey_and_decodes_to_three_channels() -> None:
    content = saved(PICTURE[..., 0], "PNG")
    assert intake(content).display is None
    decoded = decode_rgb(io.BytesIO(content))
    assert np.array_equal(decoded, np.repeat(PICTURE[..., :1], 3, axis=2))


def test_decoded_pixels_cannot_be_changed_in_a_cache() -> None:
    decoded = decode_rgb(io.BytesIO(saved(PICTURE, "PNG")))
    assert (decoded.dtype, decoded.shape, decoded.flags.writeable) == (np.uint8, (5, 7, 3), False)


def test_the_name_does_not_decide_the_type() -> None:
    assert intake(saved(PICTURE, "PNG"), "photo.jpg").media_type == "image/png"
    assert intake(saved(PHOTOGRAPH, "JPEG"), "photo.exe").media_type == "image/jpeg"


def test_text_named_jpg() -> None:
    error = refusal(b"Dear reader, this is not a photograph.\n" * 40, "letter.jpg")
    assert (error.code, error.details, error.kind) == ("not_an_image", {"name": "letter.jpg"}, Kind.INVALID)


def test_an_empty_file() -> None:
    assert refusal(b"", "nothing.png").code == "empty_file"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.6, 0.95])
def test_a_truncated_file_of_every_format(kind: str, share: float) -> None:
    content = saved(PHOTOGRAPH, kind)
    error = refusal(content[: int(len(content) * share)], "cut.jpg")
    assert error.code == "truncated_image"
    with pytest.raises(ImageRefused, match="damaged or incomplete"):
        decode_rgb(io.BytesIO(content[: int(len(content) * share)]))


def test_a_flipped_bit_in_a_png_is_noticed() -> None:
    content = bytearray(saved(PHOTOGRAPH, "PNG"))
    content[len(content) // 2] ^= 0x10
    assert refusal(bytes(content)).code == "truncated_image"


def test_a_bomb_of_60000_by_60000_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    # Decoding is what would take 10 GB.
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", lambda _: pytest.fail("pixels were decoded"))
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    content = png((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 1_000_000, 9)), (b"IEND", b""))
    assert len(content) < 2000
    error = refusal(content, "bomb.png")
    assert (error.code, error.kind) == ("too_many_pixels", Kind.TOO_LARGE)
    with pytest.raises(ImageRefused, match="200,000,000"):
        decode_rgb(io.BytesIO(content))


def test_the_pixel_limit_is_the_caller_s() -> None:
    content = saved(PICTURE, "PNG")
    assert inspect_upload(io.BytesIO(content), "a.png", max_pixels=35).width == 7
    error = refusal(content, "a.png", max_pixels=34)
    assert error.code == "too_many_pixels"
    assert "7 x 5 pixels" in error.message


def test_a_side_longer_than_any_browser_shows_is_refused() -> None:
    header = struct.pack(">IIBBBBB", 70_000, 1, 8, 0, 0, 0, 0)
    content = png((b"IHDR", header), (b"IDAT", zlib.compress(bytes(70_001))), (b"IEND", b""))
    assert refusal(content).code == "too_many_pixels"


def test_the_byte_limit_is_the_caller_s() -> None:
    content = saved(PICTURE, "PNG")
    assert inspect_upload(io.BytesIO(content), "a.png", max_bytes=len(content)).byte_size == len(content)
    error = refusal(content, "a.png", max_bytes=len(content) - 1)
    assert (error.code, error.kind) == ("too_many_bytes", Kind.TOO_LARGE)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_several_frames_or_pages_are_refused(kind: str) -> None:
    frames = [Image.fromarray(PICTURE), Image.fromarray(255 - PICTURE)]
    error = refusal(saved(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert (error.code, error.kind) == ("animated_image", Kind.UNSUPPORTED)


@pytest.mark.parametrize(
    ("content", "format_name"),
    [
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC"),
        (b"\x00\x00\x00\x18ftypavif" + bytes(100), "AVIF"),
        (b"8BPS\x00\x01" + bytes(100), "Photoshop"),
        (b"%PDF-1.7\n" + bytes(100), "PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (bytes(128) + b"DICM" + bytes(100), "DICOM"),
    ],
)
def test_other_picture_formats_are_named(content: bytes, format_name: str) -> None:
    error = refusal(content)
    assert error.code == "unsupported_format"
    assert f"is a {format_name} file" in error.message


def test_formats_that_pillow_knows_but_that_are_not_accepted_are_never_opened() -> None:
    for kind in ("ICO", "PPM", "TGA", "PCX"):
        assert refusal(saved(PICTURE, kind)).code == "not_an_image"


def test_colours_without_a_conversion_are_named() -> None:
    error = refusal(saved(Image.new("LAB", (4, 4)), "TIFF"))
    assert error.code == "unsupported_format"
    assert "LAB" in error.message


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ('Мой "кот" №1.jpg', 'Мой "кот" №1.jpg'),
        ("日本の写真.png", "日本の写真.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\cat.jpg", "cat.jpg"),
        ("/absolute/dog.jpg", "dog.jpg"),
        ("a\x00b\r\nc\x7f.jpg", "abc.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("line\u2028break.png", "linebreak.png"),
        ("half\udcff.png", "half.png"),
        ("e\u0301te\u0301.jpg", "été.jpg"),
        ("👩\u200d🌾.jpg", "👩\u200d🌾.jpg"),
        ("  spaced name .jpg ", "spaced name .jpg"),
        ("<script>alert(1)<script>.jpg", "<script>alert(1)<script>.jpg"),
        ("", "image"),
        ("..", "image"),
        ("folder/", "image"),
        ("\x01\x02", "image"),
        ("x" * 300 + ".jpeg", "x" * 250 + ".jpeg"),
        ("x" * 300, "x" * 255),
        ("." + "y" * 300, "." + "y" * 254),
    ],
)
def test_names_are_cleaned_for_people(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned
    assert intake(saved(PICTURE, "PNG"), name).name == cleaned


def test_a_refusal_names_the_cleaned_file() -> None:
    error = refusal(b"", '../Фото "лето"\x00.jpg')
    assert error.details == {"name": 'Фото "лето".jpg'}
    assert error.message.startswith('“Фото "лето".jpg” is empty.')


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "MPO"])
def test_any_damage_ends_in_an_image_or_in_a_refusal(kind: str) -> None:
    more = {"save_all": True, "append_images": [Image.fromarray(PICTURE)]} if kind == "MPO" else {}
    sound = saved(PHOTOGRAPH[:40, :50], kind, **more)
    rng = np.random.default_rng(5)
    outcomes = set()
    for _ in range(150):
        damaged = bytearray(sound)
        for place in rng.integers(0, min(len(sound), 400), rng.integers(1, 6)):
            damaged[place] = rng.integers(256)
        try:
            outcomes.add(inspect_upload(io.BytesIO(damaged), "a.jpg").media_type)
        except ImageRefused as error:
            outcomes.add(error.code)
    assert outcomes & {"truncated_image", "not_an_image"}
