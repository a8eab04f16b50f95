"""Previews: what the model would make of clicks that are not all made yet, kept nowhere, told to the asker.

A question waits in Valkey, one for each person and task, and the newest replaces the one before it. The queue
takes clicks first: at most one preview, the one that the model is at, is before a click.
"""

import json
import logging
from dataclasses import dataclass

from cardinal.accounts.models import User
from cardinal.celery import app
from cardinal.events.publish import broker, publish_now
from labeling.domain.points import validate_points
from labeling.domain.roles import role_permits
from labeling.domain.task_states import ensure_editable
from labeling.selectors.access import ensure_permitted, task_get
from labeling.services.leases import ensure_free_for
from labeling.services.records import asker_group
from labeling.shapes import events
from labeling.shapes.objects import Mask
from labeling.shapes.requests import Click

logger = logging.getLogger(__name__)

# Nobody waits for a preview longer than this: the pointer is elsewhere by then.
KEPT_S = 2
# Kombu's Redis queues take 0 first and 9 last; clicks have 0.
LAST = 9


@dataclass(frozen=True)
class Question:
    """A preview that is asked for: its name, and points in pixels of the upright image."""

    request_id: str
    points: list[tuple[float, float]]


def preview_request(*, task_id: int, requested_by: User, request_id: str, points: list[Click]) -> None:
    """Ask a worker for a preview, instead of the one that this person asked for before.

    Raises `Refused`: `not_found`, `not_allowed`, `task_not_editable`, `lease_held`, or what is wrong with
    the points.
    """
    task = task_get(user=requested_by, task_id=task_id, action="annotate")
    role = ensure_permitted(user=requested_by, project_id=task.project_id, action="annotate", what="task")
    ensure_editable(task.state, may_review=role_permits(role, "review"))
    ensure_free_for(task, user=requested_by)
    clicks = validate_points(points, task.image.width, task.image.height)
    question = {"request_id": request_id, "points": [(click.x, click.y) for click in clicks]}
    broker().set(_key(task_id, requested_by.pk), json.dumps(question), ex=KEPT_S)
    app.send_task(
        "labeling.tasks.preview_segment",
        args=[task_id, requested_by.pk],
        queue="segment",
        priority=LAST,
        expires=KEPT_S,
        retry=False,
    )


def preview_take(*, task_id: int, user_id: int) -> Question | None:
    """Return the newest question of this person, once; None when it was taken or nobody waits any more."""
    text = broker().getdel(_key(task_id, user_id))
    if text is None:
        return None
    found = json.loads(text)
    return Question(request_id=found["request_id"], points=[(x, y) for x, y in found["points"]])


def preview_tell(*, task_id: int, user_id: int, request_id: str, mask: Mask | None) -> None:
    """Tell the asker the mask, or with None that there is none."""
    event = events.PreviewReady(request_id=request_id, mask=mask)
    publish_now(groups=[asker_group(task_id=task_id, user_id=user_id)], event=event)


def _key(task_id: int, user_id: int) -> str:
    return f"cardinal:preview:{task_id}:{user_id}"
