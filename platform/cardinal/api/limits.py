"""A bound on request bodies, kept before anything of them is stored."""

import json
import re
from typing import Any

IMAGES = re.compile(r"^/api/datasets/[0-9]+/images$")
WEIGHTS = re.compile(r"^/api/projects/[0-9]+/models$")
IMPORTS = re.compile(r"^/api/projects/[0-9]+/imports$")
UPLOAD_BYTES = 256 * 2**20
# A little more than the file may have, for what a form puts round it.
WEIGHTS_BYTES = 301 * 2**20
IMPORT_BYTES = 2**32 + 2**20
OTHER_BYTES = 32 * 2**20
REFUSAL = json.dumps(
    {
        "error": {
            "code": "too_large",
            "message": "The request is too large. Send fewer or smaller files at a time.",
            "details": {},
        }
    }
).encode()


class BodyLimit:
    """ASGI middleware: answers 413 to a body that is announced or turns out to be too large."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - ASGI's own callables
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401
        """Pass the request on with a counted body."""
        limit = _limit(scope["path"])
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > limit:
            await _refuse(send)
            return
        received, refused = 0, False

        async def counted() -> dict[str, Any]:
            nonlocal received, refused
            message: dict[str, Any] = await receive()
            received += len(message.get("body", b""))
            if received > limit and not refused:
                refused = True
                await _refuse(send)
            # For the application the client has left: it stores nothing and answers nobody.
            return {"type": "http.disconnect"} if refused else message

        async def guarded(message: dict[str, Any]) -> None:
            if not refused:
                await send(message)

        await self.app(scope, counted, guarded)


def _limit(path: str) -> int:
    limits = ((IMAGES, UPLOAD_BYTES), (WEIGHTS, WEIGHTS_BYTES), (IMPORTS, IMPORT_BYTES))
    return next((limit for paths, limit in limits if paths.match(path)), OTHER_BYTES)


async def _refuse(send: Any) -> None:  # noqa: ANN401
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": REFUSAL})
