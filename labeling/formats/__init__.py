"""One format a file, behind a registry. A format writes annotations into a zip archive, and reads them."""

from labeling.formats import (
    ade,
    cityscapes,
    coco,
    coco_panoptic,
    datumaro,
    davis,
    instance_maps,
    labelme,
    parquet,
    png_masks,
    png_semantic,
    voc,
    webdataset,
    yolo,
)
from labeling.formats.archive import MANIFEST
from labeling.formats.base import Format
from labeling.formats.opened import FileInvalid, Malformed, Opened
from labeling.formats.reading import document

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        coco.FORMAT,
        coco.POLYGONS,
        coco_panoptic.FORMAT,
        png_semantic.FORMAT,
        png_masks.FORMAT,
        voc.FORMAT,
        cityscapes.FORMAT,
        yolo.FORMAT,
        labelme.FORMAT,
        datumaro.FORMAT,
        instance_maps.FORMAT,
        davis.FORMAT,
        ade.FORMAT,
        webdataset.FORMAT,
        parquet.FORMAT,
    )
}


def recognised(opened: Opened) -> Format:
    """Return the format of an archive, by its manifest or by the files that it has. Raises `FileInvalid`."""
    try:
        said = document(opened, MANIFEST) if MANIFEST in opened else None
        name = said.get("format") if isinstance(said, dict) else None
        if isinstance(name, str) and name in FORMATS:
            return FORMATS[name]
    except Malformed:
        # Some other program's.
        pass
    # A sign of one format may be an ordinary file in another: those with the rarest ones are asked first.
    for one in FORMATS.values():
        if any(True for sign in one.signs for _ in opened.find(rf"(?:.*/)?{sign}")):
            return one
    for found in opened.find(r".*\.json"):
        return _of_document(opened, found[0])
    raise FileInvalid("It is not clear which format this file has. Choose one.")


def _of_document(opened: Opened, name: str) -> Format:
    """Return the format of a JSON file by what stands in it first."""
    try:
        with opened.open(name) as member:
            begins = member.read(1 << 16)
    except Malformed as error:
        raise FileInvalid(f"“{name}” {error}. Pack the archive again.") from error
    signs = ((b'"shapes"', labelme.FORMAT), (b'"dm_format_version"', datumaro.FORMAT))
    return next((one for words, one in signs if words in begins), coco.FORMAT)
