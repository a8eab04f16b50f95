"""What an object carries besides its mask: flags, order, work time."""

from typing import Any

import pytest

from labeling.models import Annotation, AuditEntry
from labeling.services.tasks import task_submit
from tests.factories import World, rectangle
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

FLAGS = {"occluded": True, "truncated": True, "crowd": True, "ignore": True}


def _create(world: World, **body: object) -> dict[str, Any]:
    given = {"label_id": world.labels[0].pk, "mask": rectangle(5, 6, 10, 8).model_dump()} | body
    response = Api(world.annotator).post(f"/tasks/{world.tasks[0].pk}/annotations", given)
    assert response.status_code == 201, response.json()
    return response.json()  # type: ignore[no-any-return]


def _stack(world: World) -> list[int]:
    rows = Annotation.objects.filter(deleted_at=None).order_by("position", "pk")
    return list(rows.values_list("pk", flat=True))


def test_an_object_is_made_with_all_it_carries() -> None:
    world = World(images=1)
    body = _create(world, **FLAGS, position=-7, seconds=4.2516, tool_seconds={"extreme": 3.5, "brush": 0})
    assert {name: body[name] for name in FLAGS} == FLAGS
    assert (body["position"], body["seconds"], body["tool_seconds"]) == (
        -7,
        4.252,
        {"extreme": 3.5, "brush": 0.0},
    )
    entry = AuditEntry.objects.get(action="annotation.create")
    fields = ["crowd", "ignore", "occluded", "position", "seconds", "tool_seconds", "truncated"]
    assert entry.data["fields"] == fields


def test_a_change_sets_what_is_named_and_adds_work_time_up() -> None:
    world = World(images=1)
    made = _create(world, seconds=4, tool_seconds={"extreme": 4}, crowd=True)
    api, path = Api(world.annotator), f"/annotations/{made['id']}"
    more = {"occluded": True, "seconds": 2.5, "tool_seconds": {"brush": 1.5, "extreme": 1}}
    changed = api.patch(path, {"version": 1, **more}).json()
    assert changed == made | {
        "occluded": True,
        "seconds": 6.5,
        "tool_seconds": {"extreme": 5.0, "brush": 1.5},
        "version": 2,
        "updated_at": changed["updated_at"],
    }
    entry = AuditEntry.objects.get(action="annotation.change")
    assert entry.data["fields"] == ["occluded", "seconds", "tool_seconds"]
    # The same change again is stale: time is never counted twice.
    with nothing_changes():
        error = refused(api.patch(path, {"version": 1, **more}), 409, "stale_version")
    assert error["details"] == {"current": changed}
    off = api.patch(path, {"version": 2, "crowd": False, "occluded": None, "position": 5}).json()
    assert (off["crowd"], off["occluded"], off["position"]) == (False, True, 5)


def test_work_time_ends_at_a_day() -> None:
    world = World(images=1)
    made = _create(world, seconds=86_400)
    changed = Api(world.annotator).patch(f"/annotations/{made['id']}", {"version": 1, "seconds": 1}).json()
    assert changed["seconds"] == 86_400


@pytest.mark.parametrize(
    ("detail", "field"),
    [
        ({"occluded": "perhaps"}, "occluded"),
        ({"position": 0.5}, "position"),
        ({"position": 2**53}, "position"),
        ({"position": -(2**53)}, "position"),
        ({"seconds": -0.1}, "seconds"),
        ({"seconds": 86_400.5}, "seconds"),
        ({"seconds": "long"}, "seconds"),
        ({"tool_seconds": {"brush": -1}}, "tool_seconds.brush"),
        ({"tool_seconds": {"Brush": 1}}, "tool_seconds.Brush.[key]"),
        ({"tool_seconds": {"a" * 33: 1}}, f"tool_seconds.{'a' * 33}.[key]"),
        (
            {"tool_seconds": {f"tool{'_' * n}": 1 for n in range(28)} | {f"{c}x": 1 for c in "abcde"}},
            "tool_seconds",
        ),
        ({"attributes": {"x": 1}}, "attributes.x.[key]"),
        ({"attributes": {"0": 1}}, "attributes.0.[key]"),
        ({"verdict": "accepted"}, "verdict"),
        ({"verdict_by": 1}, "verdict_by"),
    ],
)
def test_a_bad_detail_is_refused_by_its_field(detail: dict[str, object], field: str) -> None:
    world = World(images=1)
    annotation, api = world.annotation(), Api(world.annotator)
    body = {"label_id": world.labels[0].pk, "mask": rectangle(1, 1, 2, 2).model_dump()}
    with nothing_changes():
        refused_field(api.post(f"/tasks/{world.tasks[0].pk}/annotations", body | detail), field)
        refused_field(api.patch(f"/annotations/{annotation.pk}", {"version": 1} | detail), field)


@pytest.mark.parametrize("seconds", ["NaN", "Infinity", "1e400"])
def test_time_that_is_no_number_is_refused(seconds: str) -> None:
    world = World(images=1)
    annotation = world.annotation()
    with nothing_changes():
        raw = f'{{"version": 1, "seconds": {seconds}}}'
        assert Api(world.annotator).patch(f"/annotations/{annotation.pk}", raw=raw).status_code == 400


def test_new_objects_stand_in_front_of_all_others_of_their_image() -> None:
    world = World(images=2)
    first, second = world.annotation(), world.annotation()
    other = world.annotation(world.tasks[1])
    Api(world.annotator).delete(f"/annotations/{second.pk}", version=1)
    third = world.annotation()
    assert [row.position for row in (first, second, other, third)] == [1024, 2048, 1024, 3072]


def test_an_object_goes_to_the_front_to_the_back_and_by_steps() -> None:
    world = World(images=1)
    a, b, c = (world.annotation().pk for _ in range(3))
    api = Api(world.annotator)

    def move(key: int, version: int, where: str) -> list[int]:
        body = {"version": version, "move": where}
        response = api.post(f"/annotations/{key}/reorder", body)
        assert (response.status_code, response.json()["version"]) == (200, version + 1)
        return _stack(world)

    assert move(a, 1, "front") == [b, c, a]
    assert move(a, 2, "backward") == [b, a, c]
    assert move(c, 1, "back") == [c, b, a]
    assert move(c, 2, "forward") == [b, c, a]
    assert Annotation.objects.get(pk=b).version == 1
    entries = AuditEntry.objects.filter(action="annotation.reorder").order_by("pk")
    assert [(entry.object_id, entry.data["move"]) for entry in entries] == [
        (a, "front"),
        (a, "backward"),
        (c, "back"),
        (c, "forward"),
    ]


def test_where_an_object_stands_already_nothing_changes() -> None:
    world = World(images=1)
    world.annotation()
    last, api = world.annotation(), Api(world.annotator)
    with nothing_changes():
        for move in ("front", "forward"):
            body = {"version": 1, "move": move}
            assert api.post(f"/annotations/{last.pk}/reorder", body).json()["version"] == 1


def test_without_room_between_two_objects_all_of_them_get_new_places() -> None:
    world = World(images=1)
    keys = [_create(world, position=position)["id"] for position in (4, 5, 5)]
    body = {"version": 1, "move": "forward"}
    moved = Api(world.annotator).post(f"/annotations/{keys[0]}/reorder", body).json()
    assert (moved["position"], moved["version"]) == (2048, 2)
    assert _stack(world) == [keys[1], keys[0], keys[2]]
    rows = Annotation.objects.order_by("pk").values_list("position", "version")
    assert list(rows) == [(2048, 2), (1024, 2), (3072, 2)]


def test_a_move_that_cannot_be_is_refused() -> None:
    world = World(images=1)
    first, second, api = world.annotation(), world.annotation(), Api(world.annotator)
    path = f"/annotations/{first.pk}/reorder"
    front = {"version": 1, "move": "front"}
    with nothing_changes():
        refused_field(api.post(path, {"version": 1, "move": "up"}), "move")
        refused_field(api.post(path, {"move": "front"}), "version")
        refused(api.post(path, front | {"version": 2}), 409, "stale_version")
        refused(Api(world.reviewer).post(path, front), 409, "lease_held")
        refused(Api(world.viewer).post(path, front), 403, "not_allowed")
        refused(Api(world.stranger).post(path, front), 404, "not_found")
    api.delete(f"/annotations/{second.pk}", version=1)
    with nothing_changes():
        answer = api.post(f"/annotations/{second.pk}/reorder", {"version": 2, "move": "front"})
        refused(answer, 409, "annotation_deleted")
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)
    with nothing_changes():
        refused(api.post(path, front), 409, "task_not_editable")
