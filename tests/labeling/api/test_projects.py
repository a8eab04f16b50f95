"""Projects: creation, changes, data sets, lists."""

import pytest
from pytest_django import DjangoAssertNumQueries

from labeling.models import AuditEntry, Membership, Project, Task
from labeling.services.datasets import dataset_create
from labeling.services.projects import member_set, project_create
from tests.factories import World, user_make
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

NO_TASKS = dict.fromkeys(
    ("total", "open", "in_progress", "submitted", "changes_requested", "accepted", "skipped", "flagged"), 0
)


def test_creating_a_project_with_its_schema_and_tasks() -> None:
    world = World(images=2)
    asked = {"name": "cloudy", "kind": "yes_no", "required": True}
    sky = {"name": " sky ", "color": "#AABBCC", "kind": "stuff", "attributes": [asked]}
    labels = [sky, {"name": "cup", "color": "#112233"}]
    body = {"name": "Kitchen", "dataset_ids": [world.dataset.pk], "labels": labels}
    response = Api(world.admin).post("/projects", body)
    project = Project.objects.get(name="Kitchen")
    first, second = project.labels.all()
    cloudy = asked | {"id": first.attributes.get().pk, "choices": [], "default": None, "position": 1}
    cloudy |= {"min": None, "max": None}
    assert response.status_code == 201
    assert response.json() == {
        "id": project.pk,
        "name": "Kitchen",
        "guide": "",
        "role": "admin",
        "labels": [
            {"id": first.pk, "name": "sky", "color": "#aabbcc", "kind": "stuff", "position": 1}
            | {"attributes": [cloudy]},
            {"id": second.pk, "name": "cup", "color": "#112233", "kind": "thing", "position": 2}
            | {"attributes": []},
        ],
        "dataset_ids": [world.dataset.pk],
        "task_order": "position",
        "random_share": 0.2,
        "counts": NO_TASKS | {"total": 2, "open": 2},
        "cover_url": f"/api/images/{world.picture.pk}/thumbnail?v={world.picture.sha256[:12]}",
        "active_people": [],
        "created_at": project.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert list(project.tasks.values_list("position", "image__name")) == [
        (1, "photo1.png"),
        (2, "photo2.png"),
    ]
    assert Membership.objects.get(project=project).role == "admin"
    mine = AuditEntry.objects.filter(project=project).order_by("pk")
    assert [entry.action for entry in mine] == [
        "project.create",
        "label.add",
        "attribute.add",
        "label.add",
        "project.set_datasets",
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"dataset_ids": ["one"]}, "dataset_ids.0"),
        ({"dataset_ids": [0]}, "dataset_ids.0"),
        ({"dataset_ids": [2**63]}, "dataset_ids.0"),
        ({"dataset_ids": [2**62]}, "dataset_ids"),
        ({"dataset_ids": list(range(1, 102))}, "dataset_ids"),
        ({"labels": [{"name": "x", "color": "red"}]}, "labels.0.color"),
        ({"labels": [{"name": "x", "color": "#12345G"}]}, "labels.0.color"),
        ({"labels": [{"name": "x", "color": "#123456\n"}]}, "labels.0.color"),
        ({"labels": [{"name": "x" * 101, "color": "#123456"}]}, "labels.0.name"),
        ({"labels": [{"name": "x", "color": "#123456", "kind": "animal"}]}, "labels.0.kind"),
        ({"members": []}, "members"),
    ],
)
def test_a_project_with_a_bad_field_is_refused_by_its_name(change: dict[str, object], field: str) -> None:
    world = World(images=0)
    body = {"name": "Kitchen", "dataset_ids": [], "labels": []} | change
    api = Api(world.admin)
    with nothing_changes():
        refused_field(api.post("/projects", body), field)


def test_two_labels_of_one_name_refuse_the_whole_project() -> None:
    world = World(images=1)
    labels = [{"name": "cup", "color": "#112233"}, {"name": "cup", "color": "#445566"}]
    body = {"name": "Kitchen", "dataset_ids": [world.dataset.pk], "labels": labels}
    api = Api(world.admin)
    with nothing_changes():
        error = refused(api.post("/projects", body), 409, "name_taken")
    assert error["message"] == "There is a label “cup” already. Choose another name."


def test_changing_the_name_and_the_guide() -> None:
    world = World(images=0)
    response = Api(world.admin).patch(f"/projects/{world.project.pk}", {"guide": "Click the edges."})
    assert (response.json()["name"], response.json()["guide"]) == ("animals", "Click the edges.")
    response = Api(world.admin).patch(f"/projects/{world.project.pk}", {"name": "Pets", "guide": ""})
    assert (response.json()["name"], response.json()["guide"]) == ("Pets", "")
    changes = AuditEntry.objects.filter(action="project.change").order_by("pk")
    assert [entry.data for entry in changes] == [{"fields": ["guide"]}, {"fields": ["name", "guide"]}]


def test_a_change_of_nothing_leaves_no_trace() -> None:
    world = World(images=1)
    api, path = Api(world.admin), f"/projects/{world.project.pk}"
    with nothing_changes():
        assert api.patch(path, {}).status_code == 200
        assert api.patch(path, {"dataset_ids": [world.dataset.pk, world.dataset.pk]}).status_code == 200


def test_attaching_a_data_set_makes_its_tasks_and_taking_it_off_leaves_them() -> None:
    world = World(images=2)
    api = Api(world.admin)
    project = project_create(name="two", dataset_ids=[], labels=[], created_by=world.admin)
    attached = api.patch(f"/projects/{project.pk}", {"dataset_ids": [world.dataset.pk]}).json()
    assert (attached["dataset_ids"], attached["counts"]["total"]) == ([world.dataset.pk], 2)
    off = api.patch(f"/projects/{project.pk}", {"dataset_ids": []}).json()
    assert (off["dataset_ids"], off["counts"]["total"]) == ([], 2)
    again = api.patch(f"/projects/{project.pk}", {"dataset_ids": [world.dataset.pk]}).json()
    assert (again["dataset_ids"], again["counts"]["total"]) == ([world.dataset.pk], 2)
    sets = AuditEntry.objects.filter(action="project.set_datasets", project=project).order_by("pk")
    assert [entry.data["datasets"] for entry in sets] == [[world.dataset.pk], [], [world.dataset.pk]]


def test_an_unknown_data_set_refuses_the_whole_change() -> None:
    world = World(images=1)
    api = Api(world.admin)
    with nothing_changes():
        response = api.patch(
            f"/projects/{world.project.pk}",
            {"name": "Pets", "guide": "New", "dataset_ids": [world.dataset.pk, 999_999]},
        )
        message = refused_field(response, "dataset_ids")
    assert message == "There is no data set 999999, or it is not yours."


def test_a_project_admin_attaches_own_data_sets_alone_and_keeps_what_was_there() -> None:
    world = World(images=1)
    member_set(project=world.project, username="reviewer", role="admin", changed_by=world.admin)
    own = dataset_create(name="own", created_by=world.reviewer)
    foreign = dataset_create(name="foreign", created_by=world.admin)
    api, path = Api(world.reviewer), f"/projects/{world.project.pk}"
    kept = api.patch(path, {"dataset_ids": [world.dataset.pk, own.pk]})
    assert kept.json()["dataset_ids"] == [world.dataset.pk, own.pk]
    with nothing_changes():
        refused_field(api.patch(path, {"dataset_ids": [own.pk, foreign.pk]}), "dataset_ids")


def test_people_see_their_projects_with_their_role() -> None:
    world = World(images=0)
    other = project_create(name="other", dataset_ids=[], labels=[], created_by=world.admin)
    roles = {}
    for person in (world.admin, world.reviewer, world.annotator, world.viewer, world.stranger):
        results = Api(person).get("/projects").json()["results"]
        roles[person.username] = [(row["id"], row["role"]) for row in results]
    mine = world.project.pk
    assert roles == {
        "admin": [(other.pk, "admin"), (mine, "admin")],
        "reviewer": [(mine, "reviewer")],
        "annotator": [(mine, "annotator")],
        "viewer": [(mine, "viewer")],
        "stranger": [],
    }


def test_the_list_is_paged_and_shows_who_works_now() -> None:
    world = World(images=2)
    Api(world.annotator).post(f"/tasks/{world.tasks[0].pk}/lease")
    Api(world.reviewer).post(f"/tasks/{world.tasks[1].pk}/lease")
    for number in range(3):
        project_create(name=f"more {number}", dataset_ids=[], labels=[], created_by=world.admin)
    api = Api(world.admin)
    page = api.get("/projects", limit=3).json()
    assert [row["name"] for row in page["results"]] == ["more 2", "more 1", "more 0"]
    last = api.get("/projects", limit=3, cursor=page["next"]).json()
    assert last["next"] is None
    (row,) = last["results"]
    assert [person["username"] for person in row["active_people"]] == ["annotator", "reviewer"]
    assert row["counts"] == NO_TASKS | {"total": 2, "in_progress": 2}


def test_a_list_takes_as_many_queries_for_many_projects_as_for_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    staff = user_make("boss", is_staff=True)
    api = Api(staff)
    for number in range(8):
        project_create(name=f"project {number}", dataset_ids=[], labels=[], created_by=staff)
    with django_assert_max_num_queries(10):
        assert len(api.get("/projects").json()["results"]) == 8
    assert Task.objects.count() == 0
