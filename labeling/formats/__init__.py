"""One exporter a file, behind a registry. A format writes accepted annotations into a zip archive."""

from labeling.formats import coco
from labeling.formats.base import Exporter

EXPORTERS: dict[str, Exporter] = {"coco": coco.write}
