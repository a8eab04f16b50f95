"""Talking to the sockets in tests: the real application, the real channel layer."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from rest_framework.authtoken.models import Token

from cardinal.accounts.models import User
from cardinal.asgi import application

P = ParamSpec("P")
Result = TypeVar("Result")
PATIENCE_S = 10


async def do(call: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Run something that uses the database beside the event loop."""
    return await database_sync_to_async(call)(*args, **kwargs)


class Socket:
    """One connection, from its opening frame on.

    It speaks ASGI itself: the communicator of channels keeps database connections open, here as many as the
    application has threads.
    """

    def __init__(self, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": headers,
            "subprotocols": [],
        }
        self._line = ApplicationCommunicator(application, scope)

    async def connect(self) -> bool:
        """Return whether the server accepted."""
        await self._line.send_input({"type": "websocket.connect"})
        message = await self._line.receive_output(timeout=PATIENCE_S)
        return bool(message["type"] == "websocket.accept")

    async def send(self, frame: object = None, *, text: str | None = None, data: bytes | None = None) -> None:
        """Send a frame as JSON, or text or bytes as they are."""
        content: dict[str, object] = {"text": json.dumps(frame) if text is None else text}
        if data is not None:
            content = {"bytes": data}
        await self._line.send_input({"type": "websocket.receive", **content})

    async def receive(self) -> dict[str, Any]:
        """Return the next frame."""
        message = await self._line.receive_output(timeout=PATIENCE_S)
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])  # type: ignore[no-any-return]

    async def receive_until(self, *kinds: str) -> list[dict[str, Any]]:
        """Return frames up to the first one of each of these types, in any order."""
        missing, frames = set(kinds), []
        while missing:
            frames.append(await self.receive())
            missing.discard(frames[-1]["type"])
        return frames

    async def answer(self) -> dict[str, Any]:
        """Return the next frame that answers one of ours, past what is told to everybody."""
        while True:
            frame = await self.receive()
            if frame["type"] in {"error", "lease.renewed", "proposal.ready", "proposal.failed"}:
                return frame

    async def is_silent(self) -> bool:
        """Return whether nothing comes any more."""
        return bool(await self._line.receive_nothing(timeout=0.2))

    async def close_code(self) -> int:
        """Wait until the server closes, and return why."""
        while True:
            message = await self._line.receive_output(timeout=PATIENCE_S)
            if message["type"] == "websocket.close":
                return int(message["code"])

    async def leave(self) -> None:
        """Close from this side and wait until the server has cleared up."""
        await self._line.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._line.wait(timeout=PATIENCE_S)


async def pass_of(user: User) -> list[tuple[bytes, bytes]]:
    """Return the headers of a script that holds this user's token."""
    token, _ = await do(Token.objects.get_or_create, user=user)
    return [(b"authorization", f"Token {token.key}".encode())]


@asynccontextmanager
async def opened(path: str, user: User) -> AsyncIterator[tuple[Socket, dict[str, Any]]]:
    """Open a socket; give it and its opening frame. On a task, its own arrival has been told already."""
    socket = Socket(path, await pass_of(user))
    assert await socket.connect()
    try:
        opening = await socket.receive()
        if opening["type"] == "task.opened":
            await socket.receive_until("presence.changed")
        yield socket, opening
    finally:
        await socket.leave()
