"""The tiles of large images."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer
from labeling.api.files import file_answer
from labeling.domain.errors import not_found
from labeling.domain.tiles import TILE_MEDIA_TYPE, pyramid_of
from labeling.selectors.access import image_get
from labeling.selectors.tiles import ensure_tile_there, tile_place, tiles_ready
from labeling.services.tiles import image_tiles_request
from labeling.shapes import objects


class ImageTilesView(ApiView):
    @extend_schema(operation_id="image_tiles", responses=objects.TilesState)
    def get(self, request: Request, image_id: int) -> HttpResponse:
        """Tell whether the tiles of a large image are made, and have them made if not."""
        image = image_get(user=self.user(), image_id=image_id)
        if pyramid_of(image.width, image.height) is None:
            raise not_found("part of the image")
        ready = tiles_ready(image=image)
        if not ready:
            image_tiles_request(image=image)
        return answer(objects.TilesState(state="ready" if ready else "making"))


class ImageTileView(ApiView):
    @extend_schema(operation_id="image_tile", responses={(200, TILE_MEDIA_TYPE): bytes})
    def get(self, request: Request, image_id: int, level: int, x: int, y: int) -> HttpResponse:
        """Return one part of a large image."""
        image = image_get(user=self.user(), image_id=image_id)
        place = tile_place(image=image, level=level, x=x, y=y)
        key = ensure_tile_there(image=image, place=place)
        tag = f"{image.sha256}-{level}-{x}-{y}"
        return file_answer(request, key=key, media_type=TILE_MEDIA_TYPE, tag=tag)
