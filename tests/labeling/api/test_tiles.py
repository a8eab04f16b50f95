"""Tiles of large images: made once, whole or not there, for those who may see the image."""

from io import BytesIO

import pytest
from django.core.files.base import File
from django.core.files.storage import default_storage
from PIL import Image as PillowImage

from labeling.domain import tiles
from labeling.selectors import tiles as stored
from labeling.services.tiles import image_tile
from tests.factories import World, picture
from tests.labeling.helpers import Api, at_once, nothing_changes, refused, stored_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """What workers are asked to cut; 1,100 x 600 pixels count as large."""
    monkeypatch.setattr(tiles, "TILED_ABOVE", 600_000)
    sent: list[list[int]] = []
    monkeypatch.setattr("cardinal.celery.app.send_task", lambda _name, args, **_: sent.append(args))
    return sent


@pytest.fixture
def world(asked: list[list[int]]) -> World:
    world = World(images=0)
    content = picture(1_100, 600, kind="JPEG")
    Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", [("large.jpg", content)])
    return world


def _path(world: World, *place: int) -> str:
    return "/".join([f"/images/{world.picture.pk}/tiles", *map(str, place)])


def test_a_large_image_says_where_its_tiles_are_and_a_small_one_has_none(world: World) -> None:
    task = Api(world.viewer).get(f"/tasks/{world.tasks[0].pk}").json()
    address = f"/api{_path(world)}"
    assert task["image"]["tiles"] == {
        "side": 512,
        "levels": 3,
        "url": f"{address}/{{level}}/{{x}}/{{y}}?v={world.picture.sha256[:12]}",
        "state_url": address,
    }
    Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", [("small.png", picture())])
    assert Api(world.viewer).get(f"/tasks/{world.tasks[1].pk}").json()["image"]["tiles"] is None


def test_the_first_who_asks_has_them_made_and_then_they_are_ready(
    world: World, asked: list[list[int]]
) -> None:
    api = Api(world.viewer)
    assert api.get(_path(world)).json() == {"state": "making"}
    assert api.get(_path(world)).json() == {"state": "making"}
    assert asked == [[world.picture.pk]]
    image_tile(image_id=world.picture.pk)
    assert api.get(_path(world)).json() == {"state": "ready"}
    assert asked == [[world.picture.pk]]


def test_an_upload_has_them_made(asked: list[list[int]], django_capture_on_commit_callbacks: object) -> None:
    world = World(images=0)
    files = [("large.jpg", picture(1_100, 600)), ("small.png", picture())]
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", files)
    assert asked == [[world.picture.pk]]


def test_a_tile_is_served_to_members_alone_and_may_be_kept_for_ever(world: World) -> None:
    image_tile(image_id=world.picture.pk)
    answer = Api(world.viewer).get(_path(world, 0, 2, 1))
    assert PillowImage.open(BytesIO(answer.content)).size == (76, 88)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["ETag"] == f'"{world.picture.sha256}-0-2-1"'
    with nothing_changes():
        refused(Api(world.stranger).get(_path(world, 0, 2, 1)), 404, "not_found")
        refused(Api(world.stranger).get(_path(world)), 404, "not_found")
        refused(Api().get(_path(world, 0, 2, 1)), 401, "not_signed_in")


@pytest.mark.parametrize("place", [(0, 3, 0), (0, 0, 2), (3, 0, 0), (2, 1, 0), (99, 0, 0), (0, 10**12, 0)])
def test_there_is_nothing_outside_the_image(world: World, place: tuple[int, int, int]) -> None:
    image_tile(image_id=world.picture.pk)
    with nothing_changes():
        refused(Api(world.viewer).get(_path(world, *place)), 404, "not_found")


def test_a_tile_that_is_not_made_yet_says_so_and_is_not_cached(world: World) -> None:
    answer = Api(world.viewer).get(_path(world, 0, 0, 0))
    refused(answer, 404, "tile_not_ready")
    assert "Cache-Control" not in answer


def test_making_them_again_after_a_kill_adds_what_is_missing_and_changes_nothing_else(world: World) -> None:
    image = world.picture
    image_tile(image_id=image.pk)
    whole = {name: default_storage.open(name).read() for name in sorted(stored_files())}
    assert len(whole) == 2 + 1 + 2 + 6 + 1
    lost = stored.tile_key(image=image, place=tiles.TilePlace(0, 1, 1))
    default_storage.delete(lost)
    default_storage.delete(stored.tiles_key(image=image))
    image_tile(image_id=image.pk)
    assert {name: default_storage.open(name).read() for name in sorted(stored_files())} == whole
    with nothing_changes():
        image_tile(image_id=image.pk)


def test_small_and_unknown_images_get_no_tiles(asked: list[list[int]]) -> None:
    world = World(images=1)
    with nothing_changes():
        image_tile(image_id=world.picture.pk)
        image_tile(image_id=0)
        refused(Api(world.viewer).get(_path(world)), 404, "not_found")
    assert asked == []


def test_what_is_cut_off_in_the_middle_leaves_whole_tiles_and_no_mark(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, save, saved = world.picture, default_storage.save, []

    def fails_after_four(name: str, content: File) -> str:
        if len(saved) == 4:
            raise OSError("no space left")
        saved.append(name)
        return save(name, content)

    before = stored_files()
    monkeypatch.setattr(default_storage, "save", fails_after_four)
    with pytest.raises(OSError, match="no space left"):
        image_tile(image_id=image.pk)
    monkeypatch.undo()
    monkeypatch.setattr(tiles, "TILED_ABOVE", 600_000)
    assert stored_files() - before == set(saved)
    assert not stored.tiles_ready(image=image)
    image_tile(image_id=image.pk)
    assert stored.tiles_ready(image=image)
    assert len(stored_files() - before) == 10


@pytest.mark.django_db(transaction=True)
def test_two_at_once_end_in_the_same_files(world: World) -> None:
    image = world.picture
    before = stored_files()
    assert at_once(*[lambda: image_tile(image_id=image.pk)] * 2) == [None, None]
    assert len(stored_files() - before) == 10
    assert not [name for name in stored_files() if name.endswith(".part")]
    assert stored.tiles_ready(image=image)
