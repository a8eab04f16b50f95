"""Parquet: a table of images and a table of objects with run-length masks, for data frames."""

from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from labeling.formats.archive import Archive
from labeling.formats.base import ExportImage, ExportLabel, ExportSource, Format
from labeling.formats.coco import as_json, folder_of
from labeling.formats.pictures import write_picture

ROWS = 5000
IMAGES = {
    "image_id": "int64",
    "file_name": "string",
    "name": "string",
    "dataset": "string",
    "sha256": "string",
    "width": "int32",
    "height": "int32",
    "split": "string",
}
OBJECTS = {
    "object_id": "int64",
    "image_id": "int64",
    "label_id": "int64",
    "label": "string",
    "kind": "string",
    "mask_height": "int32",
    "mask_width": "int32",
    "mask_counts": "string",
    **{f"bbox_{side}": "float64" for side in "xywh"},
    "area": "int64",
    "position": "int64",
    **dict.fromkeys(("occluded", "truncated", "crowd", "ignore"), "bool_"),
    "attributes": "string",
}


def write(source: ExportSource, archive: Archive) -> Iterator[int]:
    """Write `images.parquet`, `annotations.parquet` and `images/*`; see `base.Exporter`.

    A mask is its height, its width and COCO's compressed run lengths; attributes are JSON.
    """
    labels = {label.id: label for label in source.labels}
    with ExitStack() as stack:
        images = _Table(stack, IMAGES)
        objects = _Table(stack, OBJECTS)
        for done, image in enumerate(source.images, start=1):
            write_picture(archive, image, folder_of(image))
            images.add([_image_row(image)])
            objects.add(_object_rows(image, labels))
            yield done
        images.finish(archive, "images.parquet")
        objects.finish(archive, "annotations.parquet")


class _Table:
    """A table that is written in groups of rows to a temporary file."""

    def __init__(self, stack: ExitStack, columns: dict[str, str]) -> None:
        # Sixty megabytes that no process carries which writes no tables.
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        self._file: BinaryIO = stack.enter_context(TemporaryFile())  # noqa: SIM115
        self._schema = pa.schema([(name, getattr(pa, kind)()) for name, kind in columns.items()])
        self._writer = stack.enter_context(pq.ParquetWriter(self._file, self._schema, compression="zstd"))
        self._table = pa.Table
        self._rows: list[dict[str, Any]] = []

    def add(self, rows: list[dict[str, Any]]) -> None:
        self._rows.extend(rows)
        if len(self._rows) >= ROWS:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(self._table.from_pylist(self._rows, self._schema))
        self._rows.clear()

    def finish(self, archive: Archive, name: str) -> None:
        self._flush()
        self._writer.close()
        self._file.seek(0)
        archive.copy(name, self._file)


def _image_row(image: ExportImage) -> dict[str, Any]:
    return {
        "image_id": image.id,
        "file_name": image.file_name,
        "name": image.name,
        "dataset": image.dataset,
        "sha256": image.sha256,
        "width": image.width,
        "height": image.height,
        "split": image.split,
    }


def _object_rows(image: ExportImage, labels: dict[int, ExportLabel]) -> list[dict[str, Any]]:
    return [
        {
            "object_id": one.id,
            "image_id": image.id,
            "label_id": one.label_id,
            "label": labels[one.label_id].name,
            "kind": labels[one.label_id].kind,
            "mask_height": image.height,
            "mask_width": image.width,
            "mask_counts": one.mask_counts,
            **{f"bbox_{side}": value for side, value in zip("xywh", one.bbox, strict=True)},
            "area": one.area,
            "position": one.position,
            "occluded": one.occluded,
            "truncated": one.truncated,
            "crowd": one.crowd,
            "ignore": one.ignore,
            "attributes": as_json(dict(one.attributes)),
        }
        for one in image.annotations
    ]


FORMAT = Format(
    name="parquet",
    title="Parquet tables",
    loses="Nothing of masks, overlaps, order, attributes and flags.",
    write=write,
)
