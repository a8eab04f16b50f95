"""Requests that are no requests: one clear error in the one shape, and nothing half-stored."""

import pytest
from django.test import Client

from labeling.services.leases import lease_take
from tests.factories import World
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _points(*pairs: tuple[float, float]) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in pairs]


FOUR = _points((10, 20), (22, 12), (40, 25), (24, 36))


@pytest.mark.parametrize(
    ("points", "code", "message", "details"),
    [
        (
            FOUR[:3],
            "too_few_points",
            "An object needs its 4 extreme points, but 3 came. Click its left, top, right and bottom.",
            {"count": 3},
        ),
        (
            [],
            "too_few_points",
            "An object needs its 4 extreme points, but 0 came. Click its left, top, right and bottom.",
            {"count": 0},
        ),
        (
            [*FOUR[:3], {"x": 64, "y": 20}],
            "points_outside_image",
            "Point 4 at (64, 20) lies outside the image, which ends at (63, 47). Move it onto the image.",
            {"index": 3},
        ),
        (
            [{"x": -1, "y": 20}, *FOUR[1:]],
            "points_outside_image",
            "Point 1 at (-1, 20) lies outside the image, which ends at (63, 47). Move it onto the image.",
            {"index": 0},
        ),
        (
            _points((20, 20)) * 4,
            "points_degenerate",
            "The four extreme points span less than 2 pixels; an object has to be at least 2 pixels wide. "
            "Zoom in and click its left, top, right and bottom.",
            {},
        ),
        (
            FOUR * 9,
            "too_many_points",
            "36 points are too many; 32 is the limit. Delete the object and click it again.",
            {"count": 36},
        ),
    ],
)
def test_clicks_that_no_model_should_see(
    points: list[dict[str, float]], code: str, message: str, details: dict[str, int]
) -> None:
    world = World(images=1)
    api = Api(world.annotator)
    with nothing_changes():
        error = refused(api.post(f"/tasks/{world.tasks[0].pk}/segment", {"points": points}), 400, code)
    assert (error["message"], error["details"]) == (message, details)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    world = World(images=1)
    api = Api(world.annotator)
    raw = '{"points": [{"x": 10, "y": 20}, {"x": 22, "y": %s}, {"x": 40, "y": 25}, {"x": 24, "y": 36}]}'
    with nothing_changes():
        path = f"/tasks/{world.tasks[0].pk}/segment"
        error = refused(api.post(path, raw=raw % number), 400, "points_not_finite")
    assert error["details"] == {"index": 1}
    assert error["message"] == "The y of point 2 is not a finite number. Send numbers in image pixels."


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"points": "here"}, "points"),
        ({"points": [{"x": 1}] * 4}, "points.0.y"),
        ({"points": [{"x": "left", "y": 1}] * 4}, "points.0.x"),
        ({"points": [[1, 2]] * 4}, "points.0"),
        ({"points": [{"x": 1, "y": 2, "z": 3}] * 4}, "points.0.z"),
        ({"points": FOUR * 300}, "points"),
        ({"request_id": ""}, "request_id"),
        ({"request_id": "x" * 65}, "request_id"),
        ({"request_id": "a b"}, "request_id"),
        ({"request_id": "a\0"}, "request_id"),
        ({"request_id": "a\n"}, "request_id"),
        ({"request_id": 7}, "request_id"),
        ({"parent_proposal_id": 0}, "parent_proposal_id"),
        ({"parent_proposal_id": 123456}, "parent_proposal_id"),
        ({"model": "mine"}, "model"),
    ],
)
def test_a_bad_question_to_the_model_is_refused_by_its_field(change: dict[str, object], field: str) -> None:
    world = World(images=1)
    api = Api(world.annotator)
    with nothing_changes():
        body = {"points": FOUR} | change
        response = api.post(f"/tasks/{world.tasks[0].pk}/segment", body)
        error = refused(response, 400, "invalid")
    assert next(iter(error["details"]["fields"])) == field


def test_somebody_elses_task_takes_no_clicks() -> None:
    world = World(images=1)
    lease_take(task_id=world.tasks[0].pk, user=world.reviewer)
    api = Api(world.annotator)
    with nothing_changes():
        response = api.post(f"/tasks/{world.tasks[0].pk}/segment", {"points": FOUR})
        error = refused(response, 409, "lease_held")
    assert error["details"]["holder"]["username"] == "reviewer"


@pytest.mark.parametrize(
    "raw",
    [
        " ",
        "null",
        "[]",
        "7",
        '"name"',
        "{",
        '{"name": "x"',
        "{'name': 'x'}",
        '{"name": "x"}}',
        "\x00",
        "{}" * 2,
    ],
)
def test_a_body_that_is_no_json_object_is_refused(raw: str) -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        error = refused(api.post("/datasets", raw=raw), 400, "invalid")
    assert list(error["details"]["fields"]) == ["body"]


@pytest.mark.parametrize(
    "raw", [b'{"name": "\xff"}', b'{"name": "\\ud800"}', b"[" * 100_000, b"\xef\xbb\xbf{}", b'{"a":' * 5000]
)
def test_bytes_that_are_no_text_are_refused(raw: bytes) -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        refused(api.post("/datasets", raw=raw), 400, "invalid")


def test_an_unknown_field_is_refused_by_its_name() -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        refused_field(api.post("/datasets", {"name": "x", "owner": 1}), "owner")
        refused_field(api.patch(f"/projects/{world.project.pk}", {"title": "x"}), "title")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "text/json"])
def test_only_json_is_taken(content_type: str) -> None:
    world = World(images=0)
    with nothing_changes():
        response = Client().generic(
            "POST",
            "/api/datasets",
            b'{"name": "x"}',
            content_type=content_type,
            headers=Api(world.admin).headers,
        )
        error = refused(response, 415, "unsupported_media_type")
    assert error["message"] == "Send JSON with Content-Type: application/json."


def test_a_charset_beside_the_content_type_is_no_harm() -> None:
    world = World(images=0)
    response = Client().generic(
        "POST",
        "/api/datasets",
        '{"name": "чашки"}'.encode(),
        content_type="application/json; charset=utf-8",
        headers=Api(world.admin).headers,
    )
    assert (response.status_code, response.json()["name"]) == (201, "чашки")


def test_a_body_beyond_the_limit_is_refused() -> None:
    world = World(images=1)
    raw = b'{"label_id": 1, "mask": {"size": [48, 64], "counts": "' + b"0" * (33 * 2**20) + b'"}}'
    api = Api(world.annotator)
    with nothing_changes():
        refused(api.post(f"/tasks/{world.tasks[0].pk}/annotations", raw=raw), 413, "too_large")


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**40])
def test_numbers_of_things_that_are_not_there(number: int) -> None:
    world = World(images=1)
    api = Api(world.admin)
    with nothing_changes():
        for answer in (
            api.get(f"/datasets/{number}"),
            api.get(f"/datasets/{number}/images"),
            api.upload(f"/datasets/{number}/images", [("a.png", b"x")]),
            api.get(f"/images/{number}/file"),
            api.get(f"/projects/{number}"),
            api.get(f"/projects/{number}/tasks/next"),
            api.patch(f"/labels/{number}", {"name": "x"}),
            api.get(f"/tasks/{number}"),
            api.post(f"/tasks/{number}/lease"),
            api.post(f"/tasks/{number}/submit"),
            api.post(f"/tasks/{number}/skip", {"reason": "unclear"}),
            api.post(f"/tasks/{number}/unflag"),
            api.post(f"/tasks/{number}/comments", {"text": "x", "x": 1, "y": 1}),
            api.patch(f"/comments/{number}", {"version": 1}),
            api.get(f"/projects/{number}/guide/pictures"),
            api.post(f"/tasks/{number}/segment", {"points": FOUR}),
            api.post(
                f"/tasks/{number}/annotations",
                {"label_id": world.labels[0].pk, "mask": {"size": [48, 64], "counts": "0"}},
            ),
            api.patch(f"/annotations/{number}", {"version": 1}),
            api.get(f"/exports/{number}"),
            api.post(f"/exports/{number}/cancel"),
        ):
            refused(answer, 404, "not_found")


@pytest.mark.parametrize(
    "address", ["/tasks/-1", "/tasks/x", "/tasks/1.0", "/tasks/%00", "/nothing", "/tasks/" + "9" * 9999]
)
def test_addresses_that_are_none(address: str) -> None:
    world = World(images=0)
    error = refused(Api(world.admin).get(address), 404, "not_found")
    assert error["message"] == "There is nothing at this address."


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1.5", "٣", "1e2", " 1", "9" * 40, "\0"])
def test_a_page_size_beyond_reason_is_refused(limit: str) -> None:
    world = World(images=0)
    message = refused_field(
        Api(world.viewer).get(f"/projects/{world.project.pk}/tasks", limit=limit), "limit"
    )
    assert message == "The limit must be a whole number from 1 to 200."


@pytest.mark.parametrize("cursor", ["-1", "x", "9223372036854775808", "1.5", "\0", "½"])
def test_a_cursor_that_nobody_gave_out_is_refused(cursor: str) -> None:
    world = World(images=0)
    api = Api(world.admin)
    for path in ("/datasets", "/projects", f"/projects/{world.project.pk}/tasks"):
        refused_field(api.get(path, cursor=cursor), "cursor")


def test_a_cursor_behind_everything_gives_an_empty_page() -> None:
    world = World(images=1)
    api = Api(world.admin)
    beyond = 2**63 - 1
    for path in (f"/projects/{world.project.pk}/tasks", f"/datasets/{world.dataset.pk}/images"):
        page = api.get(path, cursor=beyond).json()
        assert (page["results"], page["next"]) == ([], None)


@pytest.mark.parametrize("state", ["done", "OPEN", "\0", "open'--", "x" * 5000])
def test_a_state_that_is_none_is_refused(state: str) -> None:
    world = World(images=0)
    message = refused_field(
        Api(world.viewer).get(f"/projects/{world.project.pk}/tasks", state=state), "state"
    )
    known = "open, submitted, changes_requested, accepted, skipped, in_progress"
    assert message == f"The state must be one of {known}."


def test_a_method_that_an_address_does_not_take() -> None:
    world = World(images=1)
    for method, path in (("PUT", "/datasets"), ("DELETE", "/projects/1"), ("PATCH", "/tasks/1")):
        with nothing_changes():
            refused(Api(world.admin).send(method, path, {}), 405, "method_not_allowed")
