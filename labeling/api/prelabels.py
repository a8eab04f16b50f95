"""Pre-labels: detectors' files, and the drafts that come of them."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit
from labeling.api.datasets import PAGED, file_name
from labeling.domain.errors import invalid_field
from labeling.selectors.access import project_get, task_get
from labeling.selectors.prelabels import draft_page, prelabelling_get, prelabelling_page, prelabelling_shape
from labeling.services.prelabels import draft_dismiss, prelabel_cancel, prelabel_request
from labeling.shapes import prelabels

UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
}


class PrelabellingListView(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="prelabelling_list", parameters=PAGED, responses=prelabels.PrelabellingPage)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List the detectors' files of a project."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        return answer(
            prelabelling_page(project=project, cursor=page_cursor(request), limit=page_limit(request))
        )

    @extend_schema(
        operation_id="prelabelling_create", request=UPLOAD, responses={202: prelabels.Prelabelling}
    )
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Turn a detector's boxes or extreme points (COCO JSON) into drafts.

        A worker has the project's model draw their masks. Nothing of it is an object until a person takes it.
        """
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        file = request.FILES.get("file")
        if file is None:
            raise invalid_field("file", "Choose a detector's file.")
        row = prelabel_request(
            project=project,
            file_name=file_name(file.name or ""),
            stream=file,
            size=file.size or 0,
            requested_by=self.user(),
        )
        return answer(prelabelling_shape(row), 202)


class PrelabellingView(ApiView):
    @extend_schema(operation_id="prelabelling_get", responses=prelabels.Prelabelling)
    def get(self, request: Request, prelabelling_id: int) -> HttpResponse:
        """Show how far a detector's file is."""
        return answer(
            prelabelling_shape(
                prelabelling_get(user=self.user(), prelabelling_id=prelabelling_id, action="manage")
            )
        )


class PrelabellingCancelView(ApiView):
    @extend_schema(operation_id="prelabelling_cancel", request=None, responses=prelabels.Prelabelling)
    def post(self, request: Request, prelabelling_id: int) -> HttpResponse:
        """Stop making drafts. Those that are made already stay."""
        row = prelabelling_get(user=self.user(), prelabelling_id=prelabelling_id, action="manage")
        prelabel_cancel(row=row, cancelled_by=self.user())
        row.refresh_from_db()
        return answer(prelabelling_shape(row))


class TaskDraftsView(ApiView):
    @extend_schema(operation_id="task_drafts", responses=prelabels.DraftPage)
    def get(self, request: Request, task_id: int) -> HttpResponse:
        """List the drafts of a task that are neither taken nor dismissed."""
        return answer(draft_page(task=task_get(user=self.user(), task_id=task_id, action="view")))


class DraftDismissView(ApiView):
    @extend_schema(operation_id="draft_dismiss", request=None, responses={204: None})
    def post(self, request: Request, draft_id: int) -> HttpResponse:
        """Put a draft out of everybody's way."""
        draft_dismiss(draft_id=draft_id, dismissed=True, dismissed_by=self.user())
        return HttpResponse(status=204)


class DraftRestoreView(ApiView):
    @extend_schema(operation_id="draft_restore", request=None, responses={204: None})
    def post(self, request: Request, draft_id: int) -> HttpResponse:
        """Take back a dismissal."""
        draft_dismiss(draft_id=draft_id, dismissed=False, dismissed_by=self.user())
        return HttpResponse(status=204)
