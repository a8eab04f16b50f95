"""One exporter a file, behind a registry. A format writes annotations into a zip archive."""

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
from labeling.formats.base import Format

EXPORTERS: dict[str, Format] = {
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
