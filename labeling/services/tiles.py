"""Making the tiles of large images."""

import logging
from io import BytesIO
from typing import BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage

from cardinal.celery import app
from cardinal.events.publish import broker
from labeling.domain.images import decode_picture
from labeling.domain.tiles import pyramid_of, tiles_of
from labeling.models import Image
from labeling.selectors.tiles import tile_key, tiles_key, tiles_ready

logger = logging.getLogger(__name__)
# One message for all who ask for the same tiles within this time: about what making the largest takes.
ASKED_FOR_S = 60


def image_tiles_request(*, image: Image) -> None:
    """Have a worker make the tiles of a large image.

    Nothing is lost when it cannot be asked: the first who opens the image asks again.
    """
    if pyramid_of(image.width, image.height) is None:
        return
    try:
        if not broker().set(f"cardinal:tiles:{image.sha256}", b"1", ex=ASKED_FOR_S, nx=True):
            return
        app.send_task("labeling.tasks.image_tile", args=[image.pk], retry=False)
    except Exception as error:
        logger.warning("The tiles of an image could not be asked for: %s", error)


def image_tile(*, image_id: int) -> None:
    """Make the tiles that an image lacks.

    Safe to repeat, to kill and to run twice at once: a tile is whole or not there, the same picture gives the
    same bytes, and the mark that all of them are there is written last.
    """
    image = Image.objects.filter(pk=image_id).first()
    if image is None or pyramid_of(image.width, image.height) is None or tiles_ready(image=image):
        return
    with default_storage.open(image.display_key, "rb") as file:
        picture = decode_picture(cast(BinaryIO, file), image.name)
    for place, content in tiles_of(picture):
        key = tile_key(image=image, place=place)
        if not default_storage.exists(key):
            default_storage.save(key, File(BytesIO(content)))
    default_storage.save(tiles_key(image=image), File(BytesIO(b"all")))
