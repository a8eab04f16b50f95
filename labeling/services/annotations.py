"""Writing annotations: each carries the version it saw; a stale write is refused with the current object."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain import masks, verdicts
from labeling.domain.attributes import default_values, merge_values
from labeling.domain.errors import Kind, Refused, conflict, invalid_field
from labeling.domain.roles import role_permits
from labeling.domain.stacking import position_in_front
from labeling.domain.task_states import ensure_editable
from labeling.domain.work_time import time_added, tool_times_added
from labeling.models import Annotation, Label, Proposal, ProposalStatus, Task
from labeling.selectors import shape
from labeling.selectors.access import ensure_permitted
from labeling.selectors.labels import rules_of
from labeling.services.leases import lease_hold, task_locked
from labeling.services.records import audit, publish_annotation, publish_task
from labeling.shapes.requests import AnnotationChange, AnnotationDetails, MaskInput

PLAIN_DETAILS = ("occluded", "truncated", "crowd", "ignore", "position")
NO_DETAILS = AnnotationDetails()


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
    details: AnnotationDetails = NO_DETAILS,
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
        annotation = _in_front(task, label=label, client_id=client_id, created_by=created_by)
        _draw(annotation, outline)
        _apply(annotation, details, is_new_label=True)
        annotation_save(
            annotation,
            task=task,
            actor=created_by,
            action="annotation.create",
            count_by=1,
            label=label.pk,
            **_named(details, AnnotationDetails),
        )
    return annotation, True


def annotation_change(
    *, annotation_id: int, task_id: int, change: AnnotationChange, changed_by: User
) -> Annotation:
    """Relabel, redraw, describe, remove or restore one object.

    Raises `Refused` with code `stale_version` and the current object when `change.version` is not the newest.
    """
    with transaction.atomic():
        task = task_held(task_id=task_id, user=changed_by)
        annotation = annotation_seen(task, annotation_id=annotation_id, version=change.version)
        is_new_label = change.label_id is not None and change.label_id != annotation.label_id
        if change.label_id is not None or change.attributes:
            annotation.label = _label_of(task, change.label_id or annotation.label_id)
        outline = _outline(task, proposal_id=change.proposal_id, mask=change.mask)
        if outline is not None:
            _draw(annotation, outline)
        if outline is not None or is_new_label:
            # It was said of another mask, or of another label.
            _forget_verdict(annotation)
        _apply(annotation, change, is_new_label=is_new_label)
        was_deleted = annotation.deleted_at is not None
        if change.deleted is not None and change.deleted != was_deleted:
            annotation.deleted_at = timezone.now() if change.deleted else None
        annotation_save(
            annotation,
            task=task,
            actor=changed_by,
            action=_action(change, was_deleted=was_deleted),
            count_by=int(was_deleted) - int(annotation.deleted_at is not None),
            **_named(change, AnnotationChange),
        )
    return annotation


def annotations_of(task: Task) -> QuerySet[Annotation]:
    """Return a task's objects, deleted ones too, with the people in them."""
    return Annotation.objects.filter(task=task).select_related("created_by", "updated_by", "verdict_by")


def annotation_seen(task: Task, *, annotation_id: int, version: int) -> Annotation:
    """Return an object of a locked task in the version that its writer saw.

    Raises `Refused` with code `stale_version` and the current object when that is not the newest.
    """
    annotation = annotations_of(task).get(pk=annotation_id)
    if annotation.version != version:
        raise conflict(
            "stale_version",
            "This object was changed by somebody else in the meantime. Look at it again, then decide.",
            current=shape.annotation_shape(annotation, image=task.image).model_dump(mode="json"),
        )
    return annotation


def annotation_save(
    annotation: Annotation, *, task: Task, actor: User, action: str, count_by: int = 0, **data: object
) -> None:
    """Store the next version of an object of a locked task, count, audit and tell."""
    annotation.version += 1
    annotation.updated_by = actor
    annotation.save()
    # The task's row is held, so nobody else counts at the same time.
    task.annotation_count += count_by
    live = task.annotations.filter(deleted_at=None)
    task.lowest_score = live.aggregate(Min("score"))["score__min"]
    task.save(update_fields=["annotation_count", "lowest_score", "updated_at"])
    audit(
        actor=actor,
        action=action,
        target=annotation,
        project_id=task.project_id,
        task=task.pk,
        version=annotation.version,
        **data,
    )
    publish_annotation(annotation, task=task)
    publish_task(task)


def _named(body: AnnotationDetails, shape_of: type[AnnotationDetails]) -> dict[str, object]:
    """Return the names of the fields that were sent, for the audit log; the content is in the object."""
    names = body.model_fields_set & set(shape_of.model_fields) - {"version"}
    return {"fields": sorted(names)} if names else {}


def _in_front(task: Task, *, label: Label, client_id: UUID | None, created_by: User) -> Annotation:
    """Return a new object in front of all others of its image, not stored yet."""
    frontmost = task.annotations.aggregate(highest=Max("position"))["highest"]
    return Annotation(
        task=task,
        client_id=client_id or uuid4(),
        label=label,
        position=position_in_front(frontmost),
        created_by=created_by,
        version=0,
    )


def _draw(annotation: Annotation, outline: Outline) -> None:
    annotation.mask_counts, annotation.bbox = outline.mask_counts, outline.bbox
    annotation.area, annotation.score = outline.area, outline.score
    annotation.proposal = outline.proposal
    annotation.origin = outline.proposal or annotation.origin


def _apply(annotation: Annotation, details: AnnotationDetails, *, is_new_label: bool) -> None:
    """Set what the object carries besides its mask; its label is held."""
    for name in PLAIN_DETAILS:
        value = getattr(details, name)
        if value is not None:
            setattr(annotation, name, value)
    annotation.seconds = time_added(annotation.seconds, details.seconds or 0)
    annotation.tool_seconds = tool_times_added(annotation.tool_seconds, details.tool_seconds or {})
    if details.attributes or is_new_label:
        attributes = rules_of(label_ids=[annotation.label_id])[annotation.label_id]
        given = details.attributes or {}
        values = merge_values(attributes, stored=annotation.attributes, given=given)
        if is_new_label:
            values = default_values(attributes, stored=values, given=given)
        annotation.attributes = values


def _forget_verdict(annotation: Annotation) -> None:
    annotation.verdict, annotation.verdict_by, annotation.verdict_at = verdicts.NONE, None, None
    annotation.verdict_reasons, annotation.verdict_text = [], ""


def _action(change: AnnotationChange, *, was_deleted: bool) -> str:
    if change.deleted is None or change.deleted == was_deleted:
        return "annotation.change"
    return "annotation.delete" if change.deleted else "annotation.restore"


def _known(task_id: int, client_id: UUID | None) -> Annotation | None:
    if client_id is None:
        return None
    known = Annotation.objects.filter(task=task_id, client_id=client_id)
    return known.select_related("created_by", "updated_by", "verdict_by", "task__image").first()


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
