"""Data sets and images."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit
from labeling.api.files import file_answer
from labeling.selectors import shape
from labeling.selectors.access import dataset_get, ensure_may_create, image_get
from labeling.selectors.projects import dataset_page, image_page
from labeling.services.datasets import UploadFile, dataset_create, images_upload
from labeling.shapes import objects, pages, requests

PAGED = [OpenApiParameter("cursor", str), OpenApiParameter("limit", int)]
FILES = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
        "required": ["files"],
    }
}


def file_name(sent: str) -> str:
    """Undo what HTML has browsers do to names in forms: quotes and line ends are percent-encoded, no more."""
    return sent.replace("%22", '"').replace("%0D", "").replace("%0A", "")


class DatasetListView(ApiView):
    @extend_schema(operation_id="dataset_list", parameters=PAGED, responses=pages.DatasetPage)
    def get(self, request: Request) -> HttpResponse:
        """List the data sets that one may add to."""
        return answer(dataset_page(user=self.user(), cursor=page_cursor(request), limit=page_limit(request)))

    @extend_schema(
        operation_id="dataset_create", request=requests.DatasetCreate, responses={201: objects.Dataset}
    )
    def post(self, request: Request) -> HttpResponse:
        """Create a data set."""
        ensure_may_create(user=self.user())
        dataset = dataset_create(name=self.body(requests.DatasetCreate).name, created_by=self.user())
        return answer(shape.dataset_shape(dataset, image_count=0), 201)


class DatasetView(ApiView):
    @extend_schema(operation_id="dataset_get", responses=objects.Dataset)
    def get(self, request: Request, dataset_id: int) -> HttpResponse:
        """Show a data set."""
        dataset = dataset_get(user=self.user(), dataset_id=dataset_id)
        return answer(shape.dataset_shape(dataset, image_count=dataset.images.count()))


class DatasetImagesView(ApiView):
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="image_list", parameters=PAGED, responses=pages.ImagePage)
    def get(self, request: Request, dataset_id: int) -> HttpResponse:
        """List a data set's images."""
        dataset = dataset_get(user=self.user(), dataset_id=dataset_id)
        return answer(image_page(dataset=dataset, cursor=page_cursor(request), limit=page_limit(request)))

    @extend_schema(operation_id="image_upload", request=FILES, responses={201: objects.Upload})
    def post(self, request: Request, dataset_id: int) -> HttpResponse:
        """Upload images. Files that cannot be used are named in `errors`; the others are stored."""
        dataset = dataset_get(user=self.user(), dataset_id=dataset_id)
        files = [
            UploadFile(name=file_name(file.name or ""), stream=file)
            for file in request.FILES.getlist("files")
        ]
        stored, refused = images_upload(dataset=dataset, files=files, uploaded_by=self.user())
        upload = objects.Upload(
            images=[shape.uploaded_image_shape(item.image, duplicate=item.duplicate) for item in stored],
            errors=[
                objects.FileError(name=error.details["name"], code=error.code, message=error.message)
                for error in refused
            ],
        )
        return answer(upload, 201)


class ImageFileView(ApiView):
    @extend_schema(operation_id="image_file", responses={(200, "image/*"): bytes})
    def get(self, request: Request, image_id: int) -> HttpResponse:
        """Return the upright 8-bit image that everybody sees."""
        image = image_get(user=self.user(), image_id=image_id)
        return file_answer(
            request, key=image.display_key, media_type=image.display_media_type, tag=image.sha256
        )


class ImageThumbnailView(ApiView):
    @extend_schema(operation_id="image_thumbnail", responses={(200, "image/jpeg"): bytes})
    def get(self, request: Request, image_id: int) -> HttpResponse:
        """Return a picture of at most 320 pixels."""
        image = image_get(user=self.user(), image_id=image_id)
        return file_answer(
            request, key=image.thumbnail_key, media_type="image/jpeg", tag=f"{image.sha256}-thumbnail"
        )
