"""Tasks: queue, lease, clicks, annotations, review."""

from uuid import uuid4

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit, query_identifier, query_yes_no
from labeling.api.datasets import PAGED
from labeling.domain.errors import invalid_field
from labeling.selectors import shape
from labeling.selectors.access import annotation_get, project_get, task_get
from labeling.selectors.tasks import annotation_page, task_detail, task_page
from labeling.services import leases, tasks
from labeling.services.annotations import annotation_change, annotation_create
from labeling.services.proposals import proposal_request, proposal_wait
from labeling.shapes import objects, pages, requests

PURPOSES = {"annotate": "annotate", "review": "review"}


class TaskListView(ApiView):
    @extend_schema(
        operation_id="task_list",
        parameters=[
            OpenApiParameter("state", str),
            OpenApiParameter("flagged", bool),
            OpenApiParameter("held_out", bool, description="Those whose images are never trained on."),
            *PAGED,
        ],
        responses=pages.TaskPage,
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List a project's tasks by position."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        return answer(
            task_page(
                project=project,
                state=request.query_params.get("state"),
                flagged=query_yes_no(request, "flagged"),
                held_out=query_yes_no(request, "held_out"),
                cursor=page_cursor(request),
                limit=page_limit(request),
            )
        )


class TaskNextView(ApiView):
    @extend_schema(
        operation_id="task_next",
        parameters=[
            OpenApiParameter("purpose", str, enum=[*PURPOSES]),
            OpenApiParameter("after", int, description="Skip this task and go on behind it."),
        ],
        responses=objects.TaskDetail,
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Return the task to work on now, leased to the one who asks."""
        purpose = request.query_params.get("purpose") or "annotate"
        if purpose not in PURPOSES:
            raise invalid_field("purpose", "The purpose must be annotate or review.")
        project = project_get(user=self.user(), project_id=project_id, action=PURPOSES[purpose])
        after_id = query_identifier(request, "after")
        after = task_get(user=self.user(), task_id=after_id, action="view") if after_id else None
        task = leases.task_next(project=project, user=self.user(), purpose=purpose, after=after)
        return answer(task_detail(task=task))


class TaskView(ApiView):
    @extend_schema(operation_id="task_get", responses=objects.TaskDetail)
    def get(self, request: Request, task_id: int) -> HttpResponse:
        """Show a task with its annotations."""
        return answer(task_detail(task=task_get(user=self.user(), task_id=task_id, action="view")))


class TaskLeaseView(ApiView):
    @extend_schema(operation_id="lease_take", request=None, responses=objects.Lease)
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Take the task, or keep it for longer."""
        task_get(user=self.user(), task_id=task_id, action="annotate")
        lease = shape.lease_shape(leases.lease_take(task_id=task_id, user=self.user()))
        if lease is None:
            raise RuntimeError("A lease that was just taken has expired: CARDINAL_LEASE_SECONDS is too short")
        return answer(lease)

    @extend_schema(operation_id="lease_release", responses={204: None})
    def delete(self, request: Request, task_id: int) -> HttpResponse:
        """Give the task back."""
        task_get(user=self.user(), task_id=task_id, action="annotate")
        leases.lease_release(task_id=task_id, user=self.user())
        return HttpResponse(status=204)


class TaskSegmentView(ApiView):
    @extend_schema(
        operation_id="task_segment",
        request=requests.SegmentRequest,
        responses={200: objects.Proposal, 422: objects.Error, 503: objects.Error, 504: objects.Error},
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Turn clicks into a mask, and wait for it."""
        body = self.body(requests.SegmentRequest)
        pending = proposal_request(
            task_id=task_id,
            requested_by=self.user(),
            request_id=body.request_id or uuid4().hex,
            points=body.points,
            parent_id=body.parent_proposal_id,
        )
        proposal = proposal_wait(proposal_id=pending.pk)
        return answer(shape.proposal_shape(proposal, image=proposal.task.image))


class TaskAnnotationsView(ApiView):
    @extend_schema(operation_id="annotation_list", responses=pages.AnnotationPage)
    def get(self, request: Request, task_id: int) -> HttpResponse:
        """List the objects of a task."""
        return answer(annotation_page(task=task_get(user=self.user(), task_id=task_id, action="view")))

    @extend_schema(
        operation_id="annotation_create",
        request=requests.AnnotationCreate,
        responses={201: objects.Annotation, 200: objects.Annotation},
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Store an object from a proposal or a mask."""
        body = self.body(requests.AnnotationCreate)
        annotation, created = annotation_create(
            task_id=task_id,
            label_id=body.label_id,
            proposal_id=body.proposal_id,
            mask=body.mask,
            client_id=body.client_id,
            details=body,
            created_by=self.user(),
        )
        return answer(
            shape.annotation_shape(annotation, image=annotation.task.image), 201 if created else 200
        )


class AnnotationView(ApiView):
    @extend_schema(
        operation_id="annotation_change",
        request=requests.AnnotationChange,
        responses={200: objects.Annotation, 409: objects.Error},
    )
    def patch(self, request: Request, annotation_id: int) -> HttpResponse:
        """Change an object; `version` is the one last seen."""
        return self._change(annotation_id, self.body(requests.AnnotationChange))

    @extend_schema(
        operation_id="annotation_delete",
        parameters=[OpenApiParameter("version", int, required=True)],
        responses={200: objects.Annotation, 409: objects.Error},
    )
    def delete(self, request: Request, annotation_id: int) -> HttpResponse:
        """Remove an object; changing it with `deleted: false` brings it back."""
        version = query_identifier(request, "version")
        if version is None:
            raise invalid_field("version", "Give the version of the object that you saw.")
        return self._change(annotation_id, requests.AnnotationChange(version=version, deleted=True))

    def _change(self, annotation_id: int, change: requests.AnnotationChange) -> HttpResponse:
        annotation = annotation_get(user=self.user(), annotation_id=annotation_id, action="annotate")
        changed = annotation_change(
            annotation_id=annotation_id, task_id=annotation.task_id, change=change, changed_by=self.user()
        )
        return answer(shape.annotation_shape(changed, image=annotation.task.image))


class TaskSubmitView(ApiView):
    @extend_schema(operation_id="task_submit", request=None, responses=objects.Task)
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Hand the task to review."""
        task_get(user=self.user(), task_id=task_id, action="annotate")
        return answer(shape.task_shape(tasks.task_submit(task_id=task_id, submitted_by=self.user())))


class TaskAcceptView(ApiView):
    @extend_schema(operation_id="task_accept", request=None, responses=objects.Task)
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Accept a submitted task."""
        task_get(user=self.user(), task_id=task_id, action="review")
        return answer(shape.task_shape(tasks.task_accept(task_id=task_id, accepted_by=self.user())))


class TaskRequestChangesView(ApiView):
    @extend_schema(
        operation_id="task_request_changes", request=requests.ChangesRequest, responses=objects.Task
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        """Send a task back with a comment."""
        task_get(user=self.user(), task_id=task_id, action="review")
        task = tasks.task_request_changes(
            task_id=task_id, requested_by=self.user(), comment=self.body(requests.ChangesRequest).comment
        )
        return answer(shape.task_shape(task))
