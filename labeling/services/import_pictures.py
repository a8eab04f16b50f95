"""Images that an import brings along: taken out of its archive and stored like any upload."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.core.files.storage import default_storage

from labeling.domain.images import ImageRefused
from labeling.formats.opened import Malformed, Opened
from labeling.formats.stage_rows import Brought, StagedImage
from labeling.models import Dataset, Import, Task
from labeling.services.datasets import UploadFile, image_upload


@contextmanager
def import_opened(row: Import) -> Iterator[Opened]:
    """Open the file of an import as it came. Raises `FileInvalid`, and `FileNotFoundError` without one."""
    with default_storage.open(row.file_key, "rb") as file, Opened(file, row.file_name) as opened:
        yield opened


@dataclass(frozen=True)
class NewImages:
    """Adds what a file brings along to a data set; leaves it out without one."""

    row: Import
    dataset: Dataset | None = None
    opened: Opened | None = None

    def added(self, image: StagedImage) -> StagedImage | None:
        """Return an image with its task, which is made for a new one; None for what is left out.

        Safe to repeat: a data set has each picture once. Raises `Malformed` for a picture that cannot be
        used, or has another size than its header said.
        """
        if image.brought is None:
            return image
        if self.dataset is None or self.opened is None:
            return None
        return replace(image, task=self._task(image.brought, self.dataset, self.opened))

    def _task(self, brought: Brought, dataset: Dataset, opened: Opened) -> int:
        with TemporaryFile() as copy:
            with opened.open(brought.member) as member:
                copyfileobj(member, copy)
            file = UploadFile(brought.name or brought.member, cast("BinaryIO", copy))
            try:
                stored = image_upload(dataset=dataset, file=file, uploaded_by=self.row.requested_by)
            except ImageRefused as error:
                raise Malformed(error.message.removesuffix(".")) from error
        size = (stored.image.width, stored.image.height)
        if size != (brought.width, brought.height):
            raise Malformed(f"has {size[0]} x {size[1]} pixels, other than its header says")
        task = Task.objects.only("pk").filter(project=self.row.project_id, image=stored.image).first()
        if task is None:
            raise Malformed("was added to a data set that the project does not have any more")
        return task.pk


@contextmanager
def new_images(row: Import, *, dataset_id: int | None) -> Iterator[NewImages]:
    """Give what adds the new images of a started import to one of the project's data sets."""
    dataset = row.project.datasets.filter(pk=dataset_id or 0).first()
    if dataset is None or not row.new_image_count:
        yield NewImages(row)
        return
    with import_opened(row) as opened:
        yield NewImages(row, dataset, opened)
