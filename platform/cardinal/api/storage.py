"""File storage in which a file is either whole or not there."""

import os
from pathlib import Path
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class AtomicFileSystemStorage(FileSystemStorage):
    """Writes beside the target, syncs, then renames: a crash or a second writer never leaves half a file."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keep the name: ours are made of the content or of a row's key."""
        return name

    def _save(self, name: str, content: File) -> str:
        part = f"{name}.{uuid4().hex}.part"
        part_path, target = Path(self.path(part)), Path(self.path(name))
        try:
            super()._save(part, content)  # type: ignore[misc]
            with part_path.open("rb") as written:
                os.fsync(written.fileno())
            part_path.replace(target)
        except BaseException:
            part_path.unlink(missing_ok=True)
            raise
        return name
