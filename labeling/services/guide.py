"""Writing the pictures of a project's guide."""

import threading
from io import BytesIO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from cardinal.accounts.models import User
from labeling.domain.errors import Kind, Refused, conflict, not_found
from labeling.domain.guide import MAX_PICTURES, GuideFile, guide_file
from labeling.domain.images import ImageRefused, clean_name
from labeling.models import GuidePicture, Project
from labeling.services.datasets import UploadFile
from labeling.services.records import audit

# A picture takes some hundred megabytes while it is decoded and encoded.
_encoding = threading.BoundedSemaphore(1)


def guide_pictures_add(
    *, project: Project, files: list[UploadFile], added_by: User
) -> tuple[list[GuidePicture], list[tuple[str, Refused]]]:
    """Store each usable picture; return what was stored, and what was refused with its name.

    Each file is a transaction of its own. Raises `Refused` with code `invalid_images` when none was usable.
    """
    if not files:
        message = "Choose at least one picture."
        raise Refused("invalid", message, fields={"files": [message]})
    stored: list[GuidePicture] = []
    refused: list[tuple[str, Refused]] = []
    for file in files:
        try:
            with _encoding:
                picture = guide_file(file.stream, file.name)
            stored.append(_add(project=project, picture=picture, added_by=added_by))
        except Refused as error:
            if error.kind is Kind.NOT_FOUND:
                raise
            name = error.details["name"] if isinstance(error, ImageRefused) else clean_name(file.name)
            refused.append((name, error))
    if not stored:
        none = f"None of the {len(refused)} files could be used."
        raise Refused(
            "invalid_images",
            refused[0][1].message if len(refused) == 1 else none,
            files=[{"name": name, "code": error.code, "message": error.message} for name, error in refused],
        )
    return stored, refused


def guide_picture_remove(*, project: Project, name: str, removed_by: User) -> None:
    """Remove a picture from the guide. The guide's text is left as it is."""
    with transaction.atomic():
        _project_locked(project)
        picture = GuidePicture.objects.filter(project=project, name=name.replace("\x00", "/")).first()
        if picture is None:
            raise not_found("picture")
        audit(
            actor=removed_by, action="guide.remove_picture", target=picture, project_id=project.pk, name=name
        )
        picture.delete()


def _add(*, project: Project, picture: GuideFile, added_by: User) -> GuidePicture:
    # Named by content, so writing it before the row is safe to repeat.
    key = f"guides/{project.pk}/{picture.sha256}"
    with transaction.atomic():
        _project_locked(project)
        known = GuidePicture.objects.filter(project=project, name=picture.name).first()
        if known is not None and known.sha256 == picture.sha256:
            return known
        if known is not None:
            raise conflict(
                "name_taken",
                f"The guide has another picture “{picture.name}”. Rename the file, or remove that one first.",
            )
        if GuidePicture.objects.filter(project=project).count() >= MAX_PICTURES:
            raise conflict("too_many_pictures", f"A guide takes {MAX_PICTURES} pictures. Remove some first.")
        default_storage.save(key, File(BytesIO(picture.content)))
        row = GuidePicture.objects.create(
            project=project,
            name=picture.name,
            sha256=picture.sha256,
            media_type=picture.media_type,
            width=picture.width,
            height=picture.height,
            byte_size=len(picture.content),
            key=key,
            created_by=added_by,
        )
        audit(
            actor=added_by, action="guide.add_picture", target=row, project_id=project.pk, name=picture.name
        )
    return row


def _project_locked(project: Project) -> None:
    if not Project.objects.select_for_update(no_key=True).filter(pk=project.pk).values_list("pk"):
        raise not_found("project")
