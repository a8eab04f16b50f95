"""Model versions: listed, uploaded, served, downloaded."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit
from labeling.api.datasets import PAGED, file_name
from labeling.api.files import file_answer
from labeling.domain.errors import conflict, invalid_field
from labeling.models import ModelVersion
from labeling.selectors.access import project_get
from labeling.selectors.model_cards import model_card
from labeling.selectors.models import UNUSABLE, learning_curve, models_page, version_get, version_shape
from labeling.services.model_uploads import version_upload
from labeling.services.model_versions import version_activate, version_change
from labeling.shapes import training

UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}, "name": {"type": "string"}},
        "required": ["file", "name"],
    }
}
WEIGHTS, MARKDOWN = "application/octet-stream", "text/markdown"


class ModelListView(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="model_list", parameters=PAGED, responses=training.Models)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List a project's model versions, and which one serves."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        return answer(models_page(project=project, cursor=page_cursor(request), limit=page_limit(request)))

    @extend_schema(operation_id="model_upload", request=UPLOAD, responses={202: training.ModelVersion})
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Upload weights of Cardinal (.safetensors) or a published DEXTR checkpoint (.pth).

        A worker looks at them before they may serve.
        """
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        file = request.FILES.get("file")
        if file is None:
            raise invalid_field("file", "Choose a weights file.")
        body = training.ModelUpload.model_validate({"name": request.POST.get("name", "")})
        version = version_upload(
            project=project,
            name=body.name,
            file_name=file_name(file.name or ""),
            stream=file,
            size=file.size or 0,
            uploaded_by=self.user(),
        )
        return answer(version_shape(version, active_id=project.active_version_id), 202)


class ActiveModelView(ApiView):
    @extend_schema(
        operation_id="active_model_put", request=training.ActiveModelPut, responses=training.Models
    )
    def put(self, request: Request, project_id: int) -> HttpResponse:
        """Choose which version answers clicks from the next one on; null is the bundled model."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        body = self.body(training.ActiveModelPut)
        project = version_activate(
            project_id=project.pk,
            version_id=body.version_id,
            pinned=body.pinned,
            activated_by=self.user(),
        )
        return answer(models_page(project=project))


class ModelView(ApiView):
    @extend_schema(operation_id="model_get", responses=training.ModelVersion)
    def get(self, request: Request, version_id: int) -> HttpResponse:
        """Show a model version."""
        version = version_get(user=self.user(), version_id=version_id, action="view")
        return answer(version_shape(version, active_id=version.project.active_version_id))

    @extend_schema(
        operation_id="model_change", request=training.ModelVersionChange, responses=training.ModelVersion
    )
    def patch(self, request: Request, version_id: int) -> HttpResponse:
        """Rename a model version, or archive it. The one that serves cannot be archived."""
        version = version_get(user=self.user(), version_id=version_id, action="manage")
        body = self.body(training.ModelVersionChange)
        version_change(version_id=version.pk, change=body, changed_by=self.user())
        version = version_get(user=self.user(), version_id=version_id, action="manage")
        return answer(version_shape(version, active_id=version.project.active_version_id))


class ModelFileView(ApiView):
    @extend_schema(operation_id="model_file", responses={(200, WEIGHTS): bytes})
    def get(self, request: Request, version_id: int) -> HttpResponse:
        """Download the weights, as safetensors."""
        version = _usable(version_get(user=self.user(), version_id=version_id, action="view"))
        return file_answer(
            request,
            key=version.weights_key,
            media_type=WEIGHTS,
            tag=version.sha256,
            download_name=f"{_title(version)}.safetensors",
        )


class ModelCardView(ApiView):
    @extend_schema(operation_id="model_card", responses={(200, MARKDOWN): str})
    def get(self, request: Request, version_id: int) -> HttpResponse:
        """Read what a version was made from, and how it does, as Markdown."""
        version = _usable(version_get(user=self.user(), version_id=version_id, action="view"))
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache"}
        return HttpResponse(
            model_card(version=version), content_type=f"{MARKDOWN}; charset=utf-8", headers=headers
        )


class LearningCurveView(ApiView):
    @extend_schema(operation_id="learning_curve", responses=training.LearningCurve)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Show what accepted objects have brought on held-out ones, and what further ones would."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        return answer(learning_curve(project=project))


def _usable(version: ModelVersion) -> ModelVersion:
    if version.state in UNUSABLE:
        raise conflict("version_not_ready", f"“{version.name}” has no weights that can be used.")
    return version


def _title(version: ModelVersion) -> str:
    return f"{version.project.name} {version.name} v{version.number}"
