"""Finding a thing and checking the role in one step. What one may not see is "not found"."""

from django.db.models import QuerySet

from cardinal.accounts.models import User
from labeling.domain.errors import not_allowed, not_found
from labeling.domain.roles import ADMIN, NEEDED, role_permits
from labeling.models import Annotation, Dataset, Image, Label, Membership, Project, Task


def role_in(*, user: User, project_id: int) -> str | None:
    """Return the user's role in a project; staff are admins everywhere."""
    if user.is_staff:
        return ADMIN
    return Membership.objects.filter(project_id=project_id, user=user).values_list("role", flat=True).first()


def ensure_permitted(*, user: User, project_id: int, action: str, what: str) -> str:
    """Return the user's role, or refuse: `not_found` for strangers, `not_allowed` for the wrong role."""
    role = role_in(user=user, project_id=project_id)
    if role is None:
        raise not_found(what)
    if not role_permits(role, action):
        raise not_allowed(NEEDED[action])
    return role


def ensure_may_create(*, user: User) -> None:
    """Refuse unless the user may create data sets and projects."""
    if not user.is_staff:
        raise not_allowed("Only staff create data sets and projects. Ask an admin of this site.")


def project_get(*, user: User, project_id: int, action: str) -> Project:
    """Return a project in which the user may do `action`."""
    project = Project.objects.filter(pk=project_id).first()
    if project is None:
        raise not_found("project")
    ensure_permitted(user=user, project_id=project.pk, action=action, what="project")
    return project


def task_get(*, user: User, task_id: int, action: str) -> Task:
    """Return a task, with its image and people, on which the user may do `action`."""
    task = Task.objects.select_related("image", "lease_holder", "submitted_by").filter(pk=task_id).first()
    if task is None:
        raise not_found("task")
    ensure_permitted(user=user, project_id=task.project_id, action=action, what="task")
    return task


def annotation_get(*, user: User, annotation_id: int, action: str) -> Annotation:
    """Return an annotation, with its task, on which the user may do `action`."""
    annotation = Annotation.objects.select_related("task").filter(pk=annotation_id).first()
    if annotation is None:
        raise not_found("annotation")
    ensure_permitted(user=user, project_id=annotation.task.project_id, action=action, what="annotation")
    return annotation


def label_get(*, user: User, label_id: int, action: str) -> Label:
    """Return a label on which the user may do `action`."""
    label = Label.objects.filter(pk=label_id).first()
    if label is None:
        raise not_found("label")
    ensure_permitted(user=user, project_id=label.project_id, action=action, what="label")
    return label


def datasets_visible(*, user: User) -> QuerySet[Dataset]:
    """Return the data sets that the user may see: their own, and all of them for staff."""
    return Dataset.objects.all() if user.is_staff else Dataset.objects.filter(created_by=user)


def dataset_get(*, user: User, dataset_id: int) -> Dataset:
    """Return a data set that the user may see and change."""
    dataset = datasets_visible(user=user).filter(pk=dataset_id).first()
    if dataset is None:
        raise not_found("data set")
    return dataset


def image_get(*, user: User, image_id: int) -> Image:
    """Return an image of an own data set or of a project in which the user is a member."""
    image = Image.objects.filter(pk=image_id).first()
    if image is None:
        raise not_found("image")
    if user.is_staff:
        return image
    seen = (
        Dataset.objects.filter(pk=image.dataset_id, created_by=user).exists()
        or Task.objects.filter(image=image, project__memberships__user=user).exists()
    )
    if not seen:
        raise not_found("image")
    return image
