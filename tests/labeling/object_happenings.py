"""What people do with objects besides drawing them. Each is a world before, and what happens then."""

from collections.abc import Callable

from labeling.services.annotations import annotation_change
from labeling.services.attributes import attribute_add
from labeling.services.stacking import annotation_reorder
from labeling.services.tasks import task_submit
from labeling.services.verdicts import annotation_judge
from labeling.shapes.requests import AnnotationChange
from labeling.shapes.schema import AttributeCreate
from tests.factories import World, rectangle


def _objects(world: World) -> None:
    for _ in range(3):
        world.annotation()


def _asked(world: World) -> None:
    asked = AttributeCreate(name="broken", kind="yes_no")
    attribute_add(label=world.labels[0], attribute=asked, added_by=world.admin)
    world.annotation()


def _handed_in(world: World) -> None:
    _objects(world)
    task_submit(task_id=world.tasks[0].pk, submitted_by=world.annotator)


def _change(world: World, *, by_reviewer: bool = False, **change: object) -> None:
    annotation = world.tasks[0].annotations.order_by("pk")[0]
    annotation_change(
        annotation_id=annotation.pk,
        task_id=annotation.task_id,
        change=AnnotationChange(version=annotation.version, **change),  # type: ignore[arg-type]
        changed_by=world.reviewer if by_reviewer else world.annotator,
    )


def _answer(world: World) -> None:
    attribute = world.labels[0].attributes.get()
    _change(world, attributes={attribute.pk: True})


def _move(world: World, move: str) -> None:
    annotation = world.tasks[0].annotations.order_by("pk")[0]
    annotation_reorder(
        annotation_id=annotation.pk,
        task_id=annotation.task_id,
        version=annotation.version,
        move=move,
        moved_by=world.annotator,
    )


def _tight(world: World) -> None:
    _objects(world)
    world.tasks[0].annotations.update(position=0)


def _judge(world: World) -> None:
    annotation = world.tasks[0].annotations.order_by("pk")[0]
    annotation_judge(
        annotation_id=annotation.pk,
        task_id=annotation.task_id,
        version=annotation.version,
        verdict="rejected",
        reasons=["loose_edge"],
        text="The handle.",
        judged_by=world.reviewer,
    )


def _redraw_rejected(world: World) -> None:
    _change(world, by_reviewer=True, mask=rectangle(0, 0, 3, 3))


WITH_OBJECTS: dict[str, tuple[Callable[[World], object], Callable[[World], object]]] = {
    "an object gets flags and work time": (
        _objects,
        lambda world: _change(world, occluded=True, crowd=True, seconds=3.5, tool_seconds={"brush": 3.5}),
    ),
    "an attribute is answered": (_asked, _answer),
    "an object comes to the front": (_objects, lambda world: _move(world, "front")),
    "objects are numbered anew": (_tight, lambda world: _move(world, "forward")),
    "an object is rejected": (_handed_in, _judge),
    "a rejected object is drawn anew": (
        lambda world: (_handed_in(world), _judge(world)),
        _redraw_rejected,
    ),
}
