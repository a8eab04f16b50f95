"""The guide and its pictures."""

from io import BytesIO

import pytest
from PIL import Image

from labeling.models import GuidePicture
from labeling.services import guide
from tests.factories import World, picture
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field, stored_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _path(world: World, name: str = "") -> str:
    return f"/projects/{world.project.pk}/guide/pictures" + (f"/{name}" if name else "")


def test_an_uploaded_picture_is_served_to_members_under_its_name() -> None:
    world = World(images=0)
    content = picture(40, 30)
    files = [("../A cup.PNG", content), ("no.png", b"<html>"), ("shelf.bin", picture(20, 10, kind="WEBP"))]
    body = Api(world.admin).upload(_path(world), files).json()
    row = GuidePicture.objects.get(name="a-cup.png")
    listed = {
        "name": "a-cup.png",
        "url": f"/api{_path(world, 'a-cup.png')}?v={row.sha256[:12]}",
        "media_type": "image/png",
        "width": 40,
        "height": 30,
        "byte_size": row.byte_size,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert body["pictures"][0] == listed
    assert [each["name"] for each in body["pictures"]] == ["a-cup.png", "shelf.webp"]
    assert [(error["name"], error["code"]) for error in body["errors"]] == [("no.png", "not_an_image")]
    assert Api(world.viewer).get(_path(world)).json() == {"results": body["pictures"], "next": None}
    response = Api(world.viewer).get(_path(world, "a-cup.png"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    with Image.open(BytesIO(response.content)) as shown, Image.open(BytesIO(content)) as sent:
        assert shown.tobytes() == sent.tobytes()
    refused(Api(world.stranger).get(_path(world, "a-cup.png")), 404, "not_found")


def test_the_same_picture_again_is_the_same_one_and_another_needs_another_name() -> None:
    world = World(images=0)
    api, content = Api(world.admin), picture()
    first = api.upload(_path(world), [("cup.png", content)]).json()
    with nothing_changes():
        assert api.upload(_path(world), [("Cup.png", content)]).json() == first
        response = api.upload(_path(world), [("cup.png", picture())])
        error = refused(response, 400, "invalid_images")
    message = "The guide has another picture “cup.png”. Rename the file, or remove that one first."
    assert (error["message"], error["details"]["files"]) == (
        message,
        [{"name": "cup.png", "code": "name_taken", "message": message}],
    )


def test_files_that_are_no_pictures_leave_nothing_behind() -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        files = [("a.gif", picture(kind="GIF")), ("b.svg", b"<svg/>")]
        error = refused(api.upload(_path(world), files), 400, "invalid_images")
        assert [each["code"] for each in error["details"]["files"]] == ["unsupported_format"] * 2
        assert error["message"] == "None of the 2 files could be used."
        assert refused_field(api.upload(_path(world), []), "files") == "Choose at least one picture."
        refused(api.post(_path(world), {}), 415, "unsupported_media_type")


def test_a_removed_picture_is_gone() -> None:
    world = World(images=0)
    api = Api(world.admin)
    api.upload(_path(world), [("cup.png", picture())])
    assert api.delete(_path(world, "cup.png")).status_code == 204
    with nothing_changes():
        refused(api.get(_path(world, "cup.png")), 404, "not_found")
        refused(api.delete(_path(world, "cup.png")), 404, "not_found")


@pytest.mark.parametrize(
    "name", ["nothing.png", "%00", "a%00.png", "%2e%2e", "..%2f..%2fx", "x" * 300, "CUP.PNG"]
)
def test_names_that_no_picture_has_are_not_found(name: str) -> None:
    world = World(images=0)
    api = Api(world.admin)
    api.upload(_path(world), [("cup.png", picture())])
    with nothing_changes():
        refused(api.get(_path(world, name)), 404, "not_found")


def test_a_guide_takes_so_many_pictures_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guide, "MAX_PICTURES", 1)
    world = World(images=0)
    api = Api(world.admin)
    api.upload(_path(world), [("one.png", picture())])
    with nothing_changes():
        error = refused(api.upload(_path(world), [("two.png", picture())]), 400, "invalid_images")
    assert error["details"]["files"][0]["code"] == "too_many_pictures"
    assert len(stored_files()) == 1


def test_the_guides_text_is_stored_as_written_up_to_its_limit_in_bytes() -> None:
    world = World(images=0)
    api, path = Api(world.admin), f"/projects/{world.project.pk}"
    text = "# Cups\n![a cup](cup.png)\n<script>alert(1)</script>\n"
    assert api.patch(path, {"guide": text}).json()["guide"] == text
    for full in ("x" * 100_000, "é" * 50_000):
        assert api.patch(path, {"guide": full}).json()["guide"] == full
    with nothing_changes():
        for long in ("x" * 100_001, "é" * 50_001):
            refused_field(api.patch(path, {"guide": long}), "guide")
