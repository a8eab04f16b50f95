"""The audit log: one entry for every write, with who, what and where."""

import pytest

from labeling.models import AuditEntry, Export
from labeling.services.exports import export_cancel
from labeling.services.leases import lease_release
from tests.factories import World, picture, proposal_make, rectangle
from tests.labeling.helpers import Api

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_every_write_of_a_projects_life_is_in_its_log() -> None:
    world = World(images=1)
    admin, annotator, reviewer = (Api(person) for person in (world.admin, world.annotator, world.reviewer))
    project, task = f"/projects/{world.project.pk}", f"/tasks/{world.tasks[0].pk}"
    start = AuditEntry.objects.order_by("-pk")[0].pk
    admin.patch(project, {"guide": "Click."})
    label = admin.post(f"{project}/labels", {"name": "dog", "color": "#010203"}).json()["id"]
    admin.patch(f"/labels/{label}", {"kind": "stuff"})
    admin.delete(f"/labels/{label}")
    admin.post(f"{project}/members", {"username": "stranger", "role": "viewer"})
    admin.delete(f"{project}/members/{world.stranger.pk}")
    annotator.post(f"{task}/lease")
    proposal = proposal_make(world)
    body = {"label_id": world.labels[0].pk, "proposal_id": proposal.pk}
    made = annotator.post(f"{task}/annotations", body).json()["id"]
    annotator.patch(f"/annotations/{made}", {"version": 1, "mask": rectangle(1, 1, 2, 2).model_dump()})
    annotator.delete(f"/annotations/{made}", version=2)
    annotator.patch(f"/annotations/{made}", {"version": 3, "deleted": False})
    lease_release(task_id=world.tasks[0].pk, user=world.annotator)
    annotator.post(f"{task}/submit")
    reviewer.post(f"{task}/request-changes", {"comment": "Tighter."})
    annotator.post(f"{task}/submit")
    reviewer.post(f"{task}/accept")
    admin.post(f"{project}/exports")
    export_cancel(export=Export.objects.get(), cancelled_by=world.admin)
    rows = AuditEntry.objects.filter(pk__gt=start, project=world.project).order_by("pk")
    assert [(entry.actor.username, entry.action) for entry in rows if entry.actor] == [
        ("admin", "project.change"),
        ("admin", "label.add"),
        ("admin", "label.change"),
        ("admin", "label.remove"),
        ("admin", "member.set"),
        ("admin", "member.remove"),
        ("annotator", "task.lease"),
        ("annotator", "proposal.request"),
        ("annotator", "annotation.create"),
        ("annotator", "annotation.change"),
        ("annotator", "annotation.delete"),
        ("annotator", "annotation.restore"),
        ("annotator", "task.release"),
        ("annotator", "task.submit"),
        ("reviewer", "task.request_changes"),
        ("annotator", "task.submit"),
        ("reviewer", "task.accept"),
        ("admin", "export.request"),
        ("admin", "export.cancel"),
    ]


def test_the_log_is_paged_the_newest_first() -> None:
    world = World(images=0)
    api, path = Api(world.admin), f"/projects/{world.project.pk}/audit"
    everything = api.get(path).json()["results"]
    first = api.get(path, limit=2).json()
    last = api.get(path, limit=200, cursor=first["next"]).json()
    assert first["results"] + last["results"] == everything
    assert last["next"] is None
    newest = AuditEntry.objects.filter(project=world.project).order_by("-pk")[0]
    assert everything[0] == {
        "id": newest.pk,
        "actor": {"id": world.admin.pk, "username": "admin"},
        "action": "member.set",
        "object_type": "membership",
        "object_id": newest.object_id,
        "data": {"user": world.viewer.pk, "role": "viewer"},
        "created_at": newest.created_at.isoformat().replace("+00:00", "Z"),
    }


def test_no_entry_holds_a_mask_or_a_password() -> None:
    world = World(images=1)
    annotation = world.annotation()
    Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", [("a.png", picture())])
    text = str(list(AuditEntry.objects.values()))
    assert annotation.mask_counts not in text
    assert "password" not in text


def test_what_people_say_about_a_task_is_in_its_log_without_their_words() -> None:
    world = World(images=1)
    admin, annotator = Api(world.admin), Api(world.annotator)
    task, pictures = f"/tasks/{world.tasks[0].pk}", f"/projects/{world.project.pk}/guide/pictures"
    start = AuditEntry.objects.order_by("-pk")[0].pk
    said = {"reason": "other", "text": "unrepeatable"}
    annotator.post(f"{task}/skip", said | {"flag": True})
    annotator.post(f"{task}/unskip")
    admin.post(f"{task}/unflag")
    annotator.post(f"{task}/flag", said)
    comment = annotator.post(f"{task}/comments", {"text": "unrepeatable", "x": 1, "y": 1}).json()["id"]
    annotator.patch(f"/comments/{comment}", {"version": 1, "text": "unrepeatable!", "resolved": True})
    annotator.patch(f"/comments/{comment}", {"version": 2, "resolved": False})
    annotator.delete(f"/comments/{comment}", version=3)
    admin.upload(pictures, [("cup.png", picture())])
    admin.delete(f"{pictures}/cup.png")
    rows = AuditEntry.objects.filter(pk__gt=start, project=world.project).order_by("pk")
    assert [(entry.actor.username, entry.action, entry.data) for entry in rows if entry.actor] == [
        ("annotator", "task.skip", {"reason": "other"}),
        ("annotator", "task.flag", {"reason": "other"}),
        ("annotator", "task.unskip", {}),
        ("admin", "task.unflag", {}),
        ("annotator", "task.flag", {"reason": "other"}),
        ("annotator", "comment.create", {"task": world.tasks[0].pk}),
        ("annotator", "comment.change", {"task": world.tasks[0].pk}),
        ("annotator", "comment.resolve", {"task": world.tasks[0].pk}),
        ("annotator", "comment.reopen", {"task": world.tasks[0].pk}),
        ("annotator", "comment.delete", {"task": world.tasks[0].pk}),
        ("admin", "guide.add_picture", {"name": "cup.png"}),
        ("admin", "guide.remove_picture", {"name": "cup.png"}),
    ]
