"""Writing data sets: creation and uploads."""

import threading
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from cardinal.accounts.models import User
from labeling.domain.errors import Refused, conflict
from labeling.domain.images import ImageRefused, Intake, inspect_upload
from labeling.models import Dataset, Image, Project
from labeling.services.records import audit
from labeling.services.task_making import tasks_make
from labeling.services.tiles import image_tiles_request

# A large picture takes half a gigabyte while it is decoded: few at a time in one process.
_decoding = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class UploadFile:
    """One file of an upload, as the client named it."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Stored:
    """One image that the data set has now; `duplicate` when it had it before."""

    image: Image
    duplicate: bool


def dataset_create(*, name: str, created_by: User) -> Dataset:
    """Create a data set. Raises `Refused` with code `name_taken`."""
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(name=name, created_by=created_by)
            audit(actor=created_by, action="dataset.create", target=dataset, project_id=None, name=name)
    except IntegrityError:
        raise conflict("name_taken", f"There is a data set “{name}” already. Choose another name.") from None
    return dataset


def images_upload(
    *, dataset: Dataset, files: list[UploadFile], uploaded_by: User
) -> tuple[list[Stored], list[ImageRefused]]:
    """Store each usable file and make its tasks; return what was stored and what was refused, in order.

    Each file is a transaction of its own: one bad file never takes others with it. Raises `Refused`
    with code `invalid_images` when no file was usable.
    """
    if not files:
        raise Refused(
            "invalid", "Choose at least one image.", fields={"files": ["Choose at least one image."]}
        )
    stored: list[Stored] = []
    refused: list[ImageRefused] = []
    for file in files:
        try:
            stored.append(image_upload(dataset=dataset, file=file, uploaded_by=uploaded_by))
        except ImageRefused as error:
            refused.append(error)
    if not stored:
        raise Refused(
            "invalid_images",
            refused[0].message if len(refused) == 1 else f"None of the {len(refused)} files could be used.",
            files=[
                {"name": error.details["name"], "code": error.code, "message": error.message}
                for error in refused
            ],
        )
    return stored, refused


def image_upload(*, dataset: Dataset, file: UploadFile, uploaded_by: User) -> Stored:
    """Store a file and make its tasks; safe to repeat. Raises `ImageRefused`."""
    with _decoding:
        intake = inspect_upload(
            file.stream,
            file.name,
            max_pixels=settings.MAX_IMAGE_PIXELS,
            max_bytes=settings.MAX_UPLOAD_BYTES,
        )
    known = Image.objects.filter(sha256=intake.sha256).first()
    # Files are named by content, so writing them before the row is safe to repeat.
    keys = _keys_of(known) if known else _files_write(file=file, intake=intake)
    with transaction.atomic():
        # Serialised by data set, so that attaching it and adding to it cannot miss each other.
        Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)
        image, created = Image.objects.get_or_create(
            dataset=dataset,
            sha256=intake.sha256,
            defaults={
                "name": intake.name,
                "width": intake.width,
                "height": intake.height,
                "media_type": intake.media_type,
                "display_media_type": intake.display_media_type,
                "byte_size": intake.byte_size,
                "created_by": uploaded_by,
                **keys,
            },
        )
        if created:
            transaction.on_commit(lambda: image_tiles_request(image=image))
            audit(actor=uploaded_by, action="image.add", target=image, project_id=None, dataset=dataset.pk)
            for project in Project.objects.filter(datasets=dataset).order_by("pk"):
                tasks_make(project_id=project.pk, images=[image])
    return Stored(image=image, duplicate=not created)


def _keys_of(image: Image) -> dict[str, str]:
    return {
        "original_key": image.original_key,
        "display_key": image.display_key,
        "thumbnail_key": image.thumbnail_key,
    }


def _files_write(*, file: UploadFile, intake: Intake) -> dict[str, str]:
    folder = f"images/{intake.sha256[:2]}/{intake.sha256}"
    keys = {"original_key": f"{folder}/original", "thumbnail_key": f"{folder}/thumbnail"}
    file.stream.seek(0)
    default_storage.save(keys["original_key"], File(file.stream))
    default_storage.save(keys["thumbnail_key"], File(BytesIO(intake.thumbnail)))
    keys["display_key"] = keys["original_key"]
    if intake.display is not None:
        keys["display_key"] = f"{folder}/display"
        default_storage.save(keys["display_key"], File(BytesIO(intake.display)))
    return keys
