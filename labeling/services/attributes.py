"""Writing attributes: what a label asks of its objects."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Func, JSONField, Value
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain import attributes as rules
from labeling.domain.errors import Refused, conflict, not_found
from labeling.models import Attribute, Label
from labeling.selectors.labels import rule_of
from labeling.services.records import audit, publish_labels
from labeling.shapes.schema import AttributeChange, AttributeCreate


def attribute_add(
    *, label: Label, attribute: AttributeCreate, added_by: User, tell: bool = True
) -> Attribute:
    """Add an attribute at the end of a label's.

    Raises `Refused`: `not_found`, `name_taken`, `too_many_attributes`, and what `ensure_definable` raises.
    """
    row = Attribute(
        name=attribute.name,
        kind=attribute.kind,
        choices=attribute.choices,
        required=attribute.required,
        default=attribute.default,
        minimum=attribute.min,
        maximum=attribute.max,
    )
    rules.ensure_definable(rule_of(row))
    try:
        with transaction.atomic():
            row.label = _label_locked(label.pk)
            positions = list(row.label.attributes.filter(deleted_at=None).values_list("position", flat=True))
            if len(positions) >= rules.MAX_ATTRIBUTES:
                raise conflict(
                    "too_many_attributes",
                    f"A label takes {rules.MAX_ATTRIBUTES} attributes. Remove one first.",
                )
            row.position = max(positions, default=0) + 1
            row.save()
            _audit(row, actor=added_by, action="attribute.add", name=row.name, kind=row.kind)
            if tell:
                publish_labels(row.label.project_id)
    except IntegrityError:
        raise _name_taken(attribute.name) from None
    return row


def attribute_change(*, attribute: Attribute, change: AttributeChange, changed_by: User) -> Attribute:
    """Change what is given and leave the rest; a new name keeps all answers.

    Raises `Refused`: `not_found`, `name_taken`, what `ensure_definable` raises, and `attribute_in_use` with
    the number of objects whose answer would no longer hold, unless `change.confirm` is that number.
    """
    columns = _columns(change)
    if not columns and change.position is None:
        return attribute
    try:
        with transaction.atomic():
            row = _attribute_locked(attribute)
            before = rule_of(row)
            for name, value in columns.items():
                setattr(row, name, value)
            after = rule_of(row)
            rules.ensure_definable(after)
            lost = 0
            if before != replace(after, name=before.name, required=before.required, default=before.default):
                lost = _answers_lost(row, before=before, after=after)
            _ensure_confirmed(row, lost, confirm=change.confirm)
            row.save()
            if change.position is not None:
                _place(row, change.position)
            fields = sorted(change.model_fields_set - {"confirm"})
            _audit(row, actor=changed_by, action="attribute.change", fields=fields, answers_lost=lost)
            publish_labels(row.label.project_id)
    except IntegrityError:
        raise _name_taken(change.name or attribute.name) from None
    return row


def attribute_remove(*, attribute: Attribute, confirm: int | None, removed_by: User) -> None:
    """Remove an attribute. Its answers stay with the objects, where they mean nothing any more.

    Raises `Refused`: `not_found`, and `attribute_in_use` with the number of answers unless it is confirmed.
    """
    with transaction.atomic():
        row = _attribute_locked(attribute)
        answered = row.label.annotations.filter(deleted_at=None, attributes__has_key=str(row.pk)).count()
        _ensure_confirmed(row, answered, confirm=confirm)
        row.deleted_at = timezone.now()
        row.save(update_fields=["deleted_at"])
        _audit(row, actor=removed_by, action="attribute.remove", name=row.name, answers_lost=answered)
        publish_labels(row.label.project_id)


def _label_locked(label_id: int) -> Label:
    # Whoever stores an answer holds the label too, so an answer and its question fit together.
    label = Label.objects.select_for_update().filter(pk=label_id).first()
    if label is None:
        raise not_found("label")
    return label


def _attribute_locked(attribute: Attribute) -> Attribute:
    label = _label_locked(attribute.label_id)
    row = label.attributes.filter(pk=attribute.pk, deleted_at=None).first()
    if row is None:
        raise not_found("attribute")
    row.label = label
    return row


def _columns(change: AttributeChange) -> dict[str, object]:
    given = {name: getattr(change, name) for name in ("name", "choices", "required")}
    columns = {name: value for name, value in given.items() if value is not None}
    # Of these a null says something: there is none any more.
    named = {"default": "default", "min": "minimum", "max": "maximum"}
    return columns | {
        column: getattr(change, name) for name, column in named.items() if name in change.model_fields_set
    }


def _answers_lost(row: Attribute, *, before: rules.Attribute, after: rules.Attribute) -> int:
    answer = Func(
        F("attributes"), Value(str(row.pk)), function="jsonb_extract_path", output_field=JSONField()
    )
    answered = row.label.annotations.filter(deleted_at=None, attributes__has_key=str(row.pk))
    found = answered.order_by().annotate(answer=answer).values_list("answer").annotate(times=Count("pk"))
    return sum(n for value, n in found if rules.is_value(before, value) and not rules.is_value(after, value))


def _ensure_confirmed(row: Attribute, answers: int, *, confirm: int | None) -> None:
    if answers and confirm != answers:
        objects = "1 object has" if answers == 1 else f"{answers} objects have"
        raise conflict(
            "attribute_in_use",
            f"{objects} an answer to “{row.name}” that would be lost. Confirm this number to go on.",
            answers=answers,
        )


def _place(row: Attribute, position: int) -> None:
    others = list(row.label.attributes.filter(deleted_at=None).exclude(pk=row.pk))
    others.insert(position - 1, row)
    for number, each in enumerate(others, start=1):
        if each.position != number:
            each.position = number
            each.save(update_fields=["position"])


def _audit(row: Attribute, *, actor: User, action: str, **data: object) -> None:
    audit(actor=actor, action=action, target=row, project_id=row.label.project_id, label=row.label_id, **data)


def _name_taken(name: str) -> Refused:
    return conflict("name_taken", f"The label has an attribute “{name}” already. Choose another name.")
