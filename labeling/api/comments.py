"""Comments on a task."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, query_identifier
from labeling.domain.errors import invalid_field
from labeling.selectors.access import task_get
from labeling.selectors.comments import comment_get, comment_page, comment_shape
from labeling.services import comments
from labeling.shapes import objects, pages, workspace


class TaskCommentsView(ApiView):
    @extend_schema(operation_id="comment_list", responses=pages.CommentPage)
    def get(self, request: Request, task_id: int) -> HttpResponse:
        """List a task's comments, deleted ones without their text."""
        return answer(comment_page(task=task_get(user=self.user(), task_id=task_id, action="view")))

    @extend_schema(
        operation_id="comment_create",
        request=workspace.CommentCreate,
        responses={201: objects.Comment, 200: objects.Comment},
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Write a comment or a reply."""
        task_get(user=self.user(), task_id=task_id, action="comment")
        body = self.body(workspace.CommentCreate)
        comment, created = comments.comment_create(task_id=task_id, created_by=self.user(), **dict(body))
        return answer(comment_shape(comment), 201 if created else 200)


class CommentView(ApiView):
    @extend_schema(
        operation_id="comment_change",
        request=workspace.CommentChange,
        responses={200: objects.Comment, 409: objects.Error},
    )
    def patch(self, request: Request, comment_id: int) -> HttpResponse:
        """Change one's own text for a while, or resolve or reopen a thread."""
        comment = comment_get(user=self.user(), comment_id=comment_id, action="comment")
        change = self.body(workspace.CommentChange)
        changed = comments.comment_change(
            comment_id=comment_id, task_id=comment.task_id, change=change, changed_by=self.user()
        )
        return answer(comment_shape(changed))

    @extend_schema(
        operation_id="comment_delete",
        parameters=[OpenApiParameter("version", int, required=True)],
        responses={200: objects.Comment, 409: objects.Error},
    )
    def delete(self, request: Request, comment_id: int) -> HttpResponse:
        """Delete one's own comment for a while: its text is gone, its replies stay."""
        comment = comment_get(user=self.user(), comment_id=comment_id, action="comment")
        version = query_identifier(request, "version")
        if version is None:
            raise invalid_field("version", "Give the version of the comment that you saw.")
        deleted = comments.comment_delete(
            comment_id=comment_id, task_id=comment.task_id, version=version, deleted_by=self.user()
        )
        return answer(comment_shape(deleted))
