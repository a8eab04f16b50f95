"""Writing verdicts: what a reviewer says of one object."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain.errors import conflict
from labeling.domain.task_states import ensure_under_review
from labeling.domain.verdicts import NONE, ensure_verdict
from labeling.models import Annotation
from labeling.selectors.access import ensure_permitted
from labeling.services.annotations import annotation_save, annotation_seen
from labeling.services.leases import lease_hold, task_locked


def annotation_judge(
    *,
    annotation_id: int,
    task_id: int,
    version: int,
    verdict: str,
    reasons: Sequence[str] = (),
    text: str = "",
    judged_by: User,
) -> Annotation:
    """Accept or reject one object of a submitted task, or take that back.

    Raises `Refused`: `not_found`, `not_allowed`, `task_not_submitted`, `lease_held`, `stale_version` with the
    current object, `annotation_deleted`, `invalid`.
    """
    ensure_verdict(verdict=verdict, reasons=reasons, text=text)
    with transaction.atomic():
        task = task_locked(task_id=task_id)
        ensure_permitted(user=judged_by, project_id=task.project_id, action="review", what="annotation")
        ensure_under_review(task.state)
        lease_hold(task, user=judged_by)
        annotation = annotation_seen(task, annotation_id=annotation_id, version=version)
        if annotation.deleted_at is not None:
            raise conflict("annotation_deleted", "This object was removed. Restore it first.")
        annotation.verdict, annotation.verdict_reasons, annotation.verdict_text = verdict, [*reasons], text
        annotation.verdict_by = None if verdict == NONE else judged_by
        annotation.verdict_at = None if verdict == NONE else timezone.now()
        annotation_save(
            annotation,
            task=task,
            actor=judged_by,
            action="annotation.judge",
            verdict=verdict,
            reasons=[*reasons],
        )
    return annotation
