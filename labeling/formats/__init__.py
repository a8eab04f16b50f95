"""One exporter a file, behind a registry. A format writes accepted annotations into a zip archive."""

from labeling.formats import coco, coco_panoptic, png_masks, png_semantic, voc, yolo
from labeling.formats.base import Format

EXPORTERS: dict[str, Format] = {
    one.name: one
    for one in (
        coco.FORMAT,
        coco_panoptic.FORMAT,
        png_semantic.FORMAT,
        png_masks.FORMAT,
        voc.FORMAT,
        yolo.FORMAT,
    )
}
