"""Files of images beside their masks."""

from io import BytesIO

from PIL import Image, ImageOps

from labeling.formats.archive import Archive
from labeling.formats.base import ExportImage

JPEG_QUALITY = 95


def write_picture(archive: Archive, image: ExportImage, folder: str, stem: str | None = None) -> None:
    """Write an image's file to a folder of the archive, where images are exported."""
    if image.picture is None:
        return
    name = image.file_name if stem is None else f"{stem}{image.picture.extension}"
    with image.picture.open() as file:
        archive.copy(f"{folder}/{name}", file)


def write_jpeg(archive: Archive, image: ExportImage, folder: str, stem: str) -> None:
    """Write an image as the JPEG that a format's readers look for; one that is a JPEG stays as it is."""
    if image.picture is None:
        return
    if image.picture.extension in (".jpg", ".jpeg"):
        with image.picture.open() as file:
            archive.copy(f"{folder}/{stem}.jpg", file)
        return
    with image.picture.open() as file, Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    out = BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    archive.write(f"{folder}/{stem}.jpg", out.getvalue())
