"""Skipping and flagging tasks."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer
from labeling.selectors import shape
from labeling.selectors.access import task_get
from labeling.services import skips
from labeling.shapes import objects, workspace


class TaskSkipView(ApiView):
    @extend_schema(operation_id="task_skip", request=workspace.SkipCreate, responses=objects.Task)
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Leave a task to others; it does not come back as one's next task."""
        task_get(user=self.user(), task_id=task_id, action="annotate")
        body = self.body(workspace.SkipCreate)
        return answer(
            shape.task_shape(skips.task_skip(task_id=task_id, skipped_by=self.user(), **dict(body)))
        )


class TaskUnskipView(ApiView):
    @extend_schema(operation_id="task_unskip", request=None, responses=objects.Task)
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Take skips back: an admin those of everybody, anybody else their own."""
        task_get(user=self.user(), task_id=task_id, action="annotate")
        return answer(shape.task_shape(skips.task_unskip(task_id=task_id, unskipped_by=self.user())))


class TaskFlagView(ApiView):
    @extend_schema(operation_id="task_flag", request=workspace.MarkCreate, responses=objects.Task)
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Ask an admin to look at a task."""
        task_get(user=self.user(), task_id=task_id, action="annotate")
        body = self.body(workspace.MarkCreate)
        return answer(
            shape.task_shape(skips.task_flag(task_id=task_id, flagged_by=self.user(), **dict(body)))
        )


class TaskUnflagView(ApiView):
    @extend_schema(operation_id="task_unflag", request=None, responses=objects.Task)
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Take a flag back: an admin every one, anybody else their own."""
        task_get(user=self.user(), task_id=task_id, action="annotate")
        return answer(shape.task_shape(skips.task_unflag(task_id=task_id, unflagged_by=self.user())))
