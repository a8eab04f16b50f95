"""Serving stored files: cached by content, never guessed at, never half."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image as PillowImage

from labeling.models import Export
from labeling.services.exports import export_request, export_run
from labeling.services.projects import project_change
from tests.factories import World, picture
from tests.labeling.helpers import Api, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_an_image_is_served_as_it_was_stored_and_may_be_kept_for_ever() -> None:
    world = World(images=0)
    content = picture(40, 30)
    api = Api(world.admin)
    image = api.upload(f"/datasets/{world.dataset.pk}/images", [("cup.png", content)]).json()["images"][0]
    answer = Api(world.viewer).client.get(image["file_url"], headers=Api(world.viewer).headers)
    assert answer.content == content
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Length"] == str(len(content))
    assert answer["ETag"] == f'"{image["sha256"]}"'
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_who_has_the_image_already_gets_no_second_copy() -> None:
    world = World(images=1)
    api, path = Api(world.viewer), f"/images/{world.picture.pk}/file"
    tag = api.get(path)["ETag"]
    again = api.client.get(f"/api{path}", headers={**api.headers, "If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    other = api.client.get(f"/api{path}", headers={**api.headers, "If-None-Match": '"other"'})
    assert other.status_code == 200
    stranger = Api(world.stranger)
    hidden = stranger.client.get(f"/api{path}", headers={**stranger.headers, "If-None-Match": tag})
    refused(hidden, 404, "not_found")


def test_a_thumbnail_is_small_and_has_the_pictures_form() -> None:
    world = World(images=0)
    Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", [("wide.png", picture(640, 100))])
    answer = Api(world.viewer).get(f"/images/{world.picture.pk}/thumbnail")
    assert answer["Content-Type"] == "image/jpeg"
    assert PillowImage.open(BytesIO(answer.content)).size == (320, 50)
    assert answer["ETag"] == f'"{world.picture.sha256}-thumbnail"'


def test_a_large_image_is_streamed_whole() -> None:
    world = World(images=0)
    content = picture(1000, 500)
    assert len(content) > 1 << 20
    Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", [("large.png", content)])
    answer = Api(world.viewer).get(f"/images/{world.picture.pk}/file")
    assert answer.streaming
    assert answer["Content-Length"] == str(len(content))
    assert b"".join(answer) == content


def test_an_export_keeps_any_projects_name_without_breaking_the_header() -> None:
    world = World(images=0)
    name = 'кот "Мурка"\r\nSet-Cookie: x=1; /..\\'
    project_change(project=world.project, name=name, guide=None, changed_by=world.admin)
    export_run(
        export_id=export_request(project=world.project, format_name="coco", requested_by=world.admin).pk
    )
    answer = Api(world.admin).get(f"/exports/{Export.objects.get().pk}/file")
    assert answer["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%D0%BA%D0%BE%D1%82%20%22%D0%9C%D1%83%D1%80%D0%BA%D0%B0%22%0D%0A"
        f"Set-Cookie%3A%20x%3D1%3B%20%2F..%5C%20coco%20{Export.objects.get().pk}.zip"
    )
    assert "Set-Cookie" not in answer.headers
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_file_that_is_gone_is_not_found() -> None:
    world = World(images=1)
    default_storage.delete(world.picture.display_key)
    error = refused(Api(world.viewer).get(f"/images/{world.picture.pk}/file"), 404, "not_found")
    assert error["message"] == "This file is not in the storage any more. Tell an admin of this site."
