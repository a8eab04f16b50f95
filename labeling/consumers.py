"""The two sockets: a task's and a project's. They check the pass and call services."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from pydantic import ValidationError

from cardinal.accounts.models import User
from cardinal.api.errors import AWAY, invalid_fields
from cardinal.events.consumer import NO_SUCH_THING, NOT_A_MEMBER, EventConsumer, in_thread
from labeling.domain.allowance import Allowance
from labeling.domain.errors import Kind, Refused, not_found
from labeling.domain.people import initials
from labeling.selectors.access import annotation_get, project_get, task_get
from labeling.selectors.projects import project_shape
from labeling.selectors.shape import lease_shape, user_shape
from labeling.selectors.tasks import task_detail
from labeling.services.leases import lease_take
from labeling.services.opening import image_warm_request
from labeling.services.presence import Page, pointer_tell, presence_end, presence_keep
from labeling.services.previews import preview_request
from labeling.services.proposals import TOO_LATE, proposal_outcome, proposal_request
from labeling.services.records import asker_group, counts_group, project_group, task_group
from labeling.shapes import events, requests, workspace

logger = logging.getLogger(__name__)
EVENT_PATIENCE_S = 0.5
# How often a page is noted as there: well within the time after which it counts as gone.
PRESENCE_EVERY_S = 5.0
# An object counts as being worked on for this long after the page has last said so.
EDITING_S = 15.0
POINTERS_PER_S = 15
EDITINGS_PER_S = 5
PREVIEWS_PER_S = 10
UNKNOWN_FRAME = "Frames are of the type segment, preview, heartbeat, pointer or editing."
AWAY_MESSAGE = "The database or the broker is away for a moment. Nothing was changed; try again."


class PresentConsumer(EventConsumer):
    """A socket whose person the others on the same task see: who they are, their pointer, what they edit.

    Names come from the account, never from a frame. Nothing of it is kept in the database.
    """

    user: User
    task_id: int
    page: Page | None = None
    keeping: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Show who was let in to the others."""
        await super().connect()
        if self.recheck is None:
            return
        self.keeping_lock = asyncio.Lock()
        self.pointers, self.editings = Allowance(POINTERS_PER_S), Allowance(EDITINGS_PER_S)
        self.revision, self.said_editing_at = 0, 0.0
        self.page = Page(
            task_id=self.task_id,
            connection=uuid4().hex,
            user=user_shape(self.user),
            initials=initials(self.user.get_full_name() or self.user.username),
            since=timezone.now(),
        )
        await self._in_valkey(presence_keep, page=self.page, arriving=True)
        self.keeping = asyncio.create_task(self._keep_now_and_then())

    async def disconnect(self, code: int) -> None:
        """Say goodbye to the others."""
        if self.page is not None:
            # Behind whatever is under way: a page that is noted after its goodbye would stay for a while.
            async with self.keeping_lock:
                page, self.page = self.page, None
                await self._in_valkey(presence_end, page=page)
            if self.pointers.dropped or self.editings.dropped:
                dropped = self.pointers.dropped + self.editings.dropped
                logger.info("A page of user %s sent %s frames too many", self.user.pk, dropped)
        if self.keeping is not None:
            self.keeping.cancel()
        await super().disconnect(code)

    async def receive_pointer(self, frame: dict[str, Any]) -> None:
        """Pass a pointer on; what comes too fast is dropped, for the next one says more."""
        if self.page is None or not self.pointers.take(time.monotonic()):
            return
        pointer = events.PointerMoved(
            connection=self.page.connection,
            user=self.page.user,
            initials=self.page.initials,
            **workspace.PointerFrame.model_validate(frame).model_dump(exclude={"type"}),
        )
        # While Valkey is away, fifteen lines a second about it would help nobody.
        await self._in_valkey(pointer_tell, level=logging.DEBUG, task_id=self.task_id, pointer=pointer)

    async def receive_editing(self, frame: dict[str, Any]) -> None:
        """Note which object this page works on, so that others are warned before they change the same one."""
        if self.page is None or not self.editings.take(time.monotonic()):
            return
        object_id = workspace.EditingFrame.model_validate(frame).object_id
        if object_id is not None and object_id != self.page.editing:
            found = await in_thread(annotation_get)(
                user=self.user, annotation_id=object_id, action="annotate"
            )
            if found.task_id != self.task_id:
                raise not_found("annotation")
        self.said_editing_at = time.monotonic()
        if object_id != self.page.editing:
            since = None if object_id is None else timezone.now()
            await self._keep(replace(self.page, editing=object_id, editing_since=since))

    async def event_forward(self, message: dict[str, str]) -> None:
        """Send an event on, but for one's own pointer and for lists that were overtaken on their way."""
        text, page = message["text"], self.page
        if page and text.startswith(f'{{"type":"pointer.moved","connection":"{page.connection}"'):
            return
        if text.startswith('{"type":"presence.changed"'):
            presence = json.loads(text)
            if page is None or presence["revision"] <= self.revision:
                return
            self.revision = presence["revision"]
            message = {"text": json.dumps(presence | {"you": page.connection})}
        await super().event_forward(message)

    async def _keep_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(PRESENCE_EVERY_S)
            page = self.page
            if page is None:
                return
            if page.editing is not None and time.monotonic() - self.said_editing_at > EDITING_S:
                page = replace(page, editing=None, editing_since=None)
            await self._keep(page)

    async def _keep(self, page: Page) -> None:
        async with self.keeping_lock:
            if self.page is not None:
                self.page = page
                await self._in_valkey(presence_keep, page=page)

    async def _in_valkey(
        self, call: Callable[..., None], *, level: int = logging.WARNING, **given: object
    ) -> None:
        """Run a call that talks to Valkey beside the event loop.

        What is missed now is made good by the next one; clicks and objects go on meanwhile.
        """
        try:
            await asyncio.to_thread(call, **given)
        except Exception as error:
            logger.log(level, "Presence could not be told: %s", error)


class TaskConsumer(PresentConsumer):
    """`/ws/tasks/{id}`: clicks and heartbeats in, everything about the task out."""

    def __init__(self) -> None:
        super().__init__()
        self.deadlines: dict[str, asyncio.Task[None]] = {}
        # Questions whose end was read from the row because its event had not come; it may still come.
        self.told: set[str] = set()
        self.previews = Allowance(PREVIEWS_PER_S)

    async def admit(self) -> int | None:
        """Admit members of the project."""
        self.user: User = self.scope["user"]
        self.task_id: int = self.scope["url_route"]["kwargs"]["task_id"]
        try:
            task = await in_thread(task_get)(user=self.user, task_id=self.task_id, action="view")
        except Refused as error:
            return NO_SUCH_THING if error.kind is Kind.NOT_FOUND else NOT_A_MEMBER
        self.project_id = task.project_id
        return None

    async def group_names(self) -> list[str]:
        """The task's events, the answers to this person's clicks, and the project's progress."""
        return [
            task_group(self.task_id),
            asker_group(task_id=self.task_id, user_id=self.user.pk),
            counts_group(self.project_id),
        ]

    async def opening(self) -> str:
        """The task with its annotations."""
        frame: str = await in_thread(self._opening)()
        return frame

    def _opening(self) -> str:
        task = task_get(user=self.user, task_id=self.task_id, action="view")
        image_warm_request(image_id=task.image_id, project_id=task.project_id)
        return events.TaskOpened(task=task_detail(task=task)).model_dump_json()

    async def disconnect(self, code: int) -> None:
        """Leave the groups; deadlines go on with the periodic sweep."""
        for deadline in self.deadlines.values():
            deadline.cancel()
        await super().disconnect(code)

    async def receive_frame(self, frame: dict[str, Any]) -> None:
        """Carry out `segment`, `preview`, `heartbeat`, `pointer` or `editing`."""
        raw_id = frame.get("request_id")
        request_id = raw_id if isinstance(raw_id, str) else None
        try:
            if frame["type"] == "segment":
                await self._segment(requests.SegmentFrame.model_validate(frame))
            elif frame["type"] == "preview":
                await self._preview(requests.PreviewFrame.model_validate(frame))
            elif frame["type"] == "heartbeat":
                requests.Heartbeat.model_validate(frame)
                await self._heartbeat()
            elif frame["type"] == "pointer":
                await self.receive_pointer(frame)
            elif frame["type"] == "editing":
                await self.receive_editing(frame)
            else:
                await self.refuse_frame(request_id, "invalid", UNKNOWN_FRAME)
        except ValidationError as error:
            await self.refuse_frame(request_id, "invalid", invalid_fields(error).message)
        except Refused as error:
            await self.refuse_frame(request_id, error.code, error.message)
        except AWAY as error:
            logger.warning("A service is away: %s", error)
            await self.refuse_frame(request_id, "service_unavailable", AWAY_MESSAGE)

    async def _heartbeat(self) -> None:
        task = await in_thread(self._lease)()
        lease = lease_shape(task)
        if lease is not None:
            await self.send(text_data=events.LeaseRenewed(lease=lease).model_dump_json())

    def _lease(self) -> Any:  # noqa: ANN401 - a Task; the layers keep models out of here
        task_get(user=self.user, task_id=self.task_id, action="annotate")
        return lease_take(task_id=self.task_id, user=self.user)

    async def _segment(self, frame: requests.SegmentFrame) -> None:
        proposal = await in_thread(proposal_request)(
            task_id=self.task_id,
            requested_by=self.user,
            request_id=frame.request_id,
            points=frame.points,
            parent_id=frame.parent_proposal_id,
        )
        if frame.request_id not in self.deadlines:
            self.told.discard(frame.request_id)
            # One that has ended already is told by its event, and by this when the event does not come.
            delay = settings.SEGMENT_DEADLINE_S if proposal.status == "pending" else 0
            self.deadlines[frame.request_id] = asyncio.create_task(
                self._watch(request_id=frame.request_id, proposal_id=proposal.pk, delay=delay)
            )

    async def _preview(self, frame: requests.PreviewFrame) -> None:
        if self.previews.take(time.monotonic()):
            await in_thread(preview_request)(
                task_id=self.task_id,
                requested_by=self.user,
                request_id=frame.request_id,
                points=frame.points,
            )

    async def _watch(self, *, request_id: str, proposal_id: int, delay: float) -> None:
        """End the click when its time is over, whatever became of the worker, the broker or the database."""
        await asyncio.sleep(delay)
        event: events.ProposalReady | events.ProposalFailed
        try:
            event = await asyncio.wait_for(in_thread(proposal_outcome)(proposal_id=proposal_id), timeout=1)
        except Exception as error:
            logger.warning("A late click could not be closed: %s", error)
            event = events.ProposalFailed(
                request_id=request_id, code="segmentation_timeout", message=TOO_LATE
            )
        # The published event ends this wait; where it got lost, the asker hears of the end from here.
        await asyncio.sleep(EVENT_PATIENCE_S)
        # The register decides, not the cancellation: waiting for a thread can swallow one.
        if self.deadlines.get(request_id) is asyncio.current_task():
            del self.deadlines[request_id]
            self.told.add(request_id)
            await super().event_forward({"text": event.model_dump_json()})

    async def event_forward(self, message: dict[str, str]) -> None:
        """Send an event on; an answered click needs no deadline any more."""
        # A cheap look at the start of the text: masks are long, and only two types matter here.
        if message["text"].startswith('{"type":"proposal.'):
            request_id = json.loads(message["text"])["request_id"]
            if request_id in self.told:
                return
            deadline = self.deadlines.pop(request_id, None)
            if deadline is not None:
                deadline.cancel()
        await super().event_forward(message)


class NowhereConsumer(EventConsumer):
    """Every other address: closed with the code for "no such thing"."""

    async def admit(self) -> int | None:
        """Admit nobody."""
        return NO_SUCH_THING


class ProjectConsumer(EventConsumer):
    """`/ws/projects/{id}`: the project's progress, live."""

    async def admit(self) -> int | None:
        """Admit members of the project."""
        self.user: User = self.scope["user"]
        self.project_id: int = self.scope["url_route"]["kwargs"]["project_id"]
        try:
            await in_thread(project_get)(user=self.user, project_id=self.project_id, action="view")
        except Refused as error:
            return NO_SUCH_THING if error.kind is Kind.NOT_FOUND else NOT_A_MEMBER
        return None

    async def group_names(self) -> list[str]:
        """The project's events."""
        return [project_group(self.project_id), counts_group(self.project_id)]

    async def opening(self) -> str:
        """The project as this person sees it."""
        frame: str = await in_thread(self._opening)()
        return frame

    def _opening(self) -> str:
        project = project_get(user=self.user, project_id=self.project_id, action="view")
        return events.ProjectOpened(project=project_shape(project=project, user=self.user)).model_dump_json()
