"""Answering with stored files: cached by content, streamed without blocking the event loop."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from labeling.domain.errors import Kind, Refused

BLOCK = 1 << 18
SMALL = 1 << 20
GONE = "This file is not in the storage any more. Tell an admin of this site."


def file_answer(
    request: Request, *, key: str, media_type: str, tag: str, download_name: str | None = None
) -> HttpResponse:
    """Return the stored file `key`. `tag` names its content, so a browser asks for it once.

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
    headers["Content-Length"] = str(size)
    if size <= SMALL:
        with default_storage.open(key, "rb") as file:
            return HttpResponse(file.read(), content_type=media_type, headers=headers)
    # A slow reader must not keep a database connection from others.
    if not connection.in_atomic_block:
        connection.close()
    # StreamingHttpResponse is no HttpResponse for the type checker, and one for everybody else.
    return StreamingHttpResponse(_blocks(key), content_type=media_type, headers=headers)  # type: ignore[return-value]


async def _blocks(key: str) -> AsyncIterator[bytes]:
    file = await sync_to_async(default_storage.open, thread_sensitive=False)(key, "rb")
    try:
        while block := await sync_to_async(file.read, thread_sensitive=False)(BLOCK):
            yield block
    finally:
        await sync_to_async(file.close, thread_sensitive=False)()
