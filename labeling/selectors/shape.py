"""From rows to the shapes on the wire. Nothing here queries: callers fetch what is needed."""

from django.utils import timezone

from cardinal.accounts.models import User
from labeling.models import Annotation, AuditEntry, Dataset, Export, Image, Label, Proposal, Review, Task
from labeling.shapes import objects


def user_shape(user: User) -> objects.User:
    """Return a person as others see them."""
    return objects.User(id=user.pk, username=user.username)


def dataset_shape(dataset: Dataset, *, image_count: int) -> objects.Dataset:
    """Return a data set."""
    return objects.Dataset(
        id=dataset.pk, name=dataset.name, image_count=image_count, created_at=dataset.created_at
    )


def image_fields(image: Image) -> dict[str, object]:
    """Return the fields of an image's shape. Addresses name the content, so they may be cached for ever."""
    return {
        "id": image.pk,
        "dataset_id": image.dataset_id,
        "name": image.name,
        "sha256": image.sha256,
        "width": image.width,
        "height": image.height,
        "media_type": image.media_type,
        "byte_size": image.byte_size,
        "file_url": f"/api/images/{image.pk}/file?v={image.sha256[:12]}",
        "thumbnail_url": thumbnail_url(image),
    }


def thumbnail_url(image: Image) -> str:
    """Return the address of the thumbnail."""
    return f"/api/images/{image.pk}/thumbnail?v={image.sha256[:12]}"


def image_shape(image: Image) -> objects.Image:
    """Return an image."""
    return objects.Image.model_validate(image_fields(image))


def uploaded_image_shape(image: Image, *, duplicate: bool) -> objects.UploadedImage:
    """Return an image of an upload."""
    return objects.UploadedImage.model_validate({**image_fields(image), "duplicate": duplicate})


def label_shape(label: Label) -> objects.Label:
    """Return a label."""
    return objects.Label.model_validate(
        {
            "id": label.pk,
            "name": label.name,
            "color": label.color,
            "kind": label.kind,
            "position": label.position,
        }
    )


def lease_shape(task: Task) -> objects.Lease | None:
    """Return the live lease of a task; an expired one is none."""
    if task.lease_holder is None or task.lease_expires_at is None or task.lease_expires_at <= timezone.now():
        return None
    return objects.Lease(holder=user_shape(task.lease_holder), expires_at=task.lease_expires_at)


def task_fields(task: Task) -> dict[str, object]:
    """Return the fields of a task's shape; needs image, lease_holder and submitted_by."""
    return {
        "id": task.pk,
        "project_id": task.project_id,
        "position": task.position,
        "state": task.state,
        "image": image_shape(task.image),
        "annotation_count": task.annotation_count,
        "lease": lease_shape(task),
        "submitted_by": user_shape(task.submitted_by) if task.submitted_by else None,
        "updated_at": task.updated_at,
    }


def task_shape(task: Task) -> objects.Task:
    """Return a task; needs image, lease_holder and submitted_by."""
    return objects.Task.model_validate(task_fields(task))


def annotation_shape(annotation: Annotation, *, image: Image) -> objects.Annotation:
    """Return an annotation of a task on `image`; needs created_by and updated_by."""
    return objects.Annotation(
        id=annotation.pk,
        client_id=annotation.client_id,
        task_id=annotation.task_id,
        label_id=annotation.label_id,
        mask=objects.Mask(size=[image.height, image.width], counts=annotation.mask_counts),
        bbox=annotation.bbox,
        area=annotation.area,
        score=annotation.score,
        proposal_id=annotation.proposal_id,
        version=annotation.version,
        deleted=annotation.deleted_at is not None,
        created_by=user_shape(annotation.created_by),
        updated_by=user_shape(annotation.updated_by),
        created_at=annotation.created_at,
        updated_at=annotation.updated_at,
    )


def review_shape(review: Review) -> objects.Review:
    """Return a review; needs reviewer."""
    return objects.Review.model_validate(
        {
            "id": review.pk,
            "verdict": review.verdict,
            "comment": review.comment,
            "reviewer": user_shape(review.reviewer),
            "created_at": review.created_at,
        }
    )


def proposal_shape(proposal: Proposal, *, image: Image) -> objects.Proposal:
    """Return a proposal for a task on `image`."""
    ready = proposal.status == "ready"
    return objects.Proposal.model_validate(
        {
            "proposal_id": proposal.pk,
            "request_id": proposal.request_id,
            "task_id": proposal.task_id,
            "status": proposal.status,
            "points": proposal.points,
            "mask": {"size": [image.height, image.width], "counts": proposal.mask_counts} if ready else None,
            "bbox": proposal.bbox,
            "score": proposal.score,
            "model_version": proposal.model_version,
            "timings_ms": proposal.timings_ms or None,
            "error": (
                {"code": proposal.error_code, "message": proposal.error_message}
                if proposal.error_code
                else None
            ),
        }
    )


def export_shape(export: Export) -> objects.Export:
    """Return an export; needs requested_by."""
    return objects.Export.model_validate(
        {
            "id": export.pk,
            "project_id": export.project_id,
            "format": export.format,
            "state": export.state,
            "progress": export.progress,
            "image_count": export.image_count,
            "annotation_count": export.annotation_count,
            "byte_size": export.byte_size,
            "file_url": f"/api/exports/{export.pk}/file" if export.file_key else None,
            "error": {"code": export.error_code, "message": export.error_message}
            if export.error_code
            else None,
            "requested_by": user_shape(export.requested_by),
            "created_at": export.created_at,
            "finished_at": export.finished_at,
        }
    )


def audit_shape(entry: AuditEntry) -> objects.AuditEntry:
    """Return an entry of the audit log; needs actor."""
    return objects.AuditEntry(
        id=entry.pk,
        actor=user_shape(entry.actor) if entry.actor else None,
        action=entry.action,
        object_type=entry.object_type,
        object_id=entry.object_id,
        data=entry.data,
        created_at=entry.created_at,
    )
