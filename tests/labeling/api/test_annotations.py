"""Annotations: objects are made, changed, removed and brought back."""

from uuid import UUID

import numpy as np
import pytest
from pycocotools import mask as coco

from labeling.models import Annotation, AuditEntry, Proposal
from labeling.services.leases import lease_take
from labeling.services.tasks import task_accept, task_submit
from tests.factories import World, proposal_make, rectangle
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

CLIENT = "6f1d7a52-8a3e-4f3a-9d55-0c2f4f6a1b23"


def _mask(x: int = 5, y: int = 6, w: int = 10, h: int = 8) -> dict[str, object]:
    return rectangle(x, y, w, h).model_dump()


def _iso(moment: object) -> str:
    return moment.isoformat().replace("+00:00", "Z")  # type: ignore[attr-defined, no-any-return]


def _create(world: World, **body: object) -> dict[str, object]:
    given = {"label_id": world.labels[0].pk, "mask": _mask()} | body
    response = Api(world.annotator).post(f"/tasks/{world.tasks[0].pk}/annotations", given)
    assert response.status_code == 201, response.json()
    return response.json()  # type: ignore[no-any-return]


def test_an_object_from_a_drawn_mask() -> None:
    world = World(images=1)
    body = _create(world, client_id=CLIENT)
    row, task = Annotation.objects.get(), world.tasks[0]
    person = {"id": world.annotator.pk, "username": "annotator"}
    assert body == {
        "id": row.pk,
        "client_id": CLIENT,
        "task_id": task.pk,
        "label_id": world.labels[0].pk,
        "mask": _mask(),
        "bbox": [5.0, 6.0, 10.0, 8.0],
        "area": 80,
        "score": None,
        "proposal_id": None,
        "attributes": {},
        "occluded": False,
        "truncated": False,
        "crowd": False,
        "ignore": False,
        "position": 1024,
        "seconds": 0.0,
        "tool_seconds": {},
        "verdict": "none",
        "verdict_by": None,
        "verdict_at": None,
        "verdict_reasons": [],
        "verdict_text": "",
        "version": 1,
        "deleted": False,
        "created_by": person,
        "updated_by": person,
        "created_at": _iso(row.created_at),
        "updated_at": _iso(row.updated_at),
    }
    assert (task.annotation_count, task.lease_holder) == (1, world.annotator)
    pixels = np.zeros((48, 64), dtype=np.uint8)
    pixels[6:14, 5:15] = 1
    assert np.array_equal(coco.decode({"size": [48, 64], "counts": row.mask_counts.encode()}), pixels)
    entry = AuditEntry.objects.get(action="annotation.create")
    assert (entry.object_id, entry.actor) == (row.pk, world.annotator)
    assert entry.data == {"task": task.pk, "label": world.labels[0].pk, "version": 1}


def test_an_object_from_a_proposal_takes_over_its_mask_and_score() -> None:
    world = World(images=1)
    proposal = proposal_make(world)
    body = _create(world, mask=None, proposal_id=proposal.pk)
    assert body["mask"] == {"size": [48, 64], "counts": proposal.mask_counts}
    assert (body["bbox"], body["area"], body["score"], body["proposal_id"]) == (
        proposal.bbox,
        proposal.area,
        proposal.score,
        proposal.pk,
    )


@pytest.mark.parametrize(("proposal", "mask"), [(True, True), (False, False)])
def test_exactly_one_of_proposal_and_mask_is_needed(proposal: bool, mask: bool) -> None:
    world = World(images=1)
    api = Api(world.annotator)
    body = {
        "label_id": world.labels[0].pk,
        "proposal_id": proposal_make(world).pk if proposal else None,
        "mask": _mask() if mask else None,
    }
    with nothing_changes():
        message = refused_field(api.post(f"/tasks/{world.tasks[0].pk}/annotations", body), "mask")
    both = "Give either a proposal_id or a mask, not both."
    assert message == (both if proposal else "Give a proposal_id or a mask.")


def test_a_proposal_of_another_task_or_without_a_mask_is_refused() -> None:
    world = World(images=2)
    api = Api(world.annotator)
    others = proposal_make(world, task=world.tasks[1])
    pending = proposal_make(world, answer=False)
    for proposal_id in (others.pk, pending.pk, 10**15):
        body = {"label_id": world.labels[0].pk, "proposal_id": proposal_id}
        with nothing_changes():
            refused_field(api.post(f"/tasks/{world.tasks[0].pk}/annotations", body), "proposal_id")


@pytest.mark.parametrize(
    ("mask", "field"),
    [
        ({"size": [64, 48], "counts": "0"}, "mask"),
        ({"size": [48, 64], "counts": "PQ0"}, "mask"),
        ({"size": [48, 64], "counts": "\0"}, "mask"),
        ({"size": [48, 64], "counts": "кот"}, "mask"),
        ({"size": [48, 64], "counts": ""}, "mask.counts"),
        ({"size": [48, 64], "counts": "P" * 2_000_001}, "mask"),
        ({"size": [48], "counts": "0"}, "mask.size"),
        ({"size": [48, 64, 3], "counts": "0"}, "mask.size"),
        ({"size": [-48, -64], "counts": "0"}, "mask"),
        ({"size": [10**300, 64], "counts": "0"}, "mask"),
        ({"size": [48, "x"], "counts": "0"}, "mask.size.1"),
        ({"size": [48, 64], "counts": [1, 2]}, "mask.counts"),
        ({"size": [48, 64]}, "mask.counts"),
        ("PQ0", "mask"),
    ],
)
def test_a_mask_that_is_none_of_this_image_is_refused(mask: object, field: str) -> None:
    world = World(images=1)
    api = Api(world.annotator)
    annotation = world.annotation()
    with nothing_changes():
        body = {"label_id": world.labels[0].pk, "mask": mask}
        refused_field(api.post(f"/tasks/{world.tasks[0].pk}/annotations", body), field)
        refused_field(api.patch(f"/annotations/{annotation.pk}", {"version": 1, "mask": mask}), field)


def test_an_empty_mask_is_refused() -> None:
    world = World(images=1)
    api = Api(world.annotator)
    empty = coco.encode(np.zeros((48, 64), dtype=np.uint8, order="F"))["counts"].decode()
    body = {"label_id": world.labels[0].pk, "mask": {"size": [48, 64], "counts": empty}}
    with nothing_changes():
        message = refused_field(api.post(f"/tasks/{world.tasks[0].pk}/annotations", body), "mask")
    assert message == "The mask is empty. Draw the object, or delete the annotation."


def test_a_label_of_another_project_is_refused() -> None:
    world = World(images=1)
    other = Api(world.admin).post("/projects", {"name": "x", "labels": [{"name": "a", "color": "#010203"}]})
    foreign = other.json()["labels"][0]["id"]
    api, annotation = Api(world.annotator), world.annotation()
    with nothing_changes():
        body = {"label_id": foreign, "mask": _mask()}
        refused_field(api.post(f"/tasks/{world.tasks[0].pk}/annotations", body), "label_id")
        refused_field(
            api.patch(f"/annotations/{annotation.pk}", {"version": 1, "label_id": foreign}), "label_id"
        )


def test_the_same_client_id_again_answers_with_the_same_object() -> None:
    world = World(images=2)
    first = _create(world, client_id=CLIENT)
    api, path = Api(world.annotator), f"/tasks/{world.tasks[0].pk}/annotations"
    body = {"label_id": world.labels[1].pk, "mask": _mask(0, 0, 3, 3), "client_id": CLIENT}
    with nothing_changes():
        again = api.post(path, body)
    assert (again.status_code, again.json()) == (200, first)
    elsewhere = api.post(f"/tasks/{world.tasks[1].pk}/annotations", body)
    assert elsewhere.status_code == 201
    assert elsewhere.json()["id"] != first["id"]


def test_a_repeated_creation_is_answered_also_when_the_task_has_gone_on() -> None:
    """Its first answer may have been lost on the way; the object is stored, and that is what counts."""
    world = World(images=1)
    first, task = _create(world, client_id=CLIENT), world.tasks[0]
    api, body = Api(world.annotator), {"label_id": world.labels[0].pk, "mask": _mask(), "client_id": CLIENT}
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    with nothing_changes():
        again = api.post(f"/tasks/{task.pk}/annotations", body)
    assert (again.status_code, again.json()) == (200, first)
    lease_take(task_id=task.pk, user=world.reviewer)
    task_accept(task_id=task.pk, accepted_by=world.reviewer)
    with nothing_changes():
        assert api.post(f"/tasks/{task.pk}/annotations", body).json() == first
        other = body | {"client_id": CLIENT.replace("6", "7")}
        refused(api.post(f"/tasks/{task.pk}/annotations", other), 409, "task_not_editable")
        refused(Api(world.viewer).post(f"/tasks/{task.pk}/annotations", body), 403, "not_allowed")


def test_without_a_client_id_the_server_names_the_object() -> None:
    world = World(images=1)
    first, second = _create(world), _create(world)
    assert UUID(str(first["client_id"])) != UUID(str(second["client_id"]))
    assert world.tasks[0].annotation_count == 2


def test_changing_label_and_mask_raises_the_version() -> None:
    world = World(images=1)
    first = _create(world)
    api, path = Api(world.annotator), f"/annotations/{first['id']}"
    relabelled = api.patch(path, {"version": 1, "label_id": world.labels[1].pk}).json()
    assert (relabelled["version"], relabelled["label_id"], relabelled["mask"]) == (
        2,
        world.labels[1].pk,
        first["mask"],
    )
    redrawn = api.patch(path, {"version": 2, "mask": _mask(0, 0, 4, 3)}).json()
    assert (redrawn["version"], redrawn["bbox"], redrawn["area"]) == (3, [0.0, 0.0, 4.0, 3.0], 12)
    assert (redrawn["id"], redrawn["client_id"]) == (first["id"], first["client_id"])
    entries = AuditEntry.objects.filter(action="annotation.change").order_by("pk")
    assert [(entry.data["version"], entry.data["fields"]) for entry in entries] == [
        (2, ["label_id"]),
        (3, ["mask"]),
    ]


def test_a_drawn_mask_forgets_the_proposal_and_a_new_proposal_brings_its_own_score() -> None:
    world = World(images=1)
    proposal = proposal_make(world)
    first = _create(world, mask=None, proposal_id=proposal.pk)
    api, path = Api(world.annotator), f"/annotations/{first['id']}"
    drawn = api.patch(path, {"version": 1, "mask": _mask()}).json()
    assert (drawn["proposal_id"], drawn["score"]) == (None, None)
    again = api.patch(path, {"version": 2, "proposal_id": proposal.pk}).json()
    assert (again["proposal_id"], again["score"], again["mask"]) == (
        proposal.pk,
        proposal.score,
        first["mask"],
    )


def test_a_stale_version_is_refused_with_the_current_object() -> None:
    world = World(images=1)
    first = _create(world)
    api, path = Api(world.annotator), f"/annotations/{first['id']}"
    current = api.patch(path, {"version": 1, "label_id": world.labels[1].pk}).json()
    for stale in (1, 3, 10**18, 10**30):
        with nothing_changes():
            error = refused(
                api.patch(path, {"version": stale, "mask": _mask(0, 0, 2, 2)}), 409, "stale_version"
            )
        assert error["details"] == {"current": current}
    with nothing_changes():
        error = refused(api.delete(path, version=1), 409, "stale_version")
    assert error["details"] == {"current": current}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "version"),
        ({"version": 0}, "version"),
        ({"version": -1}, "version"),
        ({"version": "one"}, "version"),
        ({"version": 1.5}, "version"),
        ({"version": 1, "label_id": 0}, "label_id"),
        ({"version": 1, "deleted": "perhaps"}, "deleted"),
        ({"version": 1, "created_by": 1}, "created_by"),
        ({"version": 1, "task_id": 1}, "task_id"),
    ],
)
def test_a_bad_change_is_refused_by_its_field(change: dict[str, object], field: str) -> None:
    world = World(images=1)
    annotation, api = world.annotation(), Api(world.annotator)
    with nothing_changes():
        refused_field(api.patch(f"/annotations/{annotation.pk}", change), field)


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "1.0", "9" * 30])
def test_removing_needs_the_version_that_was_seen(version: str) -> None:
    world = World(images=1)
    annotation, api = world.annotation(), Api(world.annotator)
    with nothing_changes():
        refused_field(api.delete(f"/annotations/{annotation.pk}", version=version), "version")


def test_removing_and_bringing_back_keeps_the_identity() -> None:
    world = World(images=1)
    first = _create(world)
    api, path = Api(world.annotator), f"/annotations/{first['id']}"
    removed = api.delete(path, version=1).json()
    assert removed == first | {"deleted": True, "version": 2, "updated_at": removed["updated_at"]}
    assert api.get(f"/tasks/{world.tasks[0].pk}/annotations").json() == {"next": None, "results": []}
    assert world.tasks[0].annotation_count == 0
    back = api.patch(path, {"version": 2, "deleted": False}).json()
    assert back == first | {"version": 3, "updated_at": back["updated_at"]}
    assert world.tasks[0].annotation_count == 1
    actions = AuditEntry.objects.filter(object_type="annotation").order_by("pk")
    assert [entry.action for entry in actions] == [
        "annotation.create",
        "annotation.delete",
        "annotation.restore",
    ]


def test_removing_twice_counts_once() -> None:
    world = World(images=1)
    first, _ = _create(world), _create(world)
    api, path = Api(world.annotator), f"/annotations/{first['id']}"
    api.delete(path, version=1)
    assert api.delete(path, version=2).json()["version"] == 3
    assert world.tasks[0].annotation_count == 1


def test_after_submission_only_reviewers_change_objects_and_after_acceptance_nobody() -> None:
    world = World(images=1)
    annotation, task = world.annotation(), world.tasks[0]
    task_submit(task_id=task.pk, submitted_by=world.annotator)
    annotator, reviewer = Api(world.annotator), Api(world.reviewer)
    path, body = f"/annotations/{annotation.pk}", {"label_id": world.labels[0].pk, "mask": _mask()}
    with nothing_changes():
        refused(annotator.patch(path, {"version": 1, "deleted": True}), 409, "task_not_editable")
        refused(annotator.delete(path, version=1), 409, "task_not_editable")
        error = refused(annotator.post(f"/tasks/{task.pk}/annotations", body), 409, "task_not_editable")
        assert error["details"] == {"state": "submitted"}
    assert reviewer.patch(path, {"version": 1, "label_id": world.labels[1].pk}).json()["version"] == 2
    task_accept(task_id=task.pk, accepted_by=world.reviewer)
    for api in (annotator, reviewer, Api(world.admin)):
        with nothing_changes():
            refused(api.patch(path, {"version": 2, "deleted": True}), 409, "task_not_editable")
            refused(api.post(f"/tasks/{task.pk}/annotations", body), 409, "task_not_editable")


def test_proposals_leave_no_object_behind() -> None:
    world = World(images=1)
    proposal_make(world)
    assert (Annotation.objects.count(), Proposal.objects.count()) == (0, 1)
