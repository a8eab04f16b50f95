"""Reading projects: counts, people, lists."""

from collections import defaultdict
from typing import TypeVar

from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain.roles import ADMIN, VIEWER
from labeling.domain.task_states import ANNOTATE_STATES
from labeling.models import AuditEntry, Dataset, Image, Membership, Project, Task
from labeling.selectors import shape
from labeling.selectors.access import datasets_visible
from labeling.selectors.labels import label_shapes
from labeling.shapes import objects, pages

Row = TypeVar("Row", bound=Model)


def counts_of(*, project_ids: list[int]) -> dict[int, objects.Counts]:
    """Return the tasks of each project by state."""
    live = Q(lease_holder__isnull=False, lease_expires_at__gt=timezone.now(), state__in=ANNOTATE_STATES)
    rows = (
        Task.objects.filter(project_id__in=project_ids)
        .values("project_id", "state")
        .annotate(tasks=Count("id"), live=Count("id", filter=live), flagged=Count("flag"))
        .order_by()
    )
    numbers: dict[int, dict[str, int]] = {
        key: dict.fromkeys(objects.Counts.model_fields, 0) for key in project_ids
    }
    for row in rows:
        mine = numbers[row["project_id"]]
        mine["total"] += row["tasks"]
        mine["in_progress"] += row["live"]
        mine["flagged"] += row["flagged"]
        mine[row["state"]] += row["tasks"] - row["live"]
    return {key: objects.Counts.model_validate(value) for key, value in numbers.items()}


def counts_shape(*, project_id: int) -> objects.Counts:
    """Return one project's tasks by state."""
    return counts_of(project_ids=[project_id])[project_id]


def project_shapes(*, projects: list[Project], user: User) -> list[objects.Project]:
    """Return projects as this user sees them, with a bounded number of queries."""
    ids = [project.pk for project in projects]
    counts = counts_of(project_ids=ids)
    roles = dict(Membership.objects.filter(user=user, project_id__in=ids).values_list("project_id", "role"))
    labels = label_shapes(project_ids=ids)
    datasets: dict[int, list[int]] = defaultdict(list)
    for project_id, dataset_id in Project.datasets.through.objects.filter(project_id__in=ids).values_list(
        "project_id", "dataset_id"
    ):
        datasets[project_id].append(dataset_id)
    people = _active_people(ids)
    covers = _covers(ids)
    return [
        objects.Project.model_validate(
            {
                "id": project.pk,
                "name": project.name,
                "guide": project.guide,
                "role": ADMIN if user.is_staff else roles.get(project.pk, VIEWER),
                "labels": labels[project.pk],
                "dataset_ids": sorted(datasets[project.pk]),
                "task_order": project.task_order,
                "random_share": project.random_share,
                "counts": counts[project.pk],
                "cover_url": covers.get(project.pk),
                "active_people": people[project.pk],
                "created_at": project.created_at,
            }
        )
        for project in projects
    ]


def _active_people(project_ids: list[int]) -> dict[int, list[objects.User]]:
    people: dict[int, list[objects.User]] = defaultdict(list)
    leased = Task.objects.filter(
        project_id__in=project_ids, lease_holder__isnull=False, lease_expires_at__gt=timezone.now()
    ).select_related("lease_holder")
    for task in leased.order_by("lease_holder__username"):
        if task.lease_holder:
            person = shape.user_shape(task.lease_holder)
            if person not in people[task.project_id]:
                people[task.project_id].append(person)
    return people


def _covers(project_ids: list[int]) -> dict[int, str]:
    firsts = (
        Task.objects.filter(project_id__in=project_ids)
        .order_by("project_id", "position")
        .distinct("project_id")
        .select_related("image")
    )
    return {task.project_id: shape.thumbnail_url(task.image) for task in firsts}


def project_shape(*, project: Project, user: User) -> objects.Project:
    """Return one project as this user sees it."""
    return project_shapes(projects=[project], user=user)[0]


def newest_first(rows: QuerySet[Row], *, cursor: int, limit: int) -> tuple[list[Row], str | None]:
    """Return a page of rows, the newest first, and the cursor of the next one: the key of the last row."""
    if cursor:
        rows = rows.filter(pk__lt=cursor)
    found = list(rows.order_by("-pk")[: limit + 1])
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else None


def project_page(*, user: User, cursor: int, limit: int) -> pages.ProjectPage:
    """Return the user's projects, the newest first."""
    rows = Project.objects.all() if user.is_staff else Project.objects.filter(memberships__user=user)
    found, after = newest_first(rows, cursor=cursor, limit=limit)
    return pages.ProjectPage(results=project_shapes(projects=found, user=user), next=after)


def member_page(*, project: Project) -> pages.MemberPage:
    """Return who works in a project. Teams are small: one page holds all of them."""
    rows = project.memberships.select_related("user").order_by("user__username")
    members = [
        objects.Member.model_validate({"user": shape.user_shape(m.user), "role": m.role}) for m in rows
    ]
    return pages.MemberPage(results=members, next=None)


def dataset_page(*, user: User, cursor: int, limit: int) -> pages.DatasetPage:
    """Return the data sets that the user may see, the newest first."""
    found, after = newest_first(datasets_visible(user=user), cursor=cursor, limit=limit)
    counts = dict(
        Image.objects.filter(dataset__in=found).order_by().values_list("dataset").annotate(Count("pk"))
    )
    results = [shape.dataset_shape(dataset, image_count=counts.get(dataset.pk, 0)) for dataset in found]
    return pages.DatasetPage(results=results, next=after)


def image_page(*, dataset: Dataset, cursor: int, limit: int) -> pages.ImagePage:
    """Return a data set's images in the order of upload."""
    found = list(Image.objects.filter(dataset=dataset, pk__gt=cursor).order_by("pk")[: limit + 1])
    return pages.ImagePage(
        results=[shape.image_shape(image) for image in found[:limit]],
        next=str(found[limit - 1].pk) if len(found) > limit else None,
    )


def audit_page(*, project: Project, cursor: int, limit: int) -> pages.AuditPage:
    """Return a project's audit log, the newest first."""
    rows = AuditEntry.objects.filter(project=project).select_related("actor")
    found, after = newest_first(rows, cursor=cursor, limit=limit)
    return pages.AuditPage(results=[shape.audit_shape(entry) for entry in found], next=after)
