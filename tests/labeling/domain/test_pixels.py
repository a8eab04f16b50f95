import io
import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

from labeling.domain.images import decode_rgb
from tests.labeling.domain.pictures import PHOTOGRAPH, PICTURE, exif, intake, pixels, png, saved

# What a viewer has to do with stored pixels: the EXIF standard's table, on rows and columns.
UPRIGHT = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored[::-1].swapaxes(0, 1),
    7: lambda stored: stored[::-1, ::-1].swapaxes(0, 1),
    8: lambda stored: stored[:, ::-1].swapaxes(0, 1),
}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_upright_to_the_pixel(orientation: int) -> None:
    content = saved(PICTURE, "PNG", exif=exif(orientation))
    expected = UPRIGHT[orientation](PICTURE)
    result = intake(content)
    assert (result.height, result.width) == expected.shape[:2]
    assert np.array_equal(decode_rgb(io.BytesIO(content)), expected)
    if orientation == 1:
        assert result.display is None
    else:
        assert np.array_equal(pixels(result.display), expected)
        assert result.display_media_type == "image/png"


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_jpeg_is_shown_upright_and_without_a_second_turn(orientation: int) -> None:
    content = saved(PHOTOGRAPH, "JPEG", quality=90, exif=exif(orientation))
    result = intake(content)
    assert result.display is not None
    shown = Image.open(io.BytesIO(result.display))
    assert (shown.format, shown.getexif().get(ExifTags.Base.Orientation)) == ("JPEG", None)
    assert shown.size == (result.width, result.height)
    stored = np.asarray(Image.open(io.BytesIO(content)), float)
    assert abs(np.asarray(shown, float) - UPRIGHT[orientation](stored)).mean() < 1.5
    thumbnail = Image.open(io.BytesIO(result.thumbnail))
    assert (thumbnail.width > thumbnail.height) == (orientation < 5)


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_turned_tiff_is_upright_once(orientation: int) -> None:
    content = saved(PICTURE, "TIFF", exif=exif(orientation))
    assert np.array_equal(pixels(intake(content).display), UPRIGHT[orientation](PICTURE))


def test_an_orientation_that_does_not_exist_is_ignored() -> None:
    assert intake(saved(PICTURE, "PNG", exif=exif(99))).display is None


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_damaged_exif_block_does_not_cost_the_photograph() -> None:
    content = saved(PHOTOGRAPH, "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff\x01\x02")
    assert intake(content).display is None


def test_sixteen_bit_grey_is_spread_over_its_own_range() -> None:
    deep = np.array([[1000, 2000], [3000, 5000]], np.uint16)
    result = intake(saved(deep, "PNG"))
    assert result.display_media_type == "image/png"
    assert pixels(result.display).tolist() == [[0, 64], [128, 255]]


def test_sixteen_bit_colour_is_spread_with_one_range_for_all_channels() -> None:
    # 12 bits in a 16-bit file: its high bytes are 0 to 15.
    high = np.array([[[0, 5, 15]], [[10, 1, 3]]], np.uint8)
    samples = (high.astype(np.uint16) * 256 + 77).astype(">u2")
    rows = b"".join(b"\x00" + row.tobytes() for row in samples)
    content = png(
        (b"IHDR", struct.pack(">IIBBBBB", 1, 2, 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    result = intake(content)
    assert pixels(result.display).tolist() == [[[0, 85, 255]], [[170, 17, 51]]]
    assert np.array_equal(decode_rgb(io.BytesIO(content)), pixels(result.display))


def sixteen_bit_tiff(samples: NDArray[np.uint16]) -> bytes:
    """Return an uncompressed little-endian RGB TIFF with 16 bits a sample, one strip."""
    height, width = samples.shape[:2]
    data = samples.astype("<u2").tobytes()
    bits_at, strip_at = 8 + 2 + 10 * 12 + 4, 8 + 2 + 10 * 12 + 4 + 6
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, bits_at),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, strip_at),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, len(data)),
        (284, 3, 1, 1),
    ]
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + directory
    return head + struct.pack("<I", 0) + struct.pack("<HHH", 16, 16, 16) + data


def test_a_sixteen_bit_rgb_tiff_becomes_a_png_that_browsers_show() -> None:
    samples = (np.array([[[0, 20, 60], [40, 10, 30]]], np.uint16) << 8) + 9
    result = intake(sixteen_bit_tiff(samples), "scan.tif")
    assert (result.media_type, result.display_media_type) == ("image/tiff", "image/png")
    assert pixels(result.display).tolist() == [[[0, 85, 255], [170, 42, 128]]]


def test_floating_point_grey_survives_what_is_not_a_number() -> None:
    values = np.array([[np.nan, -1.0], [np.inf, 3.0]], np.float32)
    assert pixels(intake(saved(values, "TIFF")).display).tolist() == [[0, 0], [255, 255]]


def test_a_constant_deep_image_is_black_and_no_error() -> None:
    assert pixels(intake(saved(np.full((2, 2), 777, np.uint16), "PNG")).display).tolist() == [[0, 0], [0, 0]]


def test_cmyk_as_adobe_writes_it_gets_its_true_colours() -> None:
    ink = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    content = saved(ink, "JPEG", quality=100)
    assert b"Adobe" in content
    result = intake(content)
    assert (result.display_media_type, pixels(result.display).shape) == ("image/jpeg", (16, 16, 3))
    red = pixels(result.display)[8, 8].astype(int)
    assert abs(red - [255, 0, 0]).max() <= 3


def test_a_palette_with_transparency_lies_on_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putdata([0, 1])
    result = intake(saved(image, "PNG", transparency=0))
    assert pixels(result.display).tolist() == [[[255, 255, 255], [200, 100, 50]]]


def test_half_transparent_colour_is_mixed_with_white() -> None:
    rgba = np.array([[[0, 0, 0, 0], [100, 0, 200, 255], [0, 100, 255, 51]]], np.uint8)
    expected = [[[255, 255, 255], [100, 0, 200], [204, 224, 255]]]
    assert pixels(intake(saved(rgba, "PNG")).display).tolist() == expected


def test_transparent_grey_stays_grey() -> None:
    image = Image.merge("LA", [Image.fromarray(np.uint8([[40, 40]])), Image.fromarray(np.uint8([[255, 0]]))])
    assert pixels(intake(saved(image, "PNG")).display).tolist() == [[40, 255]]


def test_a_transparent_colour_of_a_16_bit_png_is_no_error() -> None:
    samples = np.array([[[256, 512, 768]], [[65280, 0, 0]]], ">u2")
    content = png(
        (b"IHDR", struct.pack(">IIBBBBB", 1, 2, 16, 2, 0, 0, 0)),
        (b"tRNS", struct.pack(">HHH", 256, 512, 768)),
        (b"IDAT", zlib.compress(b"".join(b"\x00" + row.tobytes() for row in samples))),
        (b"IEND", b""),
    )
    assert pixels(intake(content).display).shape == (2, 1, 3)


def test_black_and_white_becomes_grey() -> None:
    content = saved(Image.fromarray(np.array([[True, False]])), "PNG")
    assert pixels(intake(content).display).tolist() == [[255, 0]]


@pytest.mark.parametrize(
    ("kind", "media_type"), [("BMP", "image/bmp"), ("GIF", "image/gif"), ("TIFF", "image/tiff")]
)
def test_formats_that_browsers_or_models_read_badly_become_png(kind: str, media_type: str) -> None:
    image = Image.fromarray(PICTURE)
    result = intake(saved(image.quantize(64) if kind == "GIF" else image, kind))
    assert (result.media_type, result.display_media_type) == (media_type, "image/png")
    assert np.array_equal(pixels(result.display), PICTURE)


def test_a_colour_profile_stays_with_turned_pixels_and_leaves_with_converted_ones() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    turned = intake(saved(PHOTOGRAPH, "JPEG", exif=exif(6), icc_profile=profile)).display
    printed = intake(saved(Image.new("CMYK", (8, 8)), "JPEG", icc_profile=profile)).display
    assert turned is not None
    assert printed is not None
    assert Image.open(io.BytesIO(turned)).info["icc_profile"] == profile
    assert "icc_profile" not in Image.open(io.BytesIO(printed)).info


def test_a_camera_s_jpeg_with_a_second_picture_behind_it_is_a_jpeg() -> None:
    content = saved(PHOTOGRAPH, "MPO", save_all=True, append_images=[Image.fromarray(PHOTOGRAPH[:50, :50])])
    result = intake(content)
    assert (result.media_type, result.display, result.width) == ("image/jpeg", None, 400)
