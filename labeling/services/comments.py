"""Writing comments: each change carries the version it saw, as those of objects do."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain.comments import MAX_COMMENTS, centre_of, ensure_changeable, pin_at
from labeling.domain.errors import conflict, invalid_field
from labeling.models import Annotation, Comment, Task
from labeling.selectors.access import ensure_permitted
from labeling.selectors.comments import comment_shape
from labeling.services.leases import task_locked
from labeling.services.records import audit, publish_comment, publish_task
from labeling.shapes.workspace import CommentChange

REPLIES_STAND = "A reply stands where its thread does. Leave x, y and annotation_id out."


@dataclass(frozen=True)
class Place:
    """Where a comment belongs: to a thread, or at a spot and perhaps to an object."""

    parent: Comment | None = None
    annotation: Annotation | None = None
    x: float | None = None
    y: float | None = None


def comment_create(
    *,
    task_id: int,
    text: str,
    x: float | None = None,
    y: float | None = None,
    annotation_id: int | None = None,
    parent_id: int | None = None,
    client_id: UUID | None = None,
    created_by: User,
) -> tuple[Comment, bool]:
    """Store a comment; return it and whether it is new. The same `client_id` again returns the first one."""
    with transaction.atomic():
        task = _task_for(task_id=task_id, user=created_by)
        known = _with_people(task).filter(client_id=client_id).first() if client_id else None
        if known is not None:
            return known, False
        if task.comments.count() >= MAX_COMMENTS:
            raise conflict(
                "too_many_comments", f"A task takes {MAX_COMMENTS} comments. Go on in another one, or talk."
            )
        if parent_id is not None:
            if (x, y, annotation_id) != (None, None, None):
                raise invalid_field("parent_id", REPLIES_STAND)
            place = Place(parent=_thread(task, parent_id))
        else:
            place = _place(task, x=x, y=y, annotation_id=annotation_id)
        comment = Comment.objects.create(
            task=task, client_id=client_id or uuid4(), author=created_by, text=text, **vars(place)
        )
        _after_write(comment, task=task, actor=created_by, action="comment.create")
    return comment, True


def comment_change(*, comment_id: int, task_id: int, change: CommentChange, changed_by: User) -> Comment:
    """Change the text, resolve or reopen.

    Raises `Refused` with code `stale_version` and the current comment when another change came first.
    """
    with transaction.atomic():
        task = _task_for(task_id=task_id, user=changed_by)
        comment = _current(task, comment_id=comment_id, version=change.version)
        actions = []
        if change.text is not None and change.text != comment.text:
            _ensure_changeable(comment, user=changed_by)
            comment.text, comment.edited_at = change.text, timezone.now()
            actions.append("comment.change")
        if change.resolved is not None and comment.parent_id is not None:
            raise invalid_field("resolved", "A reply is resolved with its thread. Resolve the first comment.")
        if change.resolved is not None and change.resolved != (comment.resolved_at is not None):
            comment.resolved_at = timezone.now() if change.resolved else None
            comment.resolved_by = changed_by if change.resolved else None
            actions.append("comment.resolve" if change.resolved else "comment.reopen")
        if actions:
            _save(comment, task=task, actor=changed_by, actions=actions)
    return comment


def comment_delete(*, comment_id: int, task_id: int, version: int, deleted_by: User) -> Comment:
    """Delete one's own comment: its text is gone, its replies stay."""
    with transaction.atomic():
        task = _task_for(task_id=task_id, user=deleted_by)
        comment = _current(task, comment_id=comment_id, version=version)
        _ensure_changeable(comment, user=deleted_by)
        comment.text, comment.deleted_at = "", timezone.now()
        _save(comment, task=task, actor=deleted_by, actions=["comment.delete"])
    return comment


def _task_for(*, task_id: int, user: User) -> Task:
    task = task_locked(task_id=task_id)
    ensure_permitted(user=user, project_id=task.project_id, action="comment", what="task")
    return task


def _with_people(task: Task) -> QuerySet[Comment]:
    return Comment.objects.filter(task=task).select_related("author", "resolved_by")


def _current(task: Task, *, comment_id: int, version: int) -> Comment:
    comment = _with_people(task).get(pk=comment_id)
    if comment.version != version:
        raise conflict(
            "stale_version",
            "This comment was changed in the meantime. Look at it again, then decide.",
            current=comment_shape(comment).model_dump(mode="json"),
        )
    return comment


def _ensure_changeable(comment: Comment, *, user: User) -> None:
    ensure_changeable(
        is_author=comment.author_id == user.pk,
        is_deleted=comment.deleted_at is not None,
        created_at=comment.created_at,
        now=timezone.now(),
    )


def _thread(task: Task, parent_id: int) -> Comment:
    parent = task.comments.filter(pk=parent_id).first()
    if parent is None:
        raise invalid_field("parent_id", "This task has no such comment.")
    if parent.parent_id is not None:
        raise invalid_field("parent_id", "A reply answers the first comment of a thread, not another reply.")
    if parent.deleted_at is not None and not parent.replies.filter(deleted_at=None).exists():
        raise invalid_field("parent_id", "This thread was deleted. Write a new comment.")
    return parent


def _place(task: Task, *, x: float | None, y: float | None, annotation_id: int | None) -> Place:
    width, height = task.image.width, task.image.height
    if annotation_id is None:
        x, y = pin_at(x, y, width=width, height=height)
        return Place(x=x, y=y)
    annotation = task.annotations.filter(pk=annotation_id, deleted_at=None).first()
    if annotation is None:
        raise invalid_field("annotation_id", "This task has no such object.")
    if x is None and y is None:
        x, y = centre_of(annotation.bbox)
    x, y = pin_at(x, y, width=width, height=height)
    return Place(annotation=annotation, x=x, y=y)


def _save(comment: Comment, *, task: Task, actor: User, actions: list[str]) -> None:
    comment.version += 1
    comment.save()
    for action in actions[:-1]:
        audit(actor=actor, action=action, target=comment, project_id=task.project_id, task=task.pk)
    _after_write(comment, task=task, actor=actor, action=actions[-1])


def _after_write(comment: Comment, *, task: Task, actor: User, action: str) -> None:
    # The words of a comment are in no log: deleted, they are gone.
    audit(actor=actor, action=action, target=comment, project_id=task.project_id, task=task.pk)
    publish_comment(comment)
    # The task's row is held, so nobody else counts at the same time.
    unresolved = _unresolved(task)
    if unresolved != task.unresolved_comment_count:
        task.unresolved_comment_count = unresolved
        task.save(update_fields=["unresolved_comment_count"])
        publish_task(task)


def _unresolved(task: Task) -> int:
    """Count threads as `domain.comments.thread_is_open` does."""
    live_replies = Comment.objects.filter(parent=OuterRef("pk"), deleted_at=None)
    threads = task.comments.filter(parent=None, resolved_at=None)
    return threads.filter(Q(deleted_at=None) | Exists(live_replies)).count()
