"""Model versions over HTTP: uploaded, chosen, renamed, downloaded."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from labeling.api.ranges import Unsatisfiable, asked_range
from labeling.models import ModelVersion
from tests.factories import World
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field
from tests.labeling.versions import BUNDLED, version_make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_an_upload_is_answered_before_anybody_has_looked_at_it() -> None:
    world = World(images=0)
    answer = Api(world.admin).form(
        f"/projects/{world.project.pk}/models", name="  Mine ", file=("mine.pth", b"weights")
    )
    version = ModelVersion.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {
        "id": version.pk,
        "project_id": world.project.pk,
        "number": 1,
        "name": "Mine",
        "origin": "uploaded",
        "state": "checking",
        "active": False,
        "archived": False,
        "parent_id": None,
        "run_id": None,
        "sha256": "",
        "identity": "",
        "architecture": "",
        "licence": "",
        "byte_size": 7,
        "held_out": None,
        "file_url": None,
        "card_url": None,
        "error": None,
        "created_by": {"id": world.admin.pk, "username": "admin"},
        "created_at": version.created_at.isoformat().replace("+00:00", "Z"),
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "Mine"}, "file"),
        ({"file": ("mine.pth", b"weights")}, "name"),
        ({"name": " ", "file": ("mine.pth", b"weights")}, "name"),
        ({"name": "x" * 101, "file": ("mine.pth", b"weights")}, "name"),
        ({"name": "Mine", "file": ("mine.zip", b"weights")}, "file"),
    ],
)
def test_a_form_that_cannot_be_used_names_its_field(fields: dict[str, object], field: str) -> None:
    world = World(images=0)
    with nothing_changes():
        refused_field(Api(world.admin).form(f"/projects/{world.project.pk}/models", **fields), field)


def test_json_is_no_upload() -> None:
    world = World(images=0)
    with nothing_changes():
        answer = Api(world.admin).post(f"/projects/{world.project.pk}/models", {"name": "Mine"})
        refused(answer, 415, "unsupported_media_type")


def test_an_admin_chooses_rolls_back_and_cannot_archive_what_serves() -> None:
    world = World(images=0)
    version = version_make(world)
    api, path = Api(world.admin), f"/projects/{world.project.pk}/active-model"
    chosen = api.put(path, {"version_id": version.pk, "pinned": True}).json()
    assert (chosen["active_id"], chosen["pinned"], chosen["results"][0]["active"]) == (version.pk, True, True)
    with nothing_changes():
        refused(api.patch(f"/models/{version.pk}", {"archived": True}), 409, "version_active")
    back = api.put(path, {"version_id": None}).json()
    assert (back["active_id"], back["pinned"], back["results"][0]["active"]) == (None, False, False)
    changed = api.patch(f"/models/{version.pk}", {"archived": True, "name": "Old"}).json()
    assert (changed["name"], changed["archived"], changed["active"]) == ("Old", True, False)
    with nothing_changes():
        error = refused(api.put(path, {"version_id": version.pk}), 409, "version_not_ready")
    assert error["details"] == {"state": "ready", "archived": True}
    with nothing_changes():
        refused_field(api.put(path, {}), "version_id")


def test_a_download_has_the_stored_bytes_and_goes_on_where_it_was_broken_off() -> None:
    world = World(images=0)
    version = version_make(world, weights=BUNDLED)
    api, path = Api(world.viewer), f"/models/{version.pk}/file"
    whole = api.get(path)
    content = b"".join(whole)
    assert content == BUNDLED.read_bytes()
    assert whole["Content-Disposition"] == "attachment; filename*=UTF-8''animals%20cells%20v1.safetensors"
    assert (whole["Accept-Ranges"], whole["ETag"]) == ("bytes", f'"{version.sha256}"')

    def part(asked: str, **headers: str) -> tuple[int, str, bytes]:
        answer = api.client.get(f"/api{path}", headers={**api.headers, "Range": asked, **headers})
        body = b"".join(answer) if answer.streaming else answer.content
        return answer.status_code, answer.headers.get("Content-Range", ""), body

    size = len(content)
    assert part("bytes=10-19") == (206, f"bytes 10-19/{size}", content[10:20])
    assert part("bytes=100-") == (206, f"bytes 100-{size - 1}/{size}", content[100:])
    assert part("bytes=-5", **{"If-Range": whole["ETag"]}) == (
        *(206, f"bytes {size - 5}-{size - 1}/{size}", content[-5:]),
    )
    assert part("bytes=10-19", **{"If-Range": '"other"'}) == (200, "", content)
    assert part(f"bytes={size}-") == (416, f"bytes */{size}", b"")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-0", (0, 0)),
        ("bytes=2-999", (2, 9)),
        ("bytes=-999", (0, 9)),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_parts_of_a_file_of_ten_bytes(header: str, expected: tuple[int, int] | None) -> None:
    assert asked_range(header=header, condition="", etag='"x"', size=10) == expected


@pytest.mark.parametrize(("header", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=-5", 0)])
def test_parts_that_no_file_has(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        asked_range(header=header, condition="", etag='"x"', size=size)


@pytest.mark.parametrize("state", ["checking", "refused"])
def test_what_cannot_be_loaded_has_neither_file_nor_card(state: str) -> None:
    world = World(images=0)
    version = version_make(world)
    ModelVersion.objects.update(state=state, error_code="weights_refused", error_message="No.")
    api = Api(world.admin)
    for kind in ("file", "card"):
        refused(api.get(f"/models/{version.pk}/{kind}"), 409, "version_not_ready")
    if state == "refused":
        assert api.get(f"/models/{version.pk}").json()["error"] == {
            "code": "weights_refused",
            "message": "No.",
        }


def test_a_card_is_markdown_that_no_browser_takes_for_a_page() -> None:
    world = World(images=0)
    version = version_make(world, "<script>")
    answer = Api(world.viewer).get(f"/models/{version.pk}/card")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.decode().startswith("# \\<script\\>\n")


def test_weights_that_are_gone_are_not_found() -> None:
    world = World(images=0)
    version = version_make(world)
    default_storage.delete(version.weights_key)
    refused(Api(world.viewer).get(f"/models/{version.pk}/file"), 404, "not_found")


def test_the_bound_of_a_weights_file_lets_the_published_ones_through(settings: Settings) -> None:
    # 48,910,849 float32 values, and what a checkpoint adds to them.
    assert django_settings.MAX_WEIGHTS_BYTES > 4 * 48_910_849 * 1.02
    assert Path(settings.MODEL_CACHE_ROOT).name == "models"
