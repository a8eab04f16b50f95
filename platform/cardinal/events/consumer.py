"""The doorman of every socket: checks the pass, forwards frames both ways, knows nothing of the domain."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

from channels.db import DatabaseSyncToAsync
from channels.generic.websocket import AsyncWebsocketConsumer

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

NOT_SIGNED_IN, NOT_A_MEMBER, NO_SUCH_THING, TRY_AGAIN = 4401, 4403, 4404, 4503
MAX_FRAME_CHARS = 64_000
RECHECK_S = 20


def in_thread(function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """Return `function` as a coroutine that works with the database in a thread of the process's pool.

    Channels' own default is one thread for all sockets together, in which a slow one holds up the others.
    """
    wrapped: Callable[P, Awaitable[T]] = DatabaseSyncToAsync(function, thread_sensitive=False)
    return wrapped


class EventConsumer(AsyncWebsocketConsumer):
    """A socket that joins groups, sends an opening frame and forwards published events.

    A subclass gives `admit` and `opening`, and `receive_frame` when the client may speak.
    """

    groups_joined: list[str]
    recheck: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Accept first, then judge: a browser shows the close code of an accepted socket alone."""
        self.groups_joined = []
        await self.accept()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.close(code=NOT_SIGNED_IN)
            return
        try:
            code = await self.admit()
            if code is not None:
                await self.close(code=code)
                return
            # Joined before the state is read: what changes in between arrives as an event, never gets lost.
            for group in await self.group_names():
                await self.channel_layer.group_add(group, self.channel_name)
                self.groups_joined.append(group)
            await self.send(text_data=await self.opening())
            self.recheck = asyncio.create_task(self._recheck_now_and_then())
        except Exception:
            logger.exception("A socket could not be opened")
            await self.close(code=TRY_AGAIN)

    async def disconnect(self, code: int) -> None:
        """Leave the groups."""
        if self.recheck is not None:
            self.recheck.cancel()
        for group in self.groups_joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Check that a frame is a JSON object of bounded size and hand it on."""
        if not self.groups_joined:
            return
        frame: Any = None
        if text_data is not None and len(text_data) <= MAX_FRAME_CHARS:
            try:
                frame = json.loads(text_data)
            except (ValueError, RecursionError):
                frame = None
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            await self.refuse_frame(None, "invalid", "A frame must be a JSON object with a type.")
            return
        await self.receive_frame(frame)

    async def event_forward(self, message: dict[str, str]) -> None:
        """Send a published event on. A client that has just left misses nothing: it gets fresh state."""
        with contextlib.suppress(RuntimeError, OSError):
            await self.send(text_data=message["text"])

    async def _recheck_now_and_then(self) -> None:
        """Close the socket of somebody who lost the right to it: no pass is for ever."""
        while True:
            await asyncio.sleep(RECHECK_S)
            try:
                code = await self.admit() if await self.is_still_active() else NOT_SIGNED_IN
            except Exception as error:
                logger.info("A socket could not be rechecked: %s", error)
                continue
            if code is not None:
                await self.close(code=code)
                return

    async def is_still_active(self) -> bool:
        """Return whether the account behind this socket may still be used."""
        user = self.scope["user"]
        active: bool = await in_thread(type(user).objects.filter(pk=user.pk, is_active=True).exists)()
        return active

    async def admit(self) -> int | None:
        """Return None to admit this user, or the code to close with."""
        raise NotImplementedError

    async def group_names(self) -> list[str]:
        """Return the groups whose events this socket gets."""
        raise NotImplementedError

    async def opening(self) -> str:
        """Return the first frame: the fresh state as JSON."""
        raise NotImplementedError

    async def receive_frame(self, frame: dict[str, Any]) -> None:
        """Carry out one frame of the client."""
        await self.refuse_frame(None, "invalid", "This socket takes no frames.")

    async def refuse_frame(self, request_id: str | None, code: str, message: str) -> None:
        """Answer that a frame could not be carried out."""
        await self.send(
            text_data=json.dumps(
                {"type": "error", "request_id": request_id, "code": code, "message": message}
            )
        )
