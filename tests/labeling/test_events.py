"""Old state + events = fresh state, for whatever can happen; and every event fits the published schema."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any, TypeAlias

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from cardinal.settings.environment import ROOT
from labeling.models import Export, Task
from labeling.services import exports
from labeling.services.annotations import annotation_change
from labeling.services.datasets import UploadFile, dataset_create, images_upload
from labeling.services.leases import lease_release, lease_take, task_next
from labeling.services.projects import member_remove, member_set, project_change
from labeling.services.proposals import proposal_fail
from labeling.services.tasks import task_accept, task_request_changes, task_submit
from labeling.shapes.requests import AnnotationChange
from tests.factories import CLICKS, World, picture, proposal_make, rectangle
from tests.labeling.happenings import AROUND_THE_OBJECTS
from tests.labeling.helpers import Api
from tests.labeling.label_happenings import WITH_LABELS
from tests.labeling.model_happenings import WITH_MODELS
from tests.labeling.object_happenings import WITH_OBJECTS
from tests.labeling.run_happenings import WITH_RUNS
from tests.labeling.sockets import Socket, do, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]

State: TypeAlias = dict[str, Any]
Happening: TypeAlias = Callable[[World], object]
SCHEMA = json.loads((ROOT / "events.schema.json").read_text())


def _validator(root: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{root}", "$defs": SCHEMA["$defs"]})


VALIDATORS = {"/ws/tasks": _validator("TaskSocketEvent"), "/ws/projects": _validator("ProjectSocketEvent")}


def apply_to_task(state: State, event: State) -> State:
    """Do what a client does that has a task open."""
    kind = event["type"]
    if kind == "task.opened":
        return event["task"] | {name: state.get(name) for name in ("counts", "labels")}
    if kind == "task.changed":
        review = event["last_review"] or state["last_review"]
        return state | event["task"] | {"last_review": review}
    if kind == "annotation.changed":
        rows = _with_newer(state["annotations"], event["annotation"])
        return state | {"annotations": [row for row in rows if not row["deleted"]]}
    if kind == "comment.changed":
        return state | {"comments": _with_newer(state["comments"], event["comment"])}
    # Who looks on is no state of the task, and has tests of its own.
    parts = {"lease.renewed": ["lease"], "project.changed": ["counts"], "presence.changed": []}
    # Labels are the project's, and of each task that is open in it.
    parts |= {"labels.changed": ["labels"]}
    if kind in parts:
        return state | {part: event[part] for part in parts[kind]}
    raise AssertionError(f"{kind} belongs into no state")


def _with_newer(rows: list[State], changed: State) -> list[State]:
    known = {row["id"]: row for row in rows}
    if changed["id"] not in known or known[changed["id"]]["version"] < changed["version"]:
        known[changed["id"]] = changed
    return [known[key] for key in sorted(known)]


def apply_to_project(state: State, event: State) -> State:
    """Do what a client does that has a project open: its counts, its tasks, its exports."""
    kind = event["type"]
    parts = {"project.changed": "counts", "labels.changed": "labels", "models.changed": "models"}
    if kind in parts:
        return state | {parts[kind]: event[parts[kind]]}
    if kind == "task.changed":
        return state | {"tasks": state["tasks"] | {event["task"]["id"]: event["task"]}}
    if kind == "export.changed":
        return state | {"exports": state["exports"] | {event["export"]["id"]: event["export"]}}
    if kind == "prelabelling.changed":
        row = event["prelabelling"]
        return state | {"prelabels": state["prelabels"] | {row["id"]: row}}
    if kind == "training_run.changed":
        return state | {"runs": state["runs"] | {event["run"]["id"]: event["run"]}}
    raise AssertionError(f"{kind} belongs into no state")


def _submitted(world: World) -> None:
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)


def _change(world: World, **change: object) -> None:
    annotation = world.tasks[0].annotations.order_by("pk")[0]
    annotation_change(
        annotation_id=annotation.pk,
        task_id=annotation.task_id,
        change=AnnotationChange(version=annotation.version, **change),  # type: ignore[arg-type]
        changed_by=world.annotator,
    )


def _half_over(world: World) -> None:
    Task.objects.update(lease_expires_at=timezone.now() + timedelta(seconds=30))


def _lease(world: World) -> None:
    lease_take(task_id=world.tasks[0].pk, user=world.annotator)


def _heartbeat_later(world: World) -> None:
    _half_over(world)
    _lease(world)


def _second(world: World) -> None:
    lease_take(task_id=world.tasks[1].pk, user=world.annotator)


def _run_export(world: World) -> None:
    export = exports.export_request(project=world.project, format_name="coco", requested_by=world.admin)
    exports.export_run(export_id=export.pk)


def _cancel_export(world: World) -> None:
    exports.export_cancel(export=Export.objects.get(), cancelled_by=world.admin)


def _upload(world: World) -> None:
    files = [UploadFile(f"{number}.png", BytesIO(picture())) for number in range(2)]
    images_upload(dataset=world.dataset, files=files, uploaded_by=world.admin)


def _attach(world: World) -> None:
    dataset = dataset_create(name="more", created_by=world.admin)
    images_upload(dataset=dataset, files=[UploadFile("m.png", BytesIO(picture()))], uploaded_by=world.admin)
    ids = [world.dataset.pk, dataset.pk]
    project_change(project=world.project, name=None, guide=None, dataset_ids=ids, changed_by=world.admin)


def _demote(world: World) -> None:
    member_set(project=world.project, username="annotator", role="viewer", changed_by=world.admin)


def _from_proposal(world: World) -> None:
    body = {"label_id": world.labels[0].pk, "proposal_id": world.tasks[0].proposals.get().pk}
    assert Api(world.annotator).post(f"/tasks/{world.tasks[0].pk}/annotations", body).status_code == 201


def _nothing(_world: World) -> None:
    """Begin with a world as it is."""


def _request_changes(world: World) -> None:
    task_request_changes(task_id=world.tasks[0].pk, requested_by=world.reviewer, comment="Tighter.")


HAPPENINGS: dict[str, tuple[Happening, Happening]] = {
    "an object is made": (_lease, lambda world: world.annotation()),
    "an object is made on a free task": (_nothing, lambda world: world.annotation()),
    "an object gets another label": (
        lambda world: world.annotation(),
        lambda world: _change(world, label_id=world.labels[1].pk),
    ),
    "an object is drawn anew": (
        lambda world: world.annotation(),
        lambda world: _change(world, mask=rectangle(0, 0, 3, 3)),
    ),
    "an object is removed": (lambda world: world.annotation(), lambda world: _change(world, deleted=True)),
    "an object comes back": (
        lambda world: (world.annotation(), world.annotation(), _change(world, deleted=True)),
        lambda world: _change(world, deleted=False),
    ),
    "an object is made of a proposal": (proposal_make, _from_proposal),
    "a task is taken": (_nothing, _lease),
    "a lease is renewed": (_lease, _heartbeat_later),
    "a task is given back": (
        _lease,
        lambda world: lease_release(task_id=world.tasks[0].pk, user=world.annotator),
    ),
    "the next task is taken": (
        _nothing,
        lambda world: task_next(project=world.project, user=world.annotator, purpose="annotate", after=None),
    ),
    "a click is asked": (_nothing, proposal_make),
    "a task is submitted": (lambda world: world.annotation(), _submitted),
    "a task is accepted": (
        _submitted,
        lambda world: task_accept(task_id=world.tasks[0].pk, accepted_by=world.reviewer),
    ),
    "changes are requested": (_submitted, _request_changes),
    "a task is submitted again": (lambda world: (_submitted(world), _request_changes(world)), _submitted),
    "a member with a task is removed": (
        lambda world: (_lease(world), _second(world)),
        lambda world: member_remove(
            project=world.project, user_id=world.annotator.pk, removed_by=world.admin
        ),
    ),
    "a member with a task may only look on": (_lease, _demote),
    "an export is made": (_nothing, _run_export),
    "an export is cancelled": (
        lambda world: exports.export_request(
            project=world.project, format_name="coco", requested_by=world.admin
        ),
        _cancel_export,
    ),
    "images arrive": (_nothing, _upload),
    "a data set is attached": (_nothing, _attach),
    **AROUND_THE_OBJECTS,
    **WITH_LABELS,
    **WITH_OBJECTS,
    **WITH_MODELS,
    **WITH_RUNS,
}


async def _follow(
    socket: Socket, state: State, apply: Callable[[State, State], State], goal: State, root: str
) -> State:
    """Apply events until the state is `goal`, then all that still come."""
    while state != goal or not await socket.is_silent():
        try:
            event = await socket.receive()
        except (TimeoutError, asyncio.CancelledError):
            return state
        VALIDATORS[root].validate(event)
        state = apply(state, event)
    return state


def _project_state(world: World) -> State:
    api, path = Api(world.admin), f"/projects/{world.project.pk}"
    lists = {kind: api.get(f"{path}/{kind}").json()["results"] for kind in ("tasks", "exports")}
    return {
        **{name: api.get(path).json()[name] for name in ("counts", "labels")},
        **{kind: {row["id"]: row for row in rows} for kind, rows in lists.items()},
        "prelabels": {row["id"]: row for row in api.get(f"{path}/prelabels").json()["results"]},
        "runs": {row["id"]: row for row in api.get(f"{path}/training-runs").json()["results"]},
        "models": api.get(f"{path}/models", limit=30).json(),
    }


@pytest.mark.parametrize("name", HAPPENINGS)
async def test_open_pages_stay_fresh(name: str) -> None:
    before, happens = HAPPENINGS[name]
    world = await do(World, images=2)
    await do(before, world)
    task_path = f"/ws/tasks/{(await do(lambda: world.tasks))[0].pk}"
    async with (
        opened(task_path, world.viewer) as (task_socket, task_opened),
        opened(f"/ws/projects/{world.project.pk}", world.viewer) as (project_socket, project_opened),
    ):
        VALIDATORS["/ws/tasks"].validate(task_opened)
        VALIDATORS["/ws/projects"].validate(project_opened)
        project = await do(_project_state, world)
        shared = {name: project[name] for name in ("counts", "labels")}
        assert project_opened["project"].items() >= shared.items()
        task = apply_to_task(shared, task_opened)
        await do(happens, world)
        fresh = await do(_project_state, world)
        assert await _follow(project_socket, project, apply_to_project, fresh, "/ws/projects") == fresh
        async with opened(task_path, world.viewer) as (_, frame):
            goal = apply_to_task({name: fresh[name] for name in shared}, frame)
        assert await _follow(task_socket, task, apply_to_task, goal, "/ws/tasks") == goal


async def test_the_other_frames_fit_the_schema_too() -> None:
    world = await do(World, images=1)
    task = (await do(lambda: world.tasks))[0]
    validator = VALIDATORS["/ws/tasks"]
    async with opened(f"/ws/tasks/{task.pk}", world.annotator) as (socket, _):
        await socket.send({"type": "heartbeat"})
        renewed = await socket.answer()
        await socket.send({"type": "nonsense"})
        refused = await socket.answer()
        ready = await do(proposal_make, world)
        told = await socket.answer()
        late = await do(partial(proposal_make, answer=False), world)
        await do(proposal_fail, proposal_id=late.pk, code="segmentation_failed", message="No.")
        failed = await socket.answer()
    for frame in (renewed, refused, told, failed):
        validator.validate(frame)
    assert [frame["type"] for frame in (renewed, refused, told, failed)] == [
        "lease.renewed",
        "error",
        "proposal.ready",
        "proposal.failed",
    ]
    assert told["proposal"]["proposal_id"] == ready.pk
    async with opened(f"/ws/projects/{world.project.pk}", world.admin) as (socket, _):
        await socket.send({"type": "heartbeat"})
        frame = await socket.receive()
        assert frame["type"] == "error"
        VALIDATORS["/ws/projects"].validate(frame)


def test_the_frames_of_clients_are_in_the_schema_as_they_are_taken() -> None:
    click = {"type": "segment", "request_id": "r", "points": [click.model_dump() for click in CLICKS]}
    segment, heartbeat = _validator("SegmentFrame"), _validator("Heartbeat")
    pointer, editing = _validator("PointerFrame"), _validator("EditingFrame")
    assert pointer.is_valid({"type": "pointer", "x": 1.5, "y": -2, "tool": "brush"})
    assert not pointer.is_valid({"type": "pointer", "x": 1.5, "y": -2, "tool": "brush", "name": "eve"})
    assert editing.is_valid({"type": "editing", "object_id": None})
    assert not editing.is_valid({"type": "editing"})
    preview = _validator("PreviewFrame")
    assert preview.is_valid(click | {"type": "preview"})
    assert not preview.is_valid(click | {"type": "preview", "parent_proposal_id": None})
    assert segment.is_valid(click)
    assert segment.is_valid(click | {"parent_proposal_id": None})
    assert not segment.is_valid(click | {"request_id": "x" * 65})
    assert not segment.is_valid(click | {"model": "mine"})
    assert heartbeat.is_valid({"type": "heartbeat"})
    assert not heartbeat.is_valid({"type": "heartbeat", "now": 1})
