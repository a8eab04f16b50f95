"""Images that an import brings along: taken out of its archive and stored like any upload."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage

from labeling.domain.images import ImageRefused
from labeling.formats.opened import Malformed, Opened
from labeling.formats.picture_files import PictureFiles
from labeling.formats.stage_rows import Brought, StagedImage
from labeling.models import Dataset, Import, Task
from labeling.services.datasets import UploadFile, image_upload


@contextmanager
def import_opened(row: Import) -> Iterator[Opened]:
    """Open the file of an import as it came. Raises `FileInvalid`, and `FileNotFoundError` without one."""
    with default_storage.open(row.file_key, "rb") as file, Opened(file, row.file_name) as opened:
        yield opened


def pictures_of(opened: Opened) -> PictureFiles:
    """Return an archive's pictures, within what a site takes."""
    most_pixels, most_bytes = settings.MAX_IMAGE_PIXELS, settings.MAX_UPLOAD_BYTES
    return PictureFiles(opened, most_pixels=most_pixels, most_bytes=most_bytes)


@dataclass(frozen=True)
class NewImages:
    """Adds what a file brings along to a data set; leaves it out without one."""

    row: Import
    dataset: Dataset | None = None
    pictures: PictureFiles | None = None

    def added(self, image: StagedImage) -> StagedImage | None:
        """Return an image with its task, which is made for a new one; None for what is left out.

        Safe to repeat: a data set has each picture once. Raises `Malformed` for a picture that cannot be
        used, or has another size than its header said.
        """
        if image.brought is None:
            return image
        if self.dataset is None or self.pictures is None:
            return None
        return replace(image, task=self._task(image.brought, self.dataset, self.pictures))

    def _task(self, brought: Brought, dataset: Dataset, pictures: PictureFiles) -> int:
        with TemporaryFile() as file:
            copy = cast("BinaryIO", file)
            pictures.copy(brought.member, copy)
            upload = UploadFile(brought.name or brought.member, copy)
            try:
                stored = image_upload(dataset=dataset, file=upload, uploaded_by=self.row.requested_by)
            except ImageRefused as error:
                raise Malformed(error.message.removesuffix(".")) from error
        size = (stored.image.width, stored.image.height)
        if size != (brought.width, brought.height):
            raise Malformed(f"has {size[0]} x {size[1]} pixels, other than its header says")
        tasks = Task.objects.filter(project=self.row.project_id, image=stored.image)
        task_id = tasks.values_list("pk", flat=True).first()
        if task_id is None:
            raise Malformed("was added to a data set that the project does not have any more")
        return task_id


@contextmanager
def new_images(row: Import, *, dataset_id: int | None) -> Iterator[NewImages]:
    """Give what adds the new images of a started import to one of the project's data sets."""
    dataset = row.project.datasets.filter(pk=dataset_id or 0).first()
    if dataset is None or not row.new_image_count:
        yield NewImages(row)
        return
    with import_opened(row) as opened, closing(pictures_of(opened)) as pictures:
        yield NewImages(row, dataset, pictures)
