"""The two sockets: a task's and a project's. They check the pass and call services."""

import asyncio
import json
import logging
from typing import Any

from django.conf import settings
from pydantic import ValidationError

from cardinal.accounts.models import User
from cardinal.api.errors import AWAY, invalid_fields
from cardinal.events.consumer import NO_SUCH_THING, NOT_A_MEMBER, EventConsumer, in_thread
from labeling.domain.errors import Kind, Refused
from labeling.selectors.access import project_get, task_get
from labeling.selectors.projects import project_shape
from labeling.selectors.shape import lease_shape
from labeling.selectors.tasks import task_detail
from labeling.services.leases import lease_take
from labeling.services.opening import image_warm_request
from labeling.services.proposals import TOO_LATE, proposal_outcome, proposal_request
from labeling.services.records import asker_group, counts_group, project_group, task_group
from labeling.shapes import events, requests

logger = logging.getLogger(__name__)
EVENT_PATIENCE_S = 0.5
AWAY_MESSAGE = "The database or the broker is away for a moment. Nothing was changed; try again."


class TaskConsumer(EventConsumer):
    """`/ws/tasks/{id}`: clicks and heartbeats in, everything about the task out."""

    def __init__(self) -> None:
        super().__init__()
        self.deadlines: dict[str, asyncio.Task[None]] = {}
        # Questions whose end was read from the row because its event had not come; it may still come.
        self.told: set[str] = set()

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
        image_warm_request(image_id=task.image_id)
        return events.TaskOpened(task=task_detail(task=task)).model_dump_json()

    async def disconnect(self, code: int) -> None:
        """Leave the groups; deadlines go on with the periodic sweep."""
        for deadline in self.deadlines.values():
            deadline.cancel()
        await super().disconnect(code)

    async def receive_frame(self, frame: dict[str, Any]) -> None:
        """Carry out `segment` or `heartbeat`."""
        raw_id = frame.get("request_id")
        request_id = raw_id if isinstance(raw_id, str) else None
        try:
            if frame["type"] == "segment":
                await self._segment(requests.SegmentFrame.model_validate(frame))
            elif frame["type"] == "heartbeat":
                requests.Heartbeat.model_validate(frame)
                await self._heartbeat()
            else:
                await self.refuse_frame(request_id, "invalid", "Frames are of the type segment or heartbeat.")
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
