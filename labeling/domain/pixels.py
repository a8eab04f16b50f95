"""One picture for everybody: whatever an image file holds, as upright 8-bit grey or RGB.

What the annotator sees and what the model gets go through the same function, so that their pixels agree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile

Numbers = NDArray[np.number]

# What undoes each EXIF orientation; 1 and everything unknown leave the picture as it is.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE = (
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
)
PLAIN_MODES = ("L", "RGB")
WIDE_GREY_MODES = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
CONVERTIBLE_TO_RGB = ("P", "CMYK", "YCbCr", "RGBX")


class UnknownColors(ValueError):
    """The picture's kind of colour has no conversion here; `mode` is Pillow's word for it."""

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.mode = mode


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright picture in mode L or RGB.

    `untouched` says that the file's own pixels are the same ones, in the same order; `keeps_colors` that the
    file's colour profile still describes them.
    """

    image: Image.Image
    untouched: bool
    keeps_colors: bool


def normalise(image: ImageFile.ImageFile) -> Picture:
    """Decode an opened file completely and return it upright in mode L or RGB.

    - More than 8 bits a channel: the picture's own range, one for all channels, is spread over 0..255, so
      that 12 bits in a 16-bit file are not black. Colours of 16 bits keep their 8 highest bits before that.
    - Transparent pixels lie on white. CMYK (Adobe's inverted kind included), YCbCr and palettes become RGB.

    Raises whatever the decoder raises on a damaged file, and `UnknownColors`.
    """
    wide = _has_wide_channels(image)
    image.load()
    turn = UPRIGHT.get(_orientation(image))
    plain = _to_plain(image, wide)
    upright = plain if turn is None else plain.transpose(turn)
    return Picture(
        image=upright,
        untouched=plain is image and turn is None,
        keeps_colors=image.mode in ("L", "RGB", "RGBA", "LA", "P"),
    )


def upright_size(image: ImageFile.ImageFile) -> tuple[int, int]:
    """Return width and height of an opened file's upright picture, mostly without decoding it."""
    turn = UPRIGHT.get(_orientation(image))
    return (image.height, image.width) if turn in ON_ITS_SIDE else (image.width, image.height)


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a damaged EXIF block is no reason to lose a sound picture
        return 1
    return value if isinstance(value, int) else 1


def _has_wide_channels(image: ImageFile.ImageFile) -> bool:
    """Return whether the decoder will cut 16-bit colours down to their high bytes."""
    if not image.tile:
        return False
    arguments = image.tile[0].args
    raw_mode = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return image.mode not in WIDE_GREY_MODES and ";16" in str(raw_mode)


def _to_plain(image: Image.Image, wide: bool) -> Image.Image:
    if image.has_transparency_data:
        return _on_white(image, wide)
    if image.mode in PLAIN_MODES:
        return _spread(image) if wide else image
    if image.mode == "1":
        return image.convert("L")
    if image.mode in WIDE_GREY_MODES:
        return Image.fromarray(spread_range(np.asarray(image)))
    if image.mode in CONVERTIBLE_TO_RGB:
        return image.convert("RGB")
    raise UnknownColors(image.mode)


def _on_white(image: Image.Image, wide: bool) -> Image.Image:
    if image.mode in WIDE_GREY_MODES:
        # One grey value is declared transparent; the spread values no longer tell which, so it stays grey.
        return Image.fromarray(spread_range(np.asarray(image)))
    grey = image.mode in ("1", "L", "LA", "La")
    with_alpha = image.convert("LA" if grey else "RGBA")
    colors = with_alpha.convert("L" if grey else "RGB")
    white = Image.new(colors.mode, colors.size, "white")
    white.paste(_spread(colors) if wide else colors, mask=with_alpha.getchannel("A"))
    return white


def _spread(image: Image.Image) -> Image.Image:
    return Image.fromarray(spread_range(np.asarray(image)))


def spread_range(values: Numbers) -> NDArray[np.uint8]:
    """Return numbers of any shape as uint8: the smallest becomes 0, the largest 255, linear in between.

    What is not a number becomes 0, infinities the ends; one single value everywhere becomes 0.
    """
    if values.dtype.kind == "f":
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    else:
        low, high = float(values.min()), float(values.max())
    if values.dtype.kind == "u" and values.dtype.itemsize <= 2:
        # A table of all values is far smaller than the picture in floating point.
        table = _scaled(np.arange(1 << 8 * values.dtype.itemsize), low, high)
        return np.take(table, values.astype(np.uint16, copy=False))
    return _scaled(values, low, high)


def _scaled(values: Numbers, low: float, high: float) -> NDArray[np.uint8]:
    if high <= low:
        return np.zeros(values.shape, np.uint8)
    # Halved before they are subtracted: the difference of two numbers may exceed what a float holds.
    share = (values.astype(np.float64) / 2 - low / 2) / (high / 2 - low / 2)
    scaled: NDArray[np.uint8] = np.rint(share.clip(0, 1) * 255).astype(np.uint8)
    return scaled
