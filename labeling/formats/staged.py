"""What a file says, put together on disk: which image of the project is meant, which label, which mask.

Records come in any order and in any number; memory holds one image's objects at most. The file of a stage is
an SQLite database that outlives the process: what was checked once is imported from it.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pycocotools import mask as coco

from labeling.domain import masks
from labeling.formats.names import key_of, safe, stem_of
from labeling.formats.opened import Malformed
from labeling.formats.packing import packed, unpacked
from labeling.formats.raster import run_lengths
from labeling.formats.records import (
    FLAGS,
    Problem,
    ReadImage,
    ReadLabel,
    ReadObject,
    Record,
)
from labeling.formats.stage_rows import Brought, KnownImage, StagedImage, StagedLabel, StagedObject
from labeling.formats.stage_tables import (
    BRING,
    IMAGE,
    KNOWN,
    KNOWN_BY,
    LABEL,
    MATCH,
    OBJECT,
    PROBLEM,
    READY,
    TABLES,
    TAKEN,
    TAKEN_FILE,
)

BATCH = 2000
# Further problems are counted and not kept.
MOST_PROBLEMS = 1000
LONGEST_LABEL = 100


class Staged:
    """A stage in a file, new or known. `problem_count` is how much of the file cannot be imported."""

    def __init__(self, path: Path) -> None:
        is_new = not path.exists() or path.stat().st_size == 0
        # Another thread may look on while one writes.
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        if is_new:
            self._db.executescript(TABLES)
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        self.problem_count = self._number("select value from fact where name = 'problems'")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush(always=True)
        self._db.close()

    def add(self, record: Record) -> None:
        """Keep what a reader says."""
        if isinstance(record, ReadObject):
            flags = sum(1 << place for place, name in enumerate(FLAGS) if getattr(record, name))
            words = json.dumps(record.attributes) if record.attributes else ""
            shape = packed(record.shape)
            named = (record.image, record.label, record.entry)
            self._insert(OBJECT, (*named, shape, record.order, flags, words))
        elif isinstance(record, ReadImage):
            row = (record.key, record.name, record.entry, record.dataset, record.sha256, record.file)
            self._insert(IMAGE, row)
        elif isinstance(record, ReadLabel):
            self._insert(LABEL, (record.key, record.name, record.kind, record.color))
        else:
            self._problem(record)

    def match(
        self, known: Iterable[KnownImage], brought: Callable[[str], Brought | None] = lambda file: None
    ) -> None:
        """Find the project's image for each image of the file; what has none, or several, is a problem.

        Of an image that the project lacks, `brought` may know the picture: then it can be added. It is asked
        by the image's `file`, and may raise `Malformed`.
        """
        self._flush()
        for one in known:
            row = (one.task, one.name, stem_of(one.name), one.dataset, one.sha256, one.height, one.width)
            self._insert(KNOWN, (*row, one.occupied))
        self._flush()
        for column in ("name", "stem", "sha256"):
            self._db.execute(f"create index known_{column} on known ({column})")
        self._db.execute("create index object_of on object (image, rank, n)")
        for n, name, entry, dataset, sha256, file in self._rows(
            "select n, name, entry, dataset, sha256, file from image order by n"
        ):
            found = self._meant(name, dataset, sha256)
            if len(found) == 1:
                # Taken at once: the next image may mean the same one.
                taken = self._db.execute(TAKEN, found[0][:1]).fetchone()
                if taken is None:
                    self._db.execute(MATCH, (*found[0], n))
                    continue
                why = f"means the same image as {taken[0]}."
            elif found:
                why = f"{len(found)} images of the project could be meant by “{name}”."
            else:
                why_not = self._bring(n, name if sha256 else "", file, brought)
                if why_not is None:
                    continue
                why = why_not or f"the project has no image “{name}”."
            self._problem(Problem(entry, why))
        self._flush()
        orphans = (
            "select entry, image from object where not exists (select 1 from image where key = object.image)"
        )
        for entry, image in self._rows(orphans):
            self._problem(Problem(entry, f"belongs to an image “{image}” that the file does not have."))

    def _bring(self, n: int, name: str, file: str, brought: Callable[[str], Brought | None]) -> str | None:
        """Note the picture of an image that the project lacks; return why not, empty for no picture."""
        try:
            picture = brought(file) if file else None
        except Malformed as error:
            return f"{error}."
        if picture is None:
            return ""
        taken = self._db.execute(TAKEN_FILE, (picture.member,)).fetchone()
        if taken is not None:
            return f"means the same picture as {taken[0]}."
        name = name or picture.member.rpartition("/")[2]
        self._db.execute(BRING, (name, picture.member, picture.height, picture.width, n))
        return None

    def resolve(self) -> Iterator[float]:
        """Make masks of all shapes whose image was found, and yield how much is done, 0..1."""
        images = self._number("select count(*) from image where height is not null")
        rows = self._rows("select n, key, height, width from image where height is not null order by n")
        for done, (n, key, height, width) in enumerate(rows, start=1):
            objects = self._rows(
                "select object.entry, shape, flags, attributes, label.name from object "
                "left join label on label.key = object.label where image = ? order by rank, object.n",
                key,
            )
            for entry, shape, flags, attributes, label in objects:
                try:
                    rle = _mask(shape, label, height, width)
                except Malformed as error:
                    self._problem(Problem(entry, f"{error}."))
                    continue
                # Checked and spelled by us: no other run lengths may come to this library.
                safe_runs = {"size": [height, width], "counts": rle.counts}
                box = (round(side) for side in coco.toBbox(safe_runs).tolist())
                area = int(coco.area(safe_runs))
                self._insert(READY, (n, label, rle.counts, *box, area, flags, attributes))
            yield done / images
        self._flush()
        # What is imported stands in other tables now.
        self._db.executescript("create index ready_of on ready (image); drop table object; drop table known")
        self._db.execute("vacuum")

    @property
    def image_count(self) -> int:
        """How many images the file has something for: of the project, or new ones that it brings along."""
        return self._number("select count(*) from image where height is not null")

    @property
    def new_image_count(self) -> int:
        """How many of these the project lacks."""
        return self._number("select count(*) from image where member is not null")

    @property
    def occupied_count(self) -> int:
        """How many of these have objects, or were handed in, already."""
        return self._number("select count(*) from image where occupied")

    @property
    def object_count(self) -> int:
        """How many objects can be imported."""
        return self._number("select count(*) from ready")

    def problems(self) -> Iterator[Problem]:
        """Yield the first problems, in the order in which they were met."""
        self._flush()
        return (Problem(*row) for row in self._rows("select entry, message from problem order by n"))

    def labels(self) -> list[StagedLabel]:
        """Return the labels that objects have, in the file's order."""
        # Several files of an archive may name the same label.
        rows = self._rows(
            "select name, kind, color, (select count(*) from ready where ready.label = label.name) as times "
            "from label where times > 0 group by name order by min(rowid)"
        )
        return [StagedLabel(*row) for row in rows]

    def images(self, after: int = 0) -> Iterator[StagedImage]:
        """Yield each image that was found or is brought along, those behind number `after`."""
        found = self._rows(
            "select n, task, name, member, width, height from image "
            "where height is not null and n > ? order by n",
            after,
        )
        for n, task, name, member, width, height in found:
            rows = self._rows(
                "select label, counts, x, y, w, h, area, flags, attributes, height, width from ready "
                "join image on image.n = ready.image where image = ? order by ready.n",
                n,
            )
            brought = None if member is None else Brought(member, width, height, name)
            yield StagedImage(n, task, [_object(row) for row in rows], brought)

    def _meant(self, name: str, dataset: str, sha256: str) -> list[tuple[int, int, int, int]]:
        """Return task, height, width and occupied of the project's images that can be meant."""
        last = name.replace("\\", "/").rpartition("/")[2]
        for column, value in (
            ("sha256", sha256),
            ("name", name),
            ("name", last),
            ("stem", stem_of(name)),
            ("stem", stem_of(last)),
            # A stem with a dot in it looks as if it had an ending.
            ("stem", key_of(safe(last, ""))),
        ):
            if not value:
                continue
            found = list(self._rows(KNOWN_BY[column], value))
            for narrowed in ([row for row in found if row[5] == dataset], found):
                exact = [row for row in narrowed if row[4] == name]
                for rows in (exact, narrowed):
                    if len(rows) == 1:
                        return [rows[0][:4]]
            if found:
                return [row[:4] for row in found]
        return []

    def _insert(self, statement: str, row: tuple[Any, ...]) -> None:
        waiting = self._waiting.setdefault(statement, [])
        waiting.append(row)
        if len(waiting) >= BATCH:
            self._flush()

    def _problem(self, problem: Problem) -> None:
        self.problem_count += 1
        if self.problem_count <= MOST_PROBLEMS:
            # A name may hold halves of letters, which no database takes.
            told = (problem.entry[:300], problem.message[:500])
            self._insert(PROBLEM, tuple(one.encode("utf-8", "replace").decode() for one in told))

    def _flush(self, *, always: bool = False) -> None:
        if not always and not any(self._waiting.values()):
            return
        self._db.execute("begin")
        for statement, rows in self._waiting.items():
            self._db.executemany(statement, rows)
            rows.clear()
        self._db.execute("insert or replace into fact values ('problems', ?)", [self.problem_count])
        self._db.execute("commit")

    def _rows(self, statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
        with closing(self._db.execute(statement, values)) as cursor:
            yield from cursor

    def _number(self, statement: str) -> int:
        row = self._db.execute(statement).fetchone()
        return int(row[0]) if row else 0


def _mask(shape: str, label: str | None, height: int, width: int) -> masks.Rle:
    if label is None:
        raise Malformed("has a label that the file does not name")
    if not 0 < len(label.strip()) <= LONGEST_LABEL:
        raise Malformed(f"has a label of {len(label)} letters, where 1 to {LONGEST_LABEL} are a name")
    return run_lengths(unpacked(shape), height, width)


def _object(row: tuple[Any, ...]) -> StagedObject:
    label, counts, x, y, w, h, area, flags, attributes, height, width = row
    return StagedObject(
        label,
        masks.Rle((height, width), counts),
        [float(side) for side in (x, y, w, h)],
        area,
        json.loads(attributes) if attributes else {},
        **{name: bool(flags >> place & 1) for place, name in enumerate(FLAGS)},
    )
