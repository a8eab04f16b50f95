"""What people say about a task: comments, skips, flags. Each is a world before, and what happens then."""

from collections.abc import Callable
from typing import Any

from labeling.models import Comment
from labeling.services.annotations import annotation_change
from labeling.services.comments import comment_change, comment_create, comment_delete
from labeling.services.leases import lease_take
from labeling.services.skips import task_flag, task_skip, task_unflag, task_unskip
from labeling.services.tasks import task_submit
from labeling.shapes.requests import AnnotationChange
from labeling.shapes.workspace import CommentChange
from tests.factories import World


def _comment(world: World, **place: object) -> None:
    where: dict[str, Any] = place or {"x": 5, "y": 6}
    comment_create(task_id=world.tasks[0].pk, text="Here?", created_by=world.annotator, **where)


def _reply(world: World) -> None:
    _comment(world, parent_id=Comment.objects.order_by("pk")[0].pk)


def _change_comment(world: World, **change: object) -> None:
    comment = Comment.objects.order_by("pk")[0]
    comment_change(
        comment_id=comment.pk,
        task_id=comment.task_id,
        change=CommentChange(version=comment.version, **change),  # type: ignore[arg-type]
        changed_by=world.annotator,
    )


def _delete_comment(world: World) -> None:
    comment = Comment.objects.order_by("pk")[0]
    comment_delete(
        comment_id=comment.pk, task_id=comment.task_id, version=comment.version, deleted_by=world.annotator
    )


def _skip(world: World) -> None:
    task_skip(
        task_id=world.tasks[0].pk, reason="other", text="Too dark.", flag=True, skipped_by=world.annotator
    )


def _remove_object(world: World) -> None:
    annotation = world.tasks[0].annotations.get()
    annotation_change(
        annotation_id=annotation.pk,
        task_id=annotation.task_id,
        change=AnnotationChange(version=1, deleted=True),
        changed_by=world.annotator,
    )


AROUND_THE_OBJECTS: dict[str, tuple[Callable[[World], object], Callable[[World], object]]] = {
    "a comment is written": (lambda world: None, _comment),
    "an object is commented": (
        lambda world: world.annotation(),
        lambda world: _comment(world, annotation_id=world.tasks[0].annotations.get().pk),
    ),
    "a commented object is removed": (
        lambda world: _comment(world, annotation_id=world.annotation().pk),
        _remove_object,
    ),
    "a comment is answered": (_comment, _reply),
    "a comment is edited": (_comment, lambda world: _change_comment(world, text="There.")),
    "a thread is resolved": (
        lambda world: (_comment(world), _reply(world)),
        lambda world: _change_comment(world, resolved=True),
    ),
    "a thread is reopened": (
        lambda world: (_comment(world), _change_comment(world, resolved=True)),
        lambda world: _change_comment(world, resolved=False),
    ),
    "a comment is deleted": (_comment, _delete_comment),
    "an answered comment is deleted": (lambda world: (_comment(world), _reply(world)), _delete_comment),
    "a task is skipped": (lambda world: lease_take(task_id=world.tasks[0].pk, user=world.annotator), _skip),
    "a skipped task is given back": (
        _skip,
        lambda world: task_unskip(task_id=world.tasks[0].pk, unskipped_by=world.admin),
    ),
    "a skipped task is submitted": (
        _skip,
        lambda world: task_submit(task_id=world.tasks[0].pk, submitted_by=world.reviewer),
    ),
    "a task is flagged": (
        lambda world: None,
        lambda world: task_flag(
            task_id=world.tasks[0].pk, reason="unclear", text="", flagged_by=world.annotator
        ),
    ),
    "a flag is taken away": (
        _skip,
        lambda world: task_unflag(task_id=world.tasks[0].pk, unflagged_by=world.admin),
    ),
}
