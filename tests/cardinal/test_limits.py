"""Bodies are bounded before anything of them is kept."""

import json
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from cardinal.api import limits
from cardinal.api.limits import BodyLimit

Seen = list[dict[str, Any]]


def _app(seen: Seen) -> BodyLimit:
    async def inner(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401
        while True:
            message = await receive()
            seen.append(message)
            if message["type"] == "http.disconnect":
                return
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    return BodyLimit(inner)


async def _ask(
    app: BodyLimit, parts: list[bytes], path: str = "/api/datasets", length: str | None = None
) -> Any:  # noqa: ANN401
    headers = [] if length is None else [(b"content-length", length.encode())]
    line = ApplicationCommunicator(app, {"type": "http", "path": path, "headers": headers})
    for number, part in enumerate(parts, start=1):
        await line.send_input({"type": "http.request", "body": part, "more_body": number < len(parts)})
    start = await line.receive_output(timeout=5)
    body = await line.receive_output(timeout=5)
    assert await line.receive_nothing()
    return start["status"], body["body"]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OTHER_BYTES", 10)
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 20)


def _is_refusal(answer: tuple[int, bytes]) -> bool:
    return answer[0] == 413 and json.loads(answer[1])["error"]["code"] == "too_large"


async def test_a_body_within_the_limit_goes_through() -> None:
    seen: Seen = []
    assert await _ask(_app(seen), [b"12345", b"67890"], length="10") == (200, b"done")
    assert b"".join(message["body"] for message in seen) == b"1234567890"


@pytest.mark.parametrize("length", ["11", "99999999999999999999", "-1", "x", "1e1"])
async def test_a_body_that_is_announced_too_large_is_never_read(length: str) -> None:
    seen: Seen = []
    assert _is_refusal(await _ask(_app(seen), [b"x"], length=length))
    assert seen == []


async def test_a_body_that_turns_out_too_large_ends_as_if_its_sender_had_left() -> None:
    seen: Seen = []
    assert _is_refusal(await _ask(_app(seen), [b"123456", b"789012", b"3"]))
    assert [message["type"] for message in seen] == ["http.request", "http.disconnect"]


async def test_uploads_may_be_larger_at_their_own_address_alone() -> None:
    body = [b"x" * 20]
    assert await _ask(_app([]), body, path="/api/datasets/7/images") == (200, b"done")
    for path in (
        "/api/datasets/7/images/",
        "/api/datasets/x/images",
        "/api/datasets/7/images/9",
        "/api/tasks/7",
    ):
        assert _is_refusal(await _ask(_app([]), body, path=path))
    assert _is_refusal(await _ask(_app([]), [b"x" * 21], path="/api/datasets/7/images"))


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/projects/3/imports", "MAX_IMPORT_BYTES"),
        ("/api/projects/3/models", "MAX_WEIGHTS_BYTES"),
        ("/api/projects/3/prelabels", "MAX_DETECTIONS_BYTES"),
        ("/api/datasets/3/images", "MAX_UPLOAD_BYTES"),
    ],
)
async def test_the_largest_file_that_is_taken_fits_into_a_body(
    path: str, most: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    # What a form puts round a file is less than this.
    assert limits._limit(path) >= getattr(settings, most) + 10_000
    assert limits._limit(f"{path}/more") == limits.OTHER_BYTES
