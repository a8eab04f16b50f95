"""Exports and their files."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit
from labeling.api.datasets import PAGED
from labeling.api.files import file_answer
from labeling.domain.errors import conflict
from labeling.selectors import shape
from labeling.selectors.access import export_get, project_get
from labeling.selectors.projects import export_page
from labeling.services import exports
from labeling.shapes import objects, pages, requests


class ExportListView(ApiView):
    @extend_schema(operation_id="export_list", parameters=PAGED, responses=pages.ExportPage)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List a project's exports."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        return answer(export_page(project=project, cursor=page_cursor(request), limit=page_limit(request)))

    @extend_schema(
        operation_id="export_create", request=requests.ExportCreate, responses={202: objects.Export}
    )
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Start an export of the accepted tasks."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        body = self.body(requests.ExportCreate)
        export = exports.export_request(project=project, format_name=body.format, requested_by=self.user())
        return answer(shape.export_shape(export), 202)


class ExportView(ApiView):
    @extend_schema(operation_id="export_get", responses=objects.Export)
    def get(self, request: Request, export_id: int) -> HttpResponse:
        """Show how far an export is."""
        return answer(shape.export_shape(export_get(user=self.user(), export_id=export_id, action="manage")))


class ExportCancelView(ApiView):
    @extend_schema(operation_id="export_cancel", request=None, responses=objects.Export)
    def post(self, request: Request, export_id: int) -> HttpResponse:
        """Stop an export."""
        export = export_get(user=self.user(), export_id=export_id, action="manage")
        return answer(shape.export_shape(exports.export_cancel(export=export, cancelled_by=self.user())))


class ExportFileView(ApiView):
    @extend_schema(operation_id="export_file", responses={(200, "application/zip"): bytes})
    def get(self, request: Request, export_id: int) -> HttpResponse:
        """Download the archive."""
        export = export_get(user=self.user(), export_id=export_id, action="manage")
        if not export.file_key:
            raise conflict("export_not_ready", f"This export is {export.state}. Wait until it is ready.")
        name = f"{export.project.name} {export.format} {export.pk}.zip"
        return file_answer(
            request,
            key=export.file_key,
            media_type="application/zip",
            tag=f"export-{export.pk}",
            download_name=name,
        )
