"""One black and white PNG an object, and a table that says what each is."""

from collections.abc import Iterator

from PIL import Image

from labeling.formats.archive import Archive, Waiting
from labeling.formats.base import ExportAnnotation, ExportSource, Format
from labeling.formats.coco import folder_of
from labeling.formats.flat import pixels, png
from labeling.formats.pictures import write_picture
from labeling.formats.tables import row

COLUMNS = (
    *("mask", "image", "image_sha256", "split", "label", "kind", "object_id", "position"),
    *("occluded", "truncated", "crowd", "ignore"),
)


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `masks/<image>/<object>.png`, 255 where the object is, and `objects.csv`; see `base.Exporter`."""
    labels = {label.id: label for label in source.labels}
    with Waiting() as waiting:
        waiting.add("rows", row(COLUMNS))
        for done, image in enumerate(source.images, start=1):
            write_picture(archive, image, folder_of(image))
            for annotation in image.annotations:
                name = f"masks/{image.stem}/{annotation.id}.png"
                archive.write(name, png(Image.fromarray(pixels(annotation, image))))
                label = labels[annotation.label_id]
                words = [name, image.file_name, image.sha256, image.split, label.name, label.kind]
                waiting.add("rows", row([*words, *_about(annotation)]))
            yield done
        with archive.open("objects.csv") as member:
            waiting.pour("rows", member)


def _about(annotation: ExportAnnotation) -> list[int]:
    flags = (annotation.occluded, annotation.truncated, annotation.crowd, annotation.ignore)
    return [annotation.id, annotation.position, *map(int, flags)]


FORMAT = Format(
    name="png_masks",
    title="One PNG an object",
    loses="Attributes; nothing of masks, overlaps, order and flags.",
    write=write,
)
