"""Imports: files into a project, in two steps: checked, then started."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from pydantic import TypeAdapter, ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit
from labeling.api.datasets import PAGED, file_name
from labeling.domain.errors import invalid_field
from labeling.selectors.access import project_get
from labeling.selectors.imports import import_get, import_page, import_shape
from labeling.services import imports
from labeling.shapes import imports as shapes
from labeling.shapes.exports import FormatName

FORMAT: TypeAdapter[FormatName] = TypeAdapter(FormatName)
UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}, "format": {"type": "string"}},
        "required": ["file"],
    }
}


class ImportListView(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="import_list", parameters=PAGED, responses=shapes.ImportPage)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List a project's imports."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        return answer(import_page(project=project, cursor=page_cursor(request), limit=page_limit(request)))

    @extend_schema(operation_id="import_create", request=UPLOAD, responses={202: shapes.Import})
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Take a file in and check it: an archive of any export's format, or a JSON file.

        Nothing is written into the project before the import is started. Without a format it is found out.
        """
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        file = request.FILES.get("file")
        if file is None:
            raise invalid_field("file", "Choose a file to import.")
        row = imports.import_request(
            project=project,
            file_name=file_name(file.name or ""),
            format_name=_format(request),
            stream=file,
            size=file.size or 0,
            requested_by=self.user(),
        )
        return answer(import_shape(row), 202)


def _format(request: Request) -> FormatName | None:
    named = request.POST.get("format") or None
    if named is None:
        return None
    try:
        return FORMAT.validate_python(named)
    except ValidationError:
        raise invalid_field("format", "There is no such format. Choose another one.") from None


class ImportView(ApiView):
    @extend_schema(operation_id="import_get", responses=shapes.Import)
    def get(self, request: Request, import_id: int) -> HttpResponse:
        """Show how far an import is, and what its file holds."""
        return answer(import_shape(import_get(user=self.user(), import_id=import_id, action="manage")))


class ImportStartView(ApiView):
    parser_classes = [JSONParser]

    @extend_schema(operation_id="import_start", request=shapes.ImportStart, responses={202: shapes.Import})
    def post(self, request: Request, import_id: int) -> HttpResponse:
        """Write a checked file into the project's tasks."""
        row = import_get(user=self.user(), import_id=import_id, action="manage")
        started = imports.import_start(row=row, options=self.body(shapes.ImportStart), started_by=self.user())
        return answer(import_shape(started), 202)


class ImportCancelView(ApiView):
    @extend_schema(operation_id="import_cancel", request=None, responses=shapes.Import)
    def post(self, request: Request, import_id: int) -> HttpResponse:
        """Stop an import. What is written already stays."""
        row = import_get(user=self.user(), import_id=import_id, action="manage")
        return answer(import_shape(imports.import_cancel(row=row, cancelled_by=self.user())))
