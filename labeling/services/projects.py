"""Writing projects: schema, data, people."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from cardinal.accounts.models import User
from labeling.domain.errors import Refused, conflict, invalid_field, not_found
from labeling.domain.roles import ADMIN, role_permits
from labeling.models import Dataset, Image, Label, Membership, Project
from labeling.selectors.access import datasets_visible
from labeling.services.attributes import attribute_add
from labeling.services.leases import leases_withdraw
from labeling.services.records import audit, publish_counts, publish_labels
from labeling.services.task_making import tasks_make
from labeling.shapes.requests import LabelCreate


def project_create(
    *, name: str, dataset_ids: Sequence[int], labels: Sequence[LabelCreate], created_by: User
) -> Project:
    """Create a project with its schema and tasks; its creator becomes its admin."""
    with transaction.atomic():
        project = Project.objects.create(name=name, created_by=created_by)
        Membership.objects.create(project=project, user=created_by, role=ADMIN)
        audit(actor=created_by, action="project.create", target=project, project_id=project.pk, name=name)
        for label in labels:
            # Nobody looks on yet.
            label_add(project=project, label=label, added_by=created_by, tell=False)
        project_datasets_set(project=project, dataset_ids=dataset_ids, changed_by=created_by)
    return project


def project_change(
    *,
    project: Project,
    name: str | None,
    guide: str | None,
    dataset_ids: Sequence[int] | None = None,
    task_order: str | None = None,
    random_share: float | None = None,
    changed_by: User,
) -> Project:
    """Change what is given and leave the rest; all of it or nothing.

    `task_order` is one of `TaskOrder`, `random_share` the share of tasks drawn at random in it.
    """
    given = {"name": name, "guide": guide, "task_order": task_order, "random_share": random_share}
    changes = {key: value for key, value in given.items() if value is not None}
    with transaction.atomic():
        if dataset_ids is not None:
            project_datasets_set(project=project, dataset_ids=dataset_ids, changed_by=changed_by)
        if not changes:
            return project
        for key, value in changes.items():
            setattr(project, key, value)
        project.save(update_fields=list(changes))
        audit(
            actor=changed_by,
            action="project.change",
            target=project,
            project_id=project.pk,
            fields=[*changes],
        )
        publish_counts(project.pk)
    return project


def project_datasets_set(*, project: Project, dataset_ids: Sequence[int], changed_by: User) -> None:
    """Use exactly these data sets and make the tasks of new ones.

    Tasks of a data set that is taken off stay: their annotations are somebody's work.
    """
    with transaction.atomic():
        wanted = set(dataset_ids)
        current = set(project.datasets.values_list("pk", flat=True))
        # Held while their images are read, so that an upload at the same moment makes its own tasks.
        found = {
            dataset.pk: dataset
            for dataset in Dataset.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        }
        allowed = set(datasets_visible(user=changed_by).filter(pk__in=wanted).values_list("pk", flat=True))
        unknown = sorted(wanted - ((allowed | current) & set(found)))
        if unknown:
            raise invalid_field("dataset_ids", f"There is no data set {unknown[0]}, or it is not yours.")
        if wanted == current:
            return
        project.datasets.set(found.values())
        audit(
            actor=changed_by,
            action="project.set_datasets",
            target=project,
            project_id=project.pk,
            datasets=sorted(wanted),
        )
        images = Image.objects.filter(dataset_id__in=wanted - current).order_by("dataset_id", "pk")
        tasks_make(project_id=project.pk, images=list(images))


def label_add(*, project: Project, label: LabelCreate, added_by: User, tell: bool = True) -> Label:
    """Add a label at the end of the schema. Raises `Refused` with code `name_taken`.

    Whoever adds several tells of them at once, by `publish_labels`, and not of each.
    """
    try:
        with transaction.atomic():
            Project.objects.select_for_update(no_key=True).get(pk=project.pk)
            last = project.labels.order_by("-position").values_list("position", flat=True).first() or 0
            row = Label.objects.create(
                project=project, position=last + 1, **label.model_dump(exclude={"attributes"})
            )
            audit(actor=added_by, action="label.add", target=row, project_id=project.pk, name=row.name)
            for attribute in label.attributes:
                attribute_add(label=row, attribute=attribute, added_by=added_by, tell=False)
            if tell:
                publish_labels(project.pk)
    except IntegrityError:
        raise _name_taken(label.name) from None
    return row


def label_change(
    *, label: Label, name: str | None, color: str | None, kind: str | None, changed_by: User
) -> Label:
    """Change what is given and leave the rest. Raises `Refused` with code `name_taken`."""
    given = {"name": name, "color": color, "kind": kind}
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        return label
    try:
        with transaction.atomic():
            row = _label_locked(label)
            for key, value in changes.items():
                setattr(row, key, value)
            row.save(update_fields=list(changes))
            audit(actor=changed_by, action="label.change", target=row, project_id=row.project_id, **changes)
            publish_labels(row.project_id)
    except IntegrityError:
        raise _name_taken(row.name) from None
    return row


def label_remove(*, label: Label, removed_by: User) -> None:
    """Remove a label that no object uses, deleted objects included: undo may bring them back."""
    with transaction.atomic():
        locked = _label_locked(label)
        used = locked.annotations.filter(deleted_at=None).count()
        if locked.annotations.exists():
            raise conflict(
                "label_in_use",
                _in_use(locked.name, used=used, kept=locked.annotations.count() - used),
                annotations=used,
            )
        audit(
            actor=removed_by,
            action="label.remove",
            target=locked,
            project_id=locked.project_id,
            name=locked.name,
        )
        publish_labels(locked.project_id)
        locked.delete()


def _label_locked(label: Label) -> Label:
    locked = Label.objects.select_for_update().filter(pk=label.pk).first()
    if locked is None:
        raise not_found("label")
    return locked


def _in_use(name: str, *, used: int, kept: int) -> str:
    if used:
        return f"{used} objects have the label “{name}”. Give them another one first, or rename this one."
    return f"{kept} deleted objects have the label “{name}” and can still be restored. Rename it instead."


def _name_taken(name: str) -> Refused:
    return conflict("name_taken", f"There is a label “{name}” already. Choose another name.")


def member_set(*, project: Project, username: str, role: str, changed_by: User) -> Membership:
    """Add a person or change their role. The last admin stays one."""
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise invalid_field("username", f"There is no account “{username}”. Check the name.")
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        if role != ADMIN:
            _ensure_other_admin(project=project, user_id=person.pk)
        member, _ = Membership.objects.update_or_create(project=project, user=person, defaults={"role": role})
        if not role_permits(role, "annotate"):
            leases_withdraw(project=project, user_id=person.pk)
        audit(
            actor=changed_by,
            action="member.set",
            target=member,
            project_id=project.pk,
            user=person.pk,
            role=role,
        )
    return member


def member_remove(*, project: Project, user_id: int, removed_by: User) -> None:
    """Remove a person. Their work stays; their leases end."""
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        member = Membership.objects.filter(project=project, user_id=user_id).first()
        if member is None:
            return
        _ensure_other_admin(project=project, user_id=user_id)
        audit(actor=removed_by, action="member.remove", target=member, project_id=project.pk, user=user_id)
        member.delete()
        leases_withdraw(project=project, user_id=user_id)


def _ensure_other_admin(*, project: Project, user_id: int) -> None:
    admins = set(project.memberships.filter(role=ADMIN).values_list("user_id", flat=True))
    if admins == {user_id}:
        raise conflict("last_admin", "A project needs an admin. Make somebody else an admin first.")
