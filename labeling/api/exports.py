"""Exports and their files."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit
from labeling.api.datasets import PAGED
from labeling.api.files import file_answer
from labeling.domain.errors import conflict
from labeling.selectors.access import project_get
from labeling.selectors.exports import export_get, export_page, export_preview, export_shape
from labeling.services import exports
from labeling.shapes import exports as shapes
from labeling.shapes import pages


class ExportListView(ApiView):
    @extend_schema(operation_id="export_list", parameters=PAGED, responses=pages.ExportPage)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List a project's exports."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        return answer(export_page(project=project, cursor=page_cursor(request), limit=page_limit(request)))

    @extend_schema(operation_id="export_create", request=shapes.ExportCreate, responses={202: shapes.Export})
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Start an export of what is there, or of the snapshot that another export was made of."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        body = self.body(shapes.ExportCreate)
        export = exports.export_request(
            project=project,
            format_name=body.format,
            requested_by=self.user(),
            options=body.options,
            snapshot_id=body.snapshot_id,
        )
        return answer(export_shape(export), 202)


class ExportPreviewView(ApiView):
    @extend_schema(
        operation_id="export_preview", request=shapes.ExportPreviewCreate, responses=shapes.ExportPreview
    )
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Count what an export with these options would hold now."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        return answer(export_preview(project=project, options=self.body(shapes.ExportPreviewCreate).options))


class ExportView(ApiView):
    @extend_schema(operation_id="export_get", responses=shapes.Export)
    def get(self, request: Request, export_id: int) -> HttpResponse:
        """Show how far an export is."""
        return answer(export_shape(export_get(user=self.user(), export_id=export_id, action="manage")))


class ExportCancelView(ApiView):
    @extend_schema(operation_id="export_cancel", request=None, responses=shapes.Export)
    def post(self, request: Request, export_id: int) -> HttpResponse:
        """Stop an export."""
        export = export_get(user=self.user(), export_id=export_id, action="manage")
        return answer(export_shape(exports.export_cancel(export=export, cancelled_by=self.user())))


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
