"""Pictures of a project's guide. The guide's text is a field of the project."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer
from labeling.api.datasets import FILES, file_name
from labeling.api.files import file_answer
from labeling.selectors.access import project_get
from labeling.selectors.guide import guide_picture_get, guide_picture_page, guide_picture_shape
from labeling.services.datasets import UploadFile
from labeling.services.guide import guide_picture_remove, guide_pictures_add
from labeling.shapes import objects, workspace


class GuidePicturesView(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="guide_picture_list", responses=workspace.GuidePicturePage)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List the pictures of the guide."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        return answer(guide_picture_page(project=project))

    @extend_schema(operation_id="guide_picture_upload", request=FILES, responses={201: workspace.GuideUpload})
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Upload pictures for the guide. Files that cannot be used are named in `errors`."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        files = [
            UploadFile(name=file_name(file.name or ""), stream=file)
            for file in request.FILES.getlist("files")
        ]
        stored, refused = guide_pictures_add(project=project, files=files, added_by=self.user())
        upload = workspace.GuideUpload(
            pictures=[guide_picture_shape(picture) for picture in stored],
            errors=[
                objects.FileError(name=name, code=error.code, message=error.message)
                for name, error in refused
            ],
        )
        return answer(upload, 201)


class GuidePictureView(ApiView):
    @extend_schema(operation_id="guide_picture_file", responses={(200, "image/*"): bytes})
    def get(self, request: Request, project_id: int, name: str) -> HttpResponse:
        """Return a picture of the guide."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        picture = guide_picture_get(project=project, name=name)
        return file_answer(request, key=picture.key, media_type=picture.media_type, tag=picture.sha256)

    @extend_schema(operation_id="guide_picture_remove", responses={204: None})
    def delete(self, request: Request, project_id: int, name: str) -> HttpResponse:
        """Remove a picture from the guide."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        guide_picture_remove(project=project, name=name, removed_by=self.user())
        return HttpResponse(status=204)
