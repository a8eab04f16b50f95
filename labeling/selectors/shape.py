"""From rows to the shapes on the wire. Nothing here queries: callers fetch what is needed."""

from django.utils import timezone

from cardinal.accounts.models import User
from labeling.models import (
    Annotation,
    Attribute,
    AuditEntry,
    Dataset,
    Flag,
    Image,
    Label,
    Proposal,
    Review,
    Skip,
    Task,
)
from labeling.selectors.tiles import tiles_shape
from labeling.shapes import objects, schema

# What an annotation sends as it is stored.
ANNOTATION_COLUMNS = (
    "client_id",
    "task_id",
    "label_id",
    "bbox",
    "area",
    "score",
    "proposal_id",
    "attributes",
    "occluded",
    "truncated",
    "crowd",
    "ignore",
    "position",
    "seconds",
    "tool_seconds",
    "verdict",
    "verdict_at",
    "verdict_reasons",
    "verdict_text",
    "version",
    "created_at",
    "updated_at",
)


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
        "tiles": tiles_shape(image),
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


def attribute_shape(attribute: Attribute) -> schema.Attribute:
    """Return an attribute."""
    return schema.Attribute.model_validate(
        {
            "id": attribute.pk,
            "name": attribute.name,
            "kind": attribute.kind,
            "choices": attribute.choices,
            "required": attribute.required,
            "default": attribute.default,
            "min": attribute.minimum,
            "max": attribute.maximum,
            "position": attribute.position,
        }
    )


def label_shape(label: Label, *, attributes: list[Attribute]) -> objects.Label:
    """Return a label with its attributes."""
    return objects.Label.model_validate(
        {
            "id": label.pk,
            "name": label.name,
            "color": label.color,
            "kind": label.kind,
            "position": label.position,
            "attributes": [attribute_shape(attribute) for attribute in attributes],
        }
    )


def lease_shape(task: Task) -> objects.Lease | None:
    """Return the live lease of a task; an expired one is none."""
    if task.lease_holder is None or task.lease_expires_at is None or task.lease_expires_at <= timezone.now():
        return None
    return objects.Lease(holder=user_shape(task.lease_holder), expires_at=task.lease_expires_at)


def mark_shape(mark: Skip | Flag | None) -> objects.Mark | None:
    """Return a skip or a flag; needs person."""
    if mark is None:
        return None
    return objects.Mark.model_validate(
        {"reason": mark.reason, "text": mark.text, "by": user_shape(mark.person), "at": mark.created_at}
    )


def task_fields(task: Task) -> dict[str, object]:
    """Return the fields of a task's shape; needs image, lease_holder and submitted_by."""
    return {
        "id": task.pk,
        "project_id": task.project_id,
        "position": task.position,
        "state": task.state,
        "image": image_shape(task.image),
        "annotation_count": task.annotation_count,
        "unresolved_comment_count": task.unresolved_comment_count,
        "lowest_score": task.lowest_score,
        # Few tasks have one: fetched where there is, in lists all at once.
        "skip": mark_shape(task.skip),
        "flag": mark_shape(task.flag),
        "lease": lease_shape(task),
        "submitted_by": user_shape(task.submitted_by) if task.submitted_by else None,
        "updated_at": task.updated_at,
    }


def task_shape(task: Task) -> objects.Task:
    """Return a task; needs image, lease_holder and submitted_by."""
    return objects.Task.model_validate(task_fields(task))


def annotation_shape(annotation: Annotation, *, image: Image) -> objects.Annotation:
    """Return an annotation of a task on `image`; needs created_by, updated_by, verdict_by."""
    return objects.Annotation.model_validate(
        {
            **{name: getattr(annotation, name) for name in ANNOTATION_COLUMNS},
            "id": annotation.pk,
            "mask": objects.Mask(size=[image.height, image.width], counts=annotation.mask_counts),
            "deleted": annotation.deleted_at is not None,
            "created_by": user_shape(annotation.created_by),
            "updated_by": user_shape(annotation.updated_by),
            "verdict_by": user_shape(annotation.verdict_by) if annotation.verdict_by else None,
        }
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
