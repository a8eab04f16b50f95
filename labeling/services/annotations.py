"""Writing annotations: each carries the version it saw; a stale write is refused with the current object."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain import masks
from labeling.domain.errors import Kind, Refused, conflict, invalid_field
from labeling.domain.roles import role_permits
from labeling.domain.task_states import ensure_editable
from labeling.models import Annotation, Label, Proposal, ProposalStatus, Task
from labeling.selectors import shape
from labeling.selectors.access import ensure_permitted
from labeling.services.leases import lease_hold, task_locked
from labeling.services.records import audit, publish_annotation, publish_task
from labeling.shapes.requests import AnnotationChange, MaskInput


@dataclass(frozen=True)
class Outline:
    """What a proposal or a drawn mask gives an annotation."""

    mask_counts: str
    bbox: list[float]
    area: int
    score: float | None
    proposal: Proposal | None


def task_held(*, task_id: int, user: User) -> Task:
    """Return the locked task, leased to `user`, whose objects may change now.

    Raises `Refused`: `not_found`, `not_allowed`, `task_not_editable`, `lease_held`.
    """
    task = task_locked(task_id=task_id)
    role = ensure_permitted(user=user, project_id=task.project_id, action="annotate", what="task")
    ensure_editable(task.state, may_review=role_permits(role, "review"))
    return lease_hold(task, user=user)


def annotation_create(
    *,
    task_id: int,
    label_id: int,
    proposal_id: int | None,
    mask: MaskInput | None,
    client_id: UUID | None,
    created_by: User,
) -> tuple[Annotation, bool]:
    """Store one object; return it and whether it is new. The same `client_id` again returns the first one."""
    with transaction.atomic():
        try:
            task = task_held(task_id=task_id, user=created_by)
        except Refused as error:
            # Whose first answer was lost asks again, perhaps when the task has gone on already.
            known = _known(task_id, client_id) if error.kind is Kind.CONFLICT else None
            if known is None:
                raise
            return known, False
        known = _known(task_id, client_id)
        if known is not None:
            return known, False
        label = _label_of(task, label_id)
        outline = _outline(task, proposal_id=proposal_id, mask=mask)
        if outline is None:
            raise invalid_field("mask", "Give a proposal_id or a mask.")
        annotation = Annotation.objects.create(
            task=task,
            client_id=client_id or uuid4(),
            label=label,
            created_by=created_by,
            updated_by=created_by,
            mask_counts=outline.mask_counts,
            bbox=outline.bbox,
            area=outline.area,
            score=outline.score,
            proposal=outline.proposal,
        )
        _after_write(
            annotation,
            task=task,
            actor=created_by,
            action="annotation.create",
            label=label.pk,
            count_by=1,
        )
    return annotation, True


def annotation_change(
    *, annotation_id: int, task_id: int, change: AnnotationChange, changed_by: User
) -> Annotation:
    """Relabel, redraw, remove or restore one object.

    Raises `Refused` with code `stale_version` and the current object when `change.version` is not the newest.
    """
    with transaction.atomic():
        task = task_held(task_id=task_id, user=changed_by)
        annotation = _with_people().get(pk=annotation_id, task=task)
        if annotation.version != change.version:
            raise conflict(
                "stale_version",
                "This object was changed by somebody else in the meantime. Look at it again, then decide.",
                current=shape.annotation_shape(annotation, image=task.image).model_dump(mode="json"),
            )
        if change.label_id is not None:
            annotation.label = _label_of(task, change.label_id)
        outline = _outline(task, proposal_id=change.proposal_id, mask=change.mask)
        if outline is not None:
            annotation.mask_counts, annotation.bbox = outline.mask_counts, outline.bbox
            annotation.area, annotation.score = outline.area, outline.score
            annotation.proposal = outline.proposal
        was_deleted = annotation.deleted_at is not None
        if change.deleted is not None and change.deleted != was_deleted:
            annotation.deleted_at = timezone.now() if change.deleted else None
        annotation.version += 1
        annotation.updated_by = changed_by
        annotation.save()
        _after_write(
            annotation,
            task=task,
            actor=changed_by,
            action=_action(change, was_deleted=was_deleted),
            count_by=int(was_deleted) - int(annotation.deleted_at is not None),
            version=annotation.version,
            fields=sorted(change.model_fields_set - {"version"}),
        )
    return annotation


def _action(change: AnnotationChange, *, was_deleted: bool) -> str:
    if change.deleted is None or change.deleted == was_deleted:
        return "annotation.change"
    return "annotation.delete" if change.deleted else "annotation.restore"


def _known(task_id: int, client_id: UUID | None) -> Annotation | None:
    if client_id is None:
        return None
    return _with_people().select_related("task__image").filter(task=task_id, client_id=client_id).first()


def _with_people() -> QuerySet[Annotation]:
    return Annotation.objects.select_related("created_by", "updated_by")


def _label_of(task: Task, label_id: int) -> Label:
    # Held against removal until this write is done.
    label = (
        Label.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=label_id, project_id=task.project_id)
        .first()
    )
    if label is None:
        raise invalid_field("label_id", "This project has no such label.")
    return label


def _outline(task: Task, *, proposal_id: int | None, mask: MaskInput | None) -> Outline | None:
    if proposal_id is not None and mask is not None:
        raise invalid_field("mask", "Give either a proposal_id or a mask, not both.")
    if mask is not None:
        try:
            rle = masks.validate(mask.size, mask.counts, (task.image.height, task.image.width))
        except Refused as error:
            raise invalid_field("mask", error.message) from None
        return Outline(rle.counts, [float(side) for side in masks.bbox(rle)], masks.area(rle), None, None)
    if proposal_id is None:
        return None
    proposal = Proposal.objects.filter(pk=proposal_id, task=task).first()
    if proposal is None:
        raise invalid_field("proposal_id", "This task has no such proposal.")
    if proposal.status != ProposalStatus.READY or proposal.bbox is None:
        raise invalid_field("proposal_id", "This proposal has no mask. Click the object again.")
    return Outline(proposal.mask_counts, proposal.bbox, proposal.area, proposal.score, proposal)


def _after_write(
    annotation: Annotation, *, task: Task, actor: User, action: str, count_by: int, **data: object
) -> None:
    # The task's row is held, so nobody else counts at the same time.
    task.annotation_count += count_by
    task.save(update_fields=["annotation_count", "updated_at"])
    audit(actor=actor, action=action, target=annotation, project_id=task.project_id, task=task.pk, **data)
    publish_annotation(annotation, task=task)
    publish_task(task)
