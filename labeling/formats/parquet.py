"""Parquet: a table of images and a table of objects with run-length masks, for data frames."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from labeling.formats.archive import Archive
from labeling.formats.base import ExportImage, ExportLabel, ExportSource, Format
from labeling.formats.coco import as_json, folder_of, read_runs
from labeling.formats.opened import MOST_AT_ONCE, Malformed, Opened
from labeling.formats.pictures import write_picture
from labeling.formats.reading import answers, flag, guarded, kind_of, named_image, parsed, text, whole
from labeling.formats.records import FLAGS, Problem, ReadLabel, ReadObject, Record

ROWS = 5000
IMAGES_FILE, OBJECTS_FILE = "images.parquet", "annotations.parquet"
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
    **dict.fromkeys(FLAGS, "bool_"),
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
        images.finish(archive, IMAGES_FILE)
        objects.finish(archive, OBJECTS_FILE)


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
            **{name: getattr(one, name) for name in FLAGS},
            "attributes": as_json(dict(one.attributes)),
        }
        for one in image.annotations
    ]


def read(opened: Opened) -> Iterator[Record]:
    """Read both tables, group by group of rows; see `records.Reader`."""
    yield from _read_table(opened, IMAGES_FILE, ("image_id", "name", "dataset", "sha256"), _read_image)
    columns = ("image_id", "label", "mask_height", "mask_width", "mask_counts")
    yield from _read_table(opened, OBJECTS_FILE, columns, _read_object)


def _read_table(
    opened: Opened, name: str, columns: Iterable[str], read_row: Callable[..., Iterator[Record]]
) -> Iterator[Record]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with opened.open(name) as member, TemporaryFile() as file:
            # Its table of contents stands at the end.
            shutil.copyfileobj(member, file, 1 << 20)
            file.seek(0)
            table = pq.ParquetFile(file)
            if missing := sorted(set(columns) - set(table.schema_arrow.names)):
                yield Problem(name, f"has no column “{missing[0]}”.")
                return
            groups = range(table.metadata.num_row_groups)
            if any(table.metadata.row_group(one).total_byte_size > MOST_AT_ONCE for one in groups):
                yield Problem(name, f"has groups of rows of more than {MOST_AT_ONCE >> 20} MB.")
                return
            place = 0
            for batch in table.iter_batches(batch_size=ROWS):
                for row in batch.to_pylist():
                    entry = f"{name}, row {place}"
                    yield from guarded(entry, read_row, row, entry)
                    place += 1
    except (pa.ArrowException, Malformed) as error:
        yield Problem(name, f"cannot be read: {str(error).splitlines()[0]}.")


def _read_image(row: dict[str, Any], entry: str) -> Iterator[Record]:
    yield named_image(row, str(whole(row, "image_id")), text(row, "name"), entry, text(row, "file_name", ""))


def _read_object(row: dict[str, Any], entry: str) -> Iterator[Record]:
    label = text(row, "label")
    yield ReadLabel(label, label, kind_of(row.get("kind")))
    said = row.get("attributes")
    yield ReadObject(
        str(whole(row, "image_id")),
        label,
        entry,
        read_runs({"size": [row["mask_height"], row["mask_width"]], "counts": row["mask_counts"]}),
        order=float(whole(row, "position")) if "position" in row else 0.0,
        attributes=answers(parsed(said.encode())) if isinstance(said, str) and said else {},
        **{name: flag(row, name) for name in FLAGS},
    )


FORMAT = Format(
    name="parquet",
    title="Parquet tables",
    loses="Nothing of masks, overlaps, order, attributes and flags.",
    write=write,
    read=read,
    signs=(r"annotations\.parquet",),
)
