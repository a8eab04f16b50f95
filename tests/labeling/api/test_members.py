"""Members: who works in a project, in which role."""

import pytest

from labeling.models import AuditEntry, Membership
from labeling.services.leases import lease_take
from tests.factories import World, user_make
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _roles(world: World) -> dict[str, str]:
    return dict(world.project.memberships.values_list("user__username", "role"))


def test_adding_a_person_and_changing_their_role() -> None:
    world = World(images=0)
    api, path = Api(world.admin), f"/projects/{world.project.pk}/members"
    added = api.post(path, {"username": "stranger", "role": "annotator"})
    assert added.json() == {"user": {"id": world.stranger.pk, "username": "stranger"}, "role": "annotator"}
    changed = api.post(path, {"username": "stranger", "role": "reviewer"})
    assert changed.json()["role"] == "reviewer"
    assert Membership.objects.get(user=world.stranger).role == "reviewer"
    entries = AuditEntry.objects.filter(action="member.set").order_by("-pk")[:2]
    assert [entry.data for entry in entries] == [
        {"user": world.stranger.pk, "role": "reviewer"},
        {"user": world.stranger.pk, "role": "annotator"},
    ]


def test_members_are_listed_by_name() -> None:
    world = World(images=0)
    response = Api(world.viewer).get(f"/projects/{world.project.pk}/members").json()
    assert response["next"] is None
    assert [(row["user"]["username"], row["role"]) for row in response["results"]] == [
        ("admin", "admin"),
        ("annotator", "annotator"),
        ("reviewer", "reviewer"),
        ("viewer", "viewer"),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "nobody"}, "username"),
        ({"username": ""}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"username": "a\0"}, "username"),
        ({"role": "owner"}, "role"),
        ({"role": None}, "role"),
        ({"user_id": 1}, "user_id"),
    ],
)
def test_a_bad_field_is_refused_by_its_name(change: dict[str, object], field: str) -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        refused_field(
            api.post(
                f"/projects/{world.project.pk}/members", {"username": "stranger", "role": "viewer"} | change
            ),
            field,
        )


def test_a_closed_account_becomes_no_member() -> None:
    world = World(images=0)
    gone = user_make("gone")
    gone.is_active = False
    gone.save()
    api = Api(world.admin)
    with nothing_changes():
        response = api.post(f"/projects/{world.project.pk}/members", {"username": "gone", "role": "viewer"})
        assert refused_field(response, "username") == "There is no account “gone”. Check the name."


def test_the_last_admin_neither_goes_nor_steps_down() -> None:
    world = World(images=0)
    api, path = Api(world.admin), f"/projects/{world.project.pk}/members"
    with nothing_changes():
        refused(api.post(path, {"username": "admin", "role": "viewer"}), 409, "last_admin")
        error = refused(api.delete(f"{path}/{world.admin.pk}"), 409, "last_admin")
    assert error["message"] == "A project needs an admin. Make somebody else an admin first."
    api.post(path, {"username": "reviewer", "role": "admin"})
    assert api.delete(f"{path}/{world.admin.pk}").status_code == 204
    assert _roles(world) == {"reviewer": "admin", "annotator": "annotator", "viewer": "viewer"}


def test_removing_a_person_frees_their_tasks_and_keeps_their_work() -> None:
    world = World(images=2)
    annotation = world.annotation()
    lease_take(task_id=world.tasks[1].pk, user=world.reviewer)
    path = f"/projects/{world.project.pk}/members/{world.annotator.pk}"
    assert Api(world.admin).delete(path).status_code == 204
    assert [task.lease_holder for task in world.tasks] == [None, world.reviewer]
    annotation.refresh_from_db()
    assert (annotation.created_by, annotation.deleted_at) == (world.annotator, None)
    entry = AuditEntry.objects.get(action="member.remove")
    assert entry.data == {"user": world.annotator.pk}
    refused(Api(world.annotator).get(f"/tasks/{world.tasks[0].pk}"), 404, "not_found")


def test_who_becomes_a_viewer_holds_no_task_any_more() -> None:
    world = World(images=1)
    lease_take(task_id=world.tasks[0].pk, user=world.annotator)
    Api(world.admin).post(
        f"/projects/{world.project.pk}/members", {"username": "annotator", "role": "viewer"}
    )
    assert world.tasks[0].lease_holder is None


def test_a_change_of_role_that_still_labels_keeps_the_lease() -> None:
    world = World(images=1)
    lease_take(task_id=world.tasks[0].pk, user=world.annotator)
    Api(world.admin).post(
        f"/projects/{world.project.pk}/members", {"username": "annotator", "role": "reviewer"}
    )
    assert world.tasks[0].lease_holder == world.annotator


@pytest.mark.parametrize("user_id", [999_999, 2**63, 10**30])
def test_removing_somebody_who_is_no_member_changes_nothing(user_id: int) -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        assert api.delete(f"/projects/{world.project.pk}/members/{user_id}").status_code == 204
