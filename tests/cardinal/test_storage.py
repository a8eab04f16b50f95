"""The file storage: a file is whole or not there."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from tests.labeling.helpers import stored_files

pytestmark = pytest.mark.usefixtures("media")


class Breaking(File):  # type: ignore[type-arg]
    """A file whose second block cannot be read."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Give one block, then fail as a full disk or a lost connection does."""
        yield b"first block"
        raise OSError(28, "No space left on device")


def test_a_file_keeps_its_name_and_the_last_one_written_wins() -> None:
    for content in (b"one", b"two"):
        assert default_storage.save("a/b/c", ContentFile(content)) == "a/b/c"
    with default_storage.open("a/b/c") as stored:
        assert stored.read() == b"two"
    assert stored_files() == {"a/b/c"}


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else() -> None:
    default_storage.save("kept", ContentFile(b"whole"))
    for name in ("kept", "new"):
        with pytest.raises(OSError, match="No space left"):
            default_storage.save(name, Breaking(BytesIO()))
    with default_storage.open("kept") as stored:
        assert stored.read() == b"whole"
    assert stored_files() == {"kept"}


def test_files_are_not_for_everybody_on_the_machine(media: Path) -> None:
    default_storage.save("secret", ContentFile(b"x"))
    assert (media / "secret").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside"])
def test_no_name_leads_out_of_the_storage(name: str, media: Path) -> None:
    with pytest.raises(Exception, match=r"outside|path|Detected"):
        default_storage.save(name, ContentFile(b"x"))
    assert stored_files() == set()
    assert not (media.parent / "outside").exists()
