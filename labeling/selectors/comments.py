"""Reading comments."""

from cardinal.accounts.models import User
from labeling.domain.errors import not_found
from labeling.models import Comment, Task
from labeling.selectors.access import ensure_permitted
from labeling.selectors.shape import user_shape
from labeling.shapes import objects, pages


def comment_get(*, user: User, comment_id: int, action: str) -> Comment:
    """Return a comment, with its task, on which the user may do `action`."""
    comment = Comment.objects.select_related("task").filter(pk=comment_id).first()
    if comment is None:
        raise not_found("comment")
    ensure_permitted(user=user, project_id=comment.task.project_id, action=action, what="comment")
    return comment


def comment_shape(comment: Comment) -> objects.Comment:
    """Return a comment; needs author and resolved_by."""
    return objects.Comment(
        id=comment.pk,
        client_id=comment.client_id,
        task_id=comment.task_id,
        parent_id=comment.parent_id,
        annotation_id=comment.annotation_id,
        x=comment.x,
        y=comment.y,
        text=comment.text,
        author=user_shape(comment.author),
        version=comment.version,
        deleted=comment.deleted_at is not None,
        resolved_by=user_shape(comment.resolved_by) if comment.resolved_by else None,
        resolved_at=comment.resolved_at,
        created_at=comment.created_at,
        edited_at=comment.edited_at,
    )


def comments_of(*, task: Task) -> list[objects.Comment]:
    """Return a task's comments, the oldest first; deleted ones too, for their replies stand below them."""
    rows = Comment.objects.filter(task=task).select_related("author", "resolved_by").order_by("pk")
    return [comment_shape(row) for row in rows]


def comment_page(*, task: Task) -> pages.CommentPage:
    """Return a task's comments. There are so few that one page holds all of them."""
    return pages.CommentPage(results=comments_of(task=task), next=None)
