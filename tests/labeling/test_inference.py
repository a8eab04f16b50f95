"""The door to the model: decoded images are kept within bounds, answers are masks of the whole image."""

import threading

import numpy as np
import pytest
from django.core.files.storage import default_storage
from PIL import Image as PillowImage
from pycocotools import mask as coco
from pytest_django.fixtures import Settings

from labeling import inference
from labeling.inference import DecodedImages
from labeling.models import Image
from labeling.tasks import image_warm
from tests.factories import CLICKS, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

# Pixels of 64 x 48 in three colours.
BYTES = 64 * 48 * 3
POINTS = [(click.x, click.y) for click in CLICKS]


def _get(cache: DecodedImages, image: Image) -> np.ndarray:
    return cache.get(sha256=image.sha256, key=image.display_key)


def test_pixels_are_those_that_people_see() -> None:
    world = World(images=1)
    image = world.picture
    pixels = _get(DecodedImages(BYTES), image)
    with default_storage.open(image.display_key) as file:
        shown = np.asarray(PillowImage.open(file).convert("RGB"))
    assert (pixels.shape, pixels.dtype) == ((48, 64, 3), np.uint8)
    assert np.array_equal(pixels, shown)
    assert not pixels.flags.writeable


def test_the_images_used_last_stay_and_the_bound_is_kept() -> None:
    world = World(images=3)
    first, second, third = world.dataset.images.order_by("pk")
    cache = DecodedImages(2 * BYTES)
    kept = _get(cache, first)
    _get(cache, second)
    assert _get(cache, first) is kept
    _get(cache, third)
    assert [image.sha256 in cache for image in (first, second, third)] == [True, False, True]


def test_an_image_beyond_the_bound_is_answered_and_not_kept() -> None:
    world = World(images=2)
    small, large = world.dataset.images.order_by("pk")
    cache = DecodedImages(BYTES - 1)
    assert _get(cache, large).shape == (48, 64, 3)
    assert large.sha256 not in cache
    assert _get(cache, small).shape == (48, 64, 3)


def test_many_threads_get_the_same_pixels() -> None:
    world = World(images=2)
    images = list(world.dataset.images.order_by("pk"))
    cache, found = DecodedImages(BYTES), []

    def work(number: int) -> None:
        found.extend((number % 2, _get(cache, images[number % 2]).sum()) for _ in range(5))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sums = {number: _get(cache, image).sum() for number, image in enumerate(images)}
    assert len(found) == 40
    assert all(total == sums[number] for number, total in found)


def test_opening_a_task_warms_its_image(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = DecodedImages(10 * BYTES)
    monkeypatch.setattr(inference, "decoded", cache)
    world = World(images=1)
    assert world.picture.sha256 not in cache
    image_warm(world.picture.pk)
    assert world.picture.sha256 in cache


@pytest.mark.parametrize("predictor", ["fake", "grabcut"])
def test_an_answer_is_a_mask_of_the_whole_image_within_its_own_box(
    predictor: str, settings: Settings
) -> None:
    settings.PREDICTOR = predictor
    world = World(images=1)
    image = world.picture
    found = inference.segment(sha256=image.sha256, key=image.display_key, points=POINTS)
    pixels = coco.decode({"size": [48, 64], "counts": found.mask_counts.encode()})
    rows, columns = np.nonzero(pixels)
    x, y, w, h = found.bbox
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (x, y, x + w, y + h)
    assert found.area == pixels.sum()
    assert 0 <= found.score <= 1
    assert found.model_version.startswith(predictor)
    assert min(found.decode_ms, found.model_ms) >= 0
