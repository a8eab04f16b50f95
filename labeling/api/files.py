"""Answering with stored files: cached by content, streamed without blocking the event loop."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from labeling.api.ranges import Unsatisfiable, asked_range
from labeling.domain.errors import Kind, Refused

BLOCK = 1 << 18
SMALL = 1 << 20
GONE = "This file is not in the storage any more. Tell an admin of this site."


def file_answer(
    request: Request, *, key: str, media_type: str, tag: str, download_name: str | None = None
) -> HttpResponse:
    """Return the stored file `key`, or the part that is asked for.

    `tag` names its content, so that a browser asks for it once and a broken download goes on where it ended.

    The type is ours, not the uploader's, and browsers are told not to guess another one.
    """
    etag = f'"{tag}"'
    headers = {"ETag": etag, "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache"}
    if download_name is None:
        headers["Cache-Control"] = "private, max-age=31536000, immutable"
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    else:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(download_name, safe='')}"
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    try:
        size = default_storage.size(key)
    except FileNotFoundError:
        raise Refused("not_found", GONE, kind=Kind.NOT_FOUND) from None
    headers["Accept-Ranges"] = "bytes"
    try:
        part = _part(request, etag=etag, size=size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    if part is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 200 if part is None else 206
    return _content(key, first, last - first + 1, content_type=media_type, headers=headers, status=status)


def _part(request: Request, *, etag: str, size: int) -> tuple[int, int] | None:
    header, condition = (request.headers.get(name, "") for name in ("Range", "If-Range"))
    return asked_range(header=header, condition=condition, etag=etag, size=size)


def _content(
    key: str, first: int, count: int, *, content_type: str, headers: dict[str, str], status: int
) -> HttpResponse:
    """Answer with `count` bytes of a file from the byte `first` on: few at once, many in blocks."""
    headers["Content-Length"] = str(count)
    if count <= SMALL:
        with default_storage.open(key, "rb") as file:
            file.seek(first)
            content = file.read(count)
        return HttpResponse(content, content_type=content_type, headers=headers, status=status)
    # A slow reader must not keep a database connection from others.
    if not connection.in_atomic_block:
        connection.close()
    blocks = _blocks(key, first, count)
    # StreamingHttpResponse is no HttpResponse for the type checker, and one for everybody else.
    return StreamingHttpResponse(blocks, content_type=content_type, headers=headers, status=status)  # type: ignore[return-value]


async def _blocks(key: str, first: int, left: int) -> AsyncIterator[bytes]:
    file = await sync_to_async(default_storage.open, thread_sensitive=False)(key, "rb")
    try:
        await sync_to_async(file.seek, thread_sensitive=False)(first)
        while left and (block := await sync_to_async(file.read, thread_sensitive=False)(min(BLOCK, left))):
            left -= len(block)
            yield block
    finally:
        await sync_to_async(file.close, thread_sensitive=False)()
