"""A disk that is full is said by its name to whoever stores something, and nothing half stays behind."""

import errno
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from labeling.domain.errors import DISK_FULL, is_disk_full
from labeling.models import Export, Import
from labeling.services import exports
from labeling.services.import_runs import import_do
from tests.factories import World, picture
from tests.labeling.helpers import Api, nothing_changes, refused, stored_files
from tests.labeling.services.test_imports import request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@contextmanager
def full_disk() -> Iterator[None]:
    """Let the storage write a little of each file, and then find no space."""

    def save(storage: FileSystemStorage, name: str, content: File) -> str:
        path = Path(storage.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FileSystemStorage, "_save", save)
        yield


def test_an_upload_is_refused_and_can_be_sent_again() -> None:
    world = World(images=1)
    before, path = stored_files(), f"/datasets/{world.dataset.pk}/images"
    content = picture()
    with full_disk(), nothing_changes():
        answer = Api(world.admin).upload(path, [("a.png", content)])
        assert refused(answer, 507, "disk_full")["message"] == DISK_FULL
    assert stored_files() == before
    assert Api(world.admin).upload(path, [("a.png", content)]).status_code == 201


def test_a_file_to_import_is_refused_and_a_check_fails() -> None:
    world = World(images=1)
    before = stored_files()
    with full_disk(), nothing_changes():
        file = ("found.json", json.dumps({"images": []}).encode())
        refused(Api(world.admin).form(f"/projects/{world.project.pk}/imports", file=file), 507, "disk_full")
    row = request(world)
    with full_disk():
        import_do(import_id=row.pk)
    row = Import.objects.get()
    assert (row.state, row.error_code, row.error_message) == ("failed", "disk_full", DISK_FULL)
    assert stored_files() == before


def test_an_export_fails_and_leaves_no_file() -> None:
    world = World(images=1)
    export = exports.export_request(project=world.project, format_name="coco", requested_by=world.admin)
    before = stored_files()
    with full_disk():
        exports.export_run(export_id=export.pk)
    export = Export.objects.get()
    assert (export.state, export.error_code, export.error_message) == ("failed", "disk_full", DISK_FULL)
    assert stored_files() == before


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OSError(errno.EIO, "Input/output error"), False),
        (FileNotFoundError(errno.ENOENT, "No such file"), False),
        (ValueError("full"), False),
    ],
)
def test_other_errors_are_not_taken_for_it(error: Exception, full: bool) -> None:
    assert is_disk_full(error) is full


def test_a_full_stage_of_an_import_is_known(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "stage") as database:
        database.execute("pragma max_page_count = 2")
        database.execute("create table object (text)")
        with pytest.raises(sqlite3.OperationalError) as caught:
            database.executemany("insert into object values (?)", [("x" * 4000,)] * 10)
    assert is_disk_full(caught.value)
