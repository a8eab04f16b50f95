"""Writing which object lies in front."""

from django.db import transaction

from cardinal.accounts.models import User
from labeling.domain.errors import conflict
from labeling.domain.stacking import Placed, move_object
from labeling.models import Annotation
from labeling.services.annotations import annotation_save, annotation_seen, annotations_of, task_held


def annotation_reorder(
    *, annotation_id: int, task_id: int, version: int, move: str, moved_by: User
) -> Annotation:
    """Bring one object to front or back, or one step nearer or away; where it is there already, nothing.

    Raises `Refused`: `not_found`, `not_allowed`, `task_not_editable`, `lease_held`, `stale_version` with the
    current object, `annotation_deleted`.
    """
    with transaction.atomic():
        # The task's row is held: nobody else moves an object of this image at the same time.
        task = task_held(task_id=task_id, user=moved_by)
        annotation = annotation_seen(task, annotation_id=annotation_id, version=version)
        if annotation.deleted_at is not None:
            raise conflict("annotation_deleted", "This object was removed. Restore it first.")
        live = annotations_of(task).filter(deleted_at=None)
        placed = [Placed(position, key) for position, key in live.values_list("position", "pk")]
        positions = move_object(placed, annotation.pk, move)
        others = live.filter(pk__in=positions.keys() - {annotation.pk}).order_by("pk")
        for row in [*others, annotation] if annotation.pk in positions else others:
            row.position = positions[row.pk]
            annotation_save(row, task=task, actor=moved_by, action="annotation.reorder", move=move)
    return annotation
