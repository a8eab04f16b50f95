"""What admins do to labels, each with what has to be there before."""

from collections.abc import Callable
from typing import TypeAlias

from labeling.models import Attribute
from labeling.services.attributes import attribute_add, attribute_change, attribute_remove
from labeling.services.projects import label_add, label_change, label_remove
from labeling.shapes.requests import LabelCreate
from labeling.shapes.schema import AttributeChange, AttributeCreate
from tests.factories import World

Happening: TypeAlias = Callable[[World], object]


def _add_label(world: World) -> None:
    attributes = [AttributeCreate(name=name, kind="text") for name in ("colour", "maker")]
    label = LabelCreate(name="saucer", color="#123456", attributes=attributes)
    label_add(project=world.project, label=label, added_by=world.admin)


def _add_attribute(world: World) -> None:
    attribute = AttributeCreate(name="colour", kind="text")
    attribute_add(label=world.labels[0], attribute=attribute, added_by=world.admin)


def _nothing(_world: World) -> None:
    """Begin with a world as it is."""


WITH_LABELS: dict[str, tuple[Happening, Happening]] = {
    "a label is added with what it asks": (_nothing, _add_label),
    "a label is changed": (
        _nothing,
        lambda world: label_change(
            label=world.labels[0], name="kitten", color="#112233", kind=None, changed_by=world.admin
        ),
    ),
    "a label is removed": (
        _nothing,
        lambda world: label_remove(label=world.labels[1], removed_by=world.admin),
    ),
    "an attribute is added": (_nothing, _add_attribute),
    "an attribute is changed": (
        _add_attribute,
        lambda world: attribute_change(
            attribute=Attribute.objects.get(),
            change=AttributeChange(name="fur", required=True),
            changed_by=world.admin,
        ),
    ),
    "an attribute is removed": (
        _add_attribute,
        lambda world: attribute_remove(
            attribute=Attribute.objects.get(), confirm=None, removed_by=world.admin
        ),
    ),
}
