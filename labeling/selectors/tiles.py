"""Reading the tiles of large images. They lie beside the image's other files, under the same content hash."""

from django.core.files.storage import default_storage

from labeling.domain.errors import Kind, Refused, not_found
from labeling.domain.tiles import TILE_SIDE, TilePlace, pyramid_of
from labeling.models import Image
from labeling.shapes import objects

NOT_YET = "This part of the image is still being prepared. It is there in a few seconds."


def tiles_folder(image: Image) -> str:
    """Return the folder of an image's tiles: its name has a version, for tiles made differently one day."""
    return f"images/{image.sha256[:2]}/{image.sha256}/tiles-1"


def tile_key(*, image: Image, place: TilePlace) -> str:
    """Return where one tile is stored."""
    return f"{tiles_folder(image)}/{place.level}/{place.x}-{place.y}.jpg"


def tiles_key(*, image: Image) -> str:
    """Return where the mark lies that says that all tiles are there."""
    return f"{tiles_folder(image)}/all"


def tiles_ready(*, image: Image) -> bool:
    """Return whether all tiles of a large image are there."""
    return default_storage.exists(tiles_key(image=image))


def tiles_shape(image: Image) -> objects.Tiles | None:
    """Return where an image's tiles are, or None for an image that is shown whole."""
    pyramid = pyramid_of(image.width, image.height)
    if pyramid is None:
        return None
    address = f"/api/images/{image.pk}/tiles"
    url = f"{address}/{{level}}/{{x}}/{{y}}?v={image.sha256[:12]}"
    return objects.Tiles(side=TILE_SIDE, levels=pyramid.levels, url=url, state_url=address)


def tile_place(*, image: Image, level: int, x: int, y: int) -> TilePlace:
    """Return the place of a tile that the image has, or will have. Raises `Refused` with `not_found`."""
    pyramid, place = pyramid_of(image.width, image.height), TilePlace(level, x, y)
    if pyramid is None or not pyramid.has(place):
        raise not_found("part of the image")
    return place


def ensure_tile_there(*, image: Image, place: TilePlace) -> str:
    """Return the key of a tile. Raises `Refused` with `tile_not_ready` while it is being made."""
    key = tile_key(image=image, place=place)
    if not default_storage.exists(key):
        raise Refused("tile_not_ready", NOT_YET, kind=Kind.NOT_FOUND)
    return key
