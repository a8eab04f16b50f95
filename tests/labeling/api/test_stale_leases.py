"""A lease that ran out: somebody else may have the task, or nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from labeling.models import AuditEntry, Task
from labeling.services.leases import lease_take
from tests.factories import CLICKS, World, rectangle
from tests.labeling.helpers import Api, nothing_changes, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

Write = Callable[[Api, World], Any]


def _annotate(api: Api, world: World) -> Any:  # noqa: ANN401
    body = {"label_id": world.labels[0].pk, "mask": rectangle(1, 1, 3, 3).model_dump()}
    return api.post(f"/tasks/{world.tasks[0].pk}/annotations", body)


def _change(api: Api, world: World) -> Any:  # noqa: ANN401
    annotation = world.tasks[0].annotations.get()
    return api.patch(f"/annotations/{annotation.pk}", {"version": 1, "label_id": world.labels[1].pk})


def _remove(api: Api, world: World) -> Any:  # noqa: ANN401
    return api.delete(f"/annotations/{world.tasks[0].annotations.get().pk}", version=1)


def _submit(api: Api, world: World) -> Any:  # noqa: ANN401
    return api.post(f"/tasks/{world.tasks[0].pk}/submit")


def _renew(api: Api, world: World) -> Any:  # noqa: ANN401
    return api.post(f"/tasks/{world.tasks[0].pk}/lease")


def _segment(api: Api, world: World) -> Any:  # noqa: ANN401
    body = {"points": [click.model_dump() for click in CLICKS]}
    return api.post(f"/tasks/{world.tasks[0].pk}/segment", body)


def _worked(world: World) -> None:
    """Have the annotator store an object, then let their lease run out."""
    world.annotation()
    Task.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))


def test_who_comes_back_to_a_task_that_somebody_else_took_changes_nothing() -> None:
    world = World(images=1)
    _worked(world)
    lease_take(task_id=world.tasks[0].pk, user=world.reviewer)
    api = Api(world.annotator)
    for write in (_annotate, _change, _remove, _submit, _renew, _segment):
        with nothing_changes():
            error = refused(write(api, world), 409, "lease_held")
        assert error["message"] == "reviewer works on this task now. Open the next one, or wait."
        assert error["details"]["holder"] == {"id": world.reviewer.pk, "username": "reviewer"}


@pytest.mark.parametrize("write", [_annotate, _change, _remove, _renew])
def test_who_comes_back_to_a_free_task_simply_goes_on(write: Write) -> None:
    world = World(images=1)
    _worked(world)
    assert write(Api(world.annotator), world).status_code in {200, 201}
    task = world.tasks[0]
    assert task.lease_holder == world.annotator
    assert task.lease_expires_at is not None
    assert task.lease_expires_at > timezone.now()
    assert AuditEntry.objects.filter(action="task.lease", object_id=task.pk).count() == 2


def test_a_task_whose_lease_ran_out_is_submitted_without_taking_it_again() -> None:
    world = World(images=1)
    _worked(world)
    assert _submit(Api(world.annotator), world).json()["state"] == "submitted"
    assert world.tasks[0].lease_holder is None
    assert AuditEntry.objects.filter(action="task.lease").count() == 1


def test_the_next_task_is_one_whose_lease_ran_out_if_it_comes_first() -> None:
    world = World(images=2)
    _worked(world)
    body = Api(world.reviewer).get(f"/projects/{world.project.pk}/tasks/next").json()
    assert (body["position"], body["lease"]["holder"]["username"]) == (1, "reviewer")
    assert len(body["annotations"]) == 1
