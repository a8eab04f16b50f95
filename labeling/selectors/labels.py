"""Reading the schema: labels with their attributes."""

from collections import defaultdict
from collections.abc import Collection

from cardinal.accounts.models import User
from labeling.domain import attributes as rules
from labeling.domain.errors import not_found
from labeling.models import Attribute, Label
from labeling.selectors import shape
from labeling.selectors.access import ensure_permitted
from labeling.shapes import objects


def attribute_get(*, user: User, attribute_id: int, action: str) -> Attribute:
    """Return an attribute, with its label, on which the user may do `action`."""
    attribute = Attribute.objects.select_related("label").filter(pk=attribute_id, deleted_at=None).first()
    if attribute is None:
        raise not_found("attribute")
    ensure_permitted(user=user, project_id=attribute.label.project_id, action=action, what="attribute")
    return attribute


def attributes_of(*, label_ids: Collection[int]) -> dict[int, list[Attribute]]:
    """Return each label's attributes in order."""
    found: dict[int, list[Attribute]] = defaultdict(list)
    for row in Attribute.objects.filter(label_id__in=label_ids, deleted_at=None):
        found[row.label_id].append(row)
    return found


def rule_of(attribute: Attribute) -> rules.Attribute:
    """Return an attribute as the domain knows it."""
    return rules.Attribute(
        id=attribute.pk or 0,
        name=attribute.name,
        kind=attribute.kind,
        choices=tuple(attribute.choices),
        required=attribute.required,
        default=attribute.default,
        minimum=attribute.minimum,
        maximum=attribute.maximum,
    )


def rules_of(*, label_ids: Collection[int]) -> dict[int, list[rules.Attribute]]:
    """Return each label's attributes as the domain knows them."""
    found: dict[int, list[rules.Attribute]] = defaultdict(list)
    for key, rows in attributes_of(label_ids=label_ids).items():
        found[key] = [rule_of(row) for row in rows]
    return found


def label_shape(label: Label) -> objects.Label:
    """Return one label with its attributes."""
    return shape.label_shape(label, attributes=attributes_of(label_ids=[label.pk])[label.pk])


def label_shapes(*, project_ids: Collection[int]) -> dict[int, list[objects.Label]]:
    """Return each project's labels in order, with a bounded number of queries."""
    labels = list(Label.objects.filter(project_id__in=project_ids))
    attributes = attributes_of(label_ids=[label.pk for label in labels])
    found: dict[int, list[objects.Label]] = defaultdict(list)
    for label in labels:
        found[label.project_id].append(shape.label_shape(label, attributes=attributes[label.pk]))
    return found
