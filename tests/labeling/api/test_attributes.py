"""Attributes: what labels ask of their objects; added, changed, removed, answered."""

from typing import Any

import pytest

from labeling.models import Annotation, Attribute, AuditEntry, Label
from tests.factories import World, rectangle
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

COLOUR = {"name": "colour", "kind": "choice", "choices": ["red", "blue"], "required": True}
AGE = {"name": "age", "kind": "number", "min": 0, "max": 120}


def _add(world: World, body: dict[str, Any], label: Label | None = None) -> int:
    path = f"/labels/{(label or world.labels[0]).pk}/attributes"
    response = Api(world.admin).post(path, body)
    assert response.status_code == 201, response.json()
    return response.json()["id"]  # type: ignore[no-any-return]


def _create(world: World, **body: object) -> Any:  # noqa: ANN401 - Django's response with what its test client adds
    given = {"label_id": world.labels[0].pk, "mask": rectangle(5, 6, 10, 8).model_dump()} | body
    return Api(world.annotator).post(f"/tasks/{world.tasks[0].pk}/annotations", given)


def _schema(world: World, label: int = 0) -> list[dict[str, Any]]:
    project = Api(world.viewer).get(f"/projects/{world.project.pk}").json()
    return project["labels"][label]["attributes"]  # type: ignore[no-any-return]


def test_a_new_attribute_stands_at_the_end_of_its_labels() -> None:
    world = World(images=0)
    first, second = _add(world, COLOUR), _add(world, AGE | {"default": 3})
    assert _schema(world) == [
        {
            "id": first,
            "name": "colour",
            "kind": "choice",
            "choices": ["red", "blue"],
            "required": True,
            "default": None,
            "min": None,
            "max": None,
            "position": 1,
        },
        {
            "id": second,
            "name": "age",
            "kind": "number",
            "choices": [],
            "required": False,
            "default": 3,
            "min": 0.0,
            "max": 120.0,
            "position": 2,
        },
    ]
    assert _schema(world, label=1) == []
    entry = AuditEntry.objects.get(action="attribute.add", object_id=first)
    assert entry.data == {"label": world.labels[0].pk, "name": "colour", "kind": "choice"}
    assert entry.project_id == world.project.pk


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "\0"}, "name"),
        ({"kind": "colour"}, "kind"),
        ({"choices": "red"}, "choices"),
        ({"choices": [""]}, "choices.0"),
        ({"choices": ["x" * 101]}, "choices.0"),
        ({"choices": [str(n) for n in range(51)]}, "choices"),
        ({"required": "perhaps"}, "required"),
        ({"min": "low"}, "min"),
        ({"position": 1}, "position"),
        ({"id": 1}, "id"),
    ],
)
def test_a_bad_field_is_refused_by_its_name(change: dict[str, object], field: str) -> None:
    world = World(images=0)
    with nothing_changes():
        refused_field(
            Api(world.admin).post(f"/labels/{world.labels[0].pk}/attributes", COLOUR | change), field
        )


def test_a_definition_that_makes_no_sense_is_refused_also_within_a_new_project() -> None:
    world = World(images=0)
    api, bad = Api(world.admin), COLOUR | {"choices": []}
    labels = [{"name": "dog", "color": "#010203", "attributes": [AGE, bad]}]
    with nothing_changes():
        refused(api.post(f"/labels/{world.labels[0].pk}/attributes", bad), 400, "choices_missing")
        refused(api.post("/projects", {"name": "new", "labels": labels}), 400, "choices_missing")
        refused(api.post(f"/projects/{world.project.pk}/labels", labels[0]), 400, "choices_missing")


def test_a_name_is_taken_within_its_label_only() -> None:
    world = World(images=0)
    _add(world, AGE)
    other, api = _add(world, COLOUR), Api(world.admin)
    with nothing_changes():
        error = refused(api.post(f"/labels/{world.labels[0].pk}/attributes", AGE), 409, "name_taken")
        refused(api.patch(f"/attributes/{other}", {"name": "age"}), 409, "name_taken")
    assert error["message"] == "The label has an attribute “age” already. Choose another name."
    _add(world, AGE, world.labels[1])


def test_a_label_takes_fifty_attributes() -> None:
    world = World(images=0)
    label = world.labels[0]
    Attribute.objects.bulk_create(
        Attribute(label=label, name=str(n), kind="text", position=n) for n in range(1, 51)
    )
    with nothing_changes():
        refused(Api(world.admin).post(f"/labels/{label.pk}/attributes", AGE), 409, "too_many_attributes")


def test_renaming_keeps_the_answers() -> None:
    world = World(images=1)
    colour = _add(world, COLOUR)
    made = _create(world, attributes={colour: "red"}).json()
    response = Api(world.admin).patch(f"/attributes/{colour}", {"name": "paint"})
    assert (response.status_code, response.json()["name"]) == (200, "paint")
    task = Api(world.viewer).get(f"/tasks/{world.tasks[0].pk}").json()
    assert task["annotations"] == [made]
    entry = AuditEntry.objects.get(action="attribute.change")
    assert entry.data == {"label": world.labels[0].pk, "fields": ["name"], "answers_lost": 0}


def test_a_null_takes_default_and_bounds_away_and_leaves_the_rest() -> None:
    world = World(images=0)
    age, api = _add(world, AGE | {"default": 3}), Api(world.admin)
    body = {"default": None, "max": None, "name": None, "required": None}
    changed = api.patch(f"/attributes/{age}", body).json()
    assert (changed["default"], changed["min"], changed["max"]) == (None, 0, None)
    assert (changed["name"], changed["required"]) == ("age", False)
    with nothing_changes():
        assert api.patch(f"/attributes/{age}", {}).json() == changed
        refused_field(api.patch(f"/attributes/{age}", {"kind": "text"}), "kind")
        refused(api.patch(f"/attributes/{age}", {"default": -1}), 400, "attribute_out_of_range")


def test_attributes_are_put_in_another_order() -> None:
    world = World(images=0)
    ids = [_add(world, AGE | {"name": name}) for name in ("one", "two", "three")]
    api = Api(world.admin)
    assert api.patch(f"/attributes/{ids[2]}", {"position": 1}).json()["position"] == 1
    assert [(row["name"], row["position"]) for row in _schema(world)] == [
        ("three", 1),
        ("one", 2),
        ("two", 3),
    ]
    assert api.patch(f"/attributes/{ids[2]}", {"position": 99}).json()["position"] == 3
    assert [row["name"] for row in _schema(world)] == ["one", "two", "three"]


def test_a_choice_in_use_goes_only_when_the_number_of_answers_is_confirmed() -> None:
    world = World(images=1)
    colour = _add(world, COLOUR)
    for value in ("red", "red", "blue"):
        assert _create(world, attributes={colour: value}).status_code == 201
    api, path = Api(world.admin), f"/attributes/{colour}"
    change = {"choices": ["blue", "green"]}
    for confirm in ({}, {"confirm": 0}, {"confirm": 1}, {"confirm": 3}):
        with nothing_changes():
            error = refused(api.patch(path, change | confirm), 409, "attribute_in_use")
        assert error["details"] == {"answers": 2}
    assert error["message"] == (
        "2 objects have an answer to “colour” that would be lost. Confirm this number to go on."
    )
    assert api.patch(path, change | {"confirm": 2}).json()["choices"] == ["blue", "green"]
    # The answers stay where they are, and no longer count.
    answers = Annotation.objects.order_by("pk").values_list("attributes", flat=True)
    assert list(answers) == [{str(colour): "red"}, {str(colour): "red"}, {str(colour): "blue"}]
    task = world.tasks[0].pk
    error = refused(Api(world.annotator).post(f"/tasks/{task}/submit"), 409, "attributes_missing")
    assert len(error["details"]["objects"]) == 2
    assert api.patch(path, {"choices": ["green", "blue"]}).status_code == 200


def test_narrower_bounds_count_the_answers_outside() -> None:
    world = World(images=1)
    age = _add(world, AGE)
    for value in (0, 50, 120, 0.5):
        _create(world, attributes={age: value})
    api = Api(world.admin)
    with nothing_changes():
        error = refused(api.patch(f"/attributes/{age}", {"min": 1, "max": 100}), 409, "attribute_in_use")
    assert error["details"] == {"answers": 3}
    assert api.patch(f"/attributes/{age}", {"min": -1, "max": 200}).json()["max"] == 200


def test_removing_an_answered_attribute_needs_the_number_of_answers() -> None:
    world = World(images=1)
    colour, api = _add(world, COLOUR), Api(world.admin)
    made = _create(world, attributes={colour: "red"}).json()
    _create(world)
    path = f"/attributes/{colour}"
    for confirm in ({}, {"confirm": 2}):
        with nothing_changes():
            error = refused(api.delete(path, **confirm), 409, "attribute_in_use")
        assert error["details"] == {"answers": 1}
    with nothing_changes():
        refused_field(api.delete(path, confirm="all"), "confirm")
    assert api.delete(path, confirm=1).status_code == 204
    assert _schema(world) == []
    with nothing_changes():
        refused(api.delete(path), 404, "not_found")
        refused(api.patch(path, {"name": "paint"}), 404, "not_found")
        answer = _create(world, attributes={colour: "red"})
        assert refused(answer, 400, "attribute_unknown")["details"] == {"attribute_id": colour}
    assert Annotation.objects.get(pk=made["id"]).attributes == {str(colour): "red"}
    # Its name is free, and the answers of before do not belong to the new one.
    again = _add(world, COLOUR)
    assert (again != colour, _schema(world)[0]["position"]) == (True, 1)
    entry = AuditEntry.objects.get(action="attribute.remove")
    assert entry.data == {"label": world.labels[0].pk, "name": "colour", "answers_lost": 1}


def test_a_deleted_objects_answer_keeps_no_attribute() -> None:
    world = World(images=1)
    colour = _add(world, COLOUR)
    made = _create(world, attributes={colour: "red"}).json()
    Api(world.annotator).delete(f"/annotations/{made['id']}", version=1)
    assert Api(world.admin).delete(f"/attributes/{colour}").status_code == 204


def test_a_task_is_not_submitted_while_a_required_attribute_is_open() -> None:
    world = World(images=1)
    colour = _add(world, COLOUR)
    age = _add(world, AGE)
    bare = _create(world, attributes={age: 5}).json()
    full = _create(world, attributes={colour: "blue"}).json()
    other = _create(world, label_id=world.labels[1].pk).json()
    assert other["attributes"] == {}
    api, submit = Api(world.annotator), f"/tasks/{world.tasks[0].pk}/submit"
    with nothing_changes():
        error = refused(api.post(submit), 409, "attributes_missing")
    assert error["details"] == {"objects": [{"annotation_id": bare["id"], "attributes": [colour]}]}
    assert error["message"] == "1 object lacks an attribute that is required. Fill it in, then submit."
    taken = api.patch(f"/annotations/{full['id']}", {"version": 1, "attributes": {colour: None}}).json()
    assert (taken["attributes"], taken["version"]) == ({}, 2)
    api.delete(f"/annotations/{full['id']}", version=2)
    api.patch(f"/annotations/{bare['id']}", {"version": 1, "attributes": {colour: "red"}})
    assert api.post(submit).json()["state"] == "submitted"


def test_defaults_answer_for_who_says_nothing_and_a_new_label_brings_its_own() -> None:
    world = World(images=1)
    colour = _add(world, COLOUR | {"default": "blue"})
    broken = _add(world, {"name": "broken", "kind": "yes_no", "default": False}, world.labels[1])
    made = _create(world).json()
    assert made["attributes"] == {str(colour): "blue"}
    assert _create(world, attributes={colour: None}).json()["attributes"] == {}
    path = f"/annotations/{made['id']}"
    relabelled = Api(world.annotator).patch(path, {"version": 1, "label_id": world.labels[1].pk}).json()
    # What was said under the label before comes back with it.
    assert relabelled["attributes"] == {str(colour): "blue", str(broken): False}
    with nothing_changes():
        body = {"version": 2, "attributes": {colour: "red"}}
        refused(Api(world.annotator).patch(path, body), 400, "attribute_unknown")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("green", "attribute_not_a_choice"),
        (True, "attribute_not_a_choice"),
        (3, "attribute_not_a_choice"),
    ],
)
def test_an_answer_that_is_none_is_refused_and_nothing_stored(value: object, code: str) -> None:
    world = World(images=1)
    colour = _add(world, COLOUR)
    annotation = world.annotation()
    with nothing_changes():
        error = refused(_create(world, attributes={colour: value}), 400, code)
        assert error["details"] == {"attribute_id": colour}
        body = {"version": 1, "attributes": {colour: value}}
        refused(Api(world.annotator).patch(f"/annotations/{annotation.pk}", body), 400, code)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400", "9" * 400])
def test_numbers_that_are_none_are_refused(number: str) -> None:
    world = World(images=1)
    age, annotation = _add(world, AGE), world.annotation()
    body = f'{{"version": 1, "attributes": {{"{age}": {number}}}}}'
    with nothing_changes():
        answer = Api(world.annotator).patch(f"/annotations/{annotation.pk}", raw=body)
    assert answer.status_code == 400


def test_attributes_of_another_project_are_not_there() -> None:
    world = World(images=1)
    other = Api(world.admin).post("/projects", {"name": "other"}).json()
    label = Api(world.admin).post(
        f"/projects/{other['id']}/labels", {"name": "dog", "color": "#010203", "attributes": [AGE]}
    )
    foreign = label.json()["attributes"][0]["id"]
    with nothing_changes():
        refused(_create(world, attributes={foreign: 3}), 400, "attribute_unknown")
        refused(Api(world.reviewer).patch(f"/attributes/{foreign}", {"name": "x"}), 404, "not_found")
        refused(Api(world.reviewer).delete(f"/attributes/{foreign}"), 404, "not_found")
