"""Labels: the schema of a project."""

import pytest

from labeling.models import Annotation, AuditEntry, Label
from tests.factories import World
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_a_new_label_stands_at_the_end() -> None:
    world = World(images=0)
    api = Api(world.admin)
    response = api.post(f"/projects/{world.project.pk}/labels", {"name": "Кружка", "color": "#0A0B0C"})
    label = Label.objects.get(name="Кружка")
    assert response.status_code == 201
    assert response.json() == {
        "id": label.pk,
        "name": "Кружка",
        "color": "#0a0b0c",
        "kind": "thing",
        "position": 3,
        "attributes": [],
    }
    entry = AuditEntry.objects.filter(action="label.add").first()
    assert entry is not None
    assert (entry.object_id, entry.data, entry.project_id) == (label.pk, {"name": "Кружка"}, world.project.pk)


def test_a_taken_name_is_refused_when_adding_and_when_renaming() -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        refused(
            api.post(f"/projects/{world.project.pk}/labels", {"name": "cat", "color": "#010203"}),
            409,
            "name_taken",
        )
        error = refused(
            api.patch(f"/labels/{world.labels[1].pk}", {"name": "cat", "color": "#010203"}), 409, "name_taken"
        )
    assert error["message"] == "There is a label “cat” already. Choose another name."


def test_two_projects_may_use_one_name() -> None:
    world = World(images=0)
    api = Api(world.admin)
    other = api.post("/projects", {"name": "other"}).json()
    response = api.post(f"/projects/{other['id']}/labels", {"name": "cat", "color": "#010203"})
    assert (response.status_code, response.json()["position"]) == (201, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"color": "0072b2"}, "color"),
        ({"color": "#0072b"}, "color"),
        ({"color": "#0072b2ff"}, "color"),
        ({"color": "url(x)"}, "color"),
        ({"name": ""}, "name"),
        ({"name": "\0"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"kind": "none"}, "kind"),
        ({"position": 0}, "position"),
    ],
)
def test_a_bad_field_is_refused_by_its_name(change: dict[str, object], field: str) -> None:
    world = World(images=0)
    api = Api(world.admin)
    body = {"name": "dog", "color": "#010203"} | change
    with nothing_changes():
        refused_field(api.post(f"/projects/{world.project.pk}/labels", body), field)
        refused_field(api.patch(f"/labels/{world.labels[0].pk}", change), field)


def test_changing_a_label_changes_what_is_given() -> None:
    world = World(images=0)
    label = world.labels[0]
    response = Api(world.admin).patch(f"/labels/{label.pk}", {"color": "#FFFFFF", "kind": "stuff"})
    assert response.json() == {
        "id": label.pk,
        "name": "cat",
        "color": "#ffffff",
        "kind": "stuff",
        "position": 1,
        "attributes": [],
    }
    entry = AuditEntry.objects.get(action="label.change")
    assert entry.data == {"color": "#ffffff", "kind": "stuff"}


def test_a_change_of_nothing_leaves_no_trace() -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        assert api.patch(f"/labels/{world.labels[0].pk}", {}).json()["name"] == "cat"


def test_a_label_in_use_stays_also_when_its_objects_were_deleted() -> None:
    world = World(images=1)
    annotation, api = world.annotation(), Api(world.admin)
    with nothing_changes():
        error = refused(api.delete(f"/labels/{world.labels[0].pk}"), 409, "label_in_use")
    assert error["details"] == {"annotations": 1}
    Api(world.annotator).delete(f"/annotations/{annotation.pk}", version=1)
    with nothing_changes():
        error = refused(api.delete(f"/labels/{world.labels[0].pk}"), 409, "label_in_use")
    assert error["details"] == {"annotations": 0}
    assert Annotation.objects.get().label == world.labels[0]


def test_removing_a_label_frees_its_name_and_leaves_the_others_in_place() -> None:
    world = World(images=0)
    label, api = world.labels[0], Api(world.admin)
    assert api.delete(f"/labels/{label.pk}").status_code == 204
    assert [row.name for row in world.labels] == ["cup"]
    entry = AuditEntry.objects.get(action="label.remove")
    assert (entry.object_id, entry.data) == (label.pk, {"name": "cat"})
    again = api.post(f"/projects/{world.project.pk}/labels", {"name": "cat", "color": "#010203"})
    assert again.json()["position"] == 3
    with nothing_changes():
        refused(api.delete(f"/labels/{label.pk}"), 404, "not_found")
