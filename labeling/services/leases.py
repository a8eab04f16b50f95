"""Leases: who works on a task now. One atomic row, so two people never get the same task."""

import random
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain.errors import Kind, Refused, conflict, not_found
from labeling.domain.roles import role_permits
from labeling.domain.task_states import (
    ANNOTATE_STATES,
    CHANGES_REQUESTED,
    OPEN,
    REVIEW_STATES,
    SKIPPED,
    ensure_editable,
)
from labeling.models import Project, Skip, Task, TaskOrder
from labeling.selectors.access import ensure_permitted
from labeling.selectors.review import LOWEST_SCORE_FIRST, behind_in_review
from labeling.services.records import audit, publish_counts, publish_task

# A lease with more than this share of its time left is not written again by each click.
FRESH = 0.9
RELATED = ("image", "lease_holder", "submitted_by")
BY_POSITION = (F("position").asc(),)
LEAST_CERTAIN_FIRST = (F("uncertainty").desc(nulls_last=True), F("position").asc())


def task_locked(*, task_id: int) -> Task:
    """Return the task, held until the transaction ends, with its image and people. Raises `not_found`."""
    # Two queries: after waiting for a lock Postgres renews the locked row alone, and a joined holder
    # would still be the one from before the wait.
    if not Task.objects.select_for_update().filter(pk=task_id).values_list("pk"):
        raise not_found("task")
    return Task.objects.select_related(*RELATED).get(pk=task_id)


def lease_length() -> timedelta:
    """Return for how long a lease is given."""
    return timedelta(seconds=settings.LEASE_SECONDS)


def is_live(task: Task, *, now: datetime) -> bool:
    """Return whether somebody holds the task at `now`."""
    return (
        task.lease_holder_id is not None and task.lease_expires_at is not None and task.lease_expires_at > now
    )


def ensure_free_for(task: Task, *, user: User) -> None:
    """Raise `Refused` with code `lease_held` while somebody else holds the task."""
    if is_live(task, now=timezone.now()) and task.lease_holder_id != user.pk and task.lease_holder:
        raise conflict(
            "lease_held",
            f"{task.lease_holder.username} works on this task now. Open the next one, or wait.",
            holder={"id": task.lease_holder.pk, "username": task.lease_holder.username},
            expires_at=task.lease_expires_at.isoformat() if task.lease_expires_at else None,
        )


def lease_hold(task: Task, *, user: User) -> Task:
    """Take or renew the lease of a locked task; the caller has checked role and state.

    Raises `Refused` with code `lease_held`. Taking and renewing are told, taking is audited.
    """
    now = timezone.now()
    ensure_free_for(task, user=user)
    taken = not is_live(task, now=now)
    if not taken and task.lease_expires_at and task.lease_expires_at - now > FRESH * lease_length():
        return task
    task.lease_holder = user
    task.lease_expires_at = now + lease_length()
    task.save(update_fields=["lease_holder", "lease_expires_at"])
    # A page that heard of the first minutes alone would call the task free when they are over.
    publish_task(task)
    if taken:
        audit(actor=user, action="task.lease", target=task, project_id=task.project_id)
        publish_counts(task.project_id)
    return task


def lease_take(*, task_id: int, user: User) -> Task:
    """Take or renew the lease by request.

    Raises `Refused`: `not_found`, `not_allowed`, `task_not_editable`, `lease_held`.
    """
    with transaction.atomic():
        task = task_locked(task_id=task_id)
        role = ensure_permitted(user=user, project_id=task.project_id, action="annotate", what="task")
        # Who cannot write here must not keep others from it: a submitted task waits for a reviewer.
        ensure_editable(task.state, may_review=role_permits(role, "review"))
        return lease_hold(task, user=user)


def lease_release(*, task_id: int, user: User) -> None:
    """Give the task back; nothing happens when somebody else holds it, or nobody."""
    with transaction.atomic():
        task = task_locked(task_id=task_id)
        if task.lease_holder_id != user.pk:
            return
        lease_end(task)
        task.save(update_fields=["lease_holder", "lease_expires_at"])
        audit(actor=user, action="task.release", target=task, project_id=task.project_id)
        publish_task(task)
        publish_counts(task.project_id)


def leases_withdraw(*, project: Project, user_id: int) -> None:
    """Free every task that somebody holds who may not write in the project any more."""
    held = project.tasks.filter(lease_holder_id=user_id, lease_expires_at__gt=timezone.now())
    with transaction.atomic():
        for task_id in held.order_by("pk").values_list("pk", flat=True):
            task = task_locked(task_id=task_id)
            if task.lease_holder_id == user_id:
                lease_end(task)
                task.save(update_fields=["lease_holder", "lease_expires_at"])
                publish_task(task)
        publish_counts(project.pk)


def lease_end(task: Task) -> None:
    """Clear the lease of a locked task in memory; the caller saves."""
    task.lease_holder = None
    task.lease_expires_at = None


def task_next(*, project: Project, user: User, purpose: str, after: Task | None) -> Task:
    """Return the task to work on now, leased to `user`.

    First what they hold already, then what was sent back to them, then free tasks in the project's order, and
    last what others skipped and no admin was asked about; behind `after` first and without it. In the order
    of the model's uncertainty a share of them is drawn at random. Reviewers get the task with the lowest
    score first, and those without proposals last. What they skipped themselves does not come back to them.
    Raises `Refused` with code `no_task` (404), which says why.
    """
    with transaction.atomic():
        rows = Task.objects.filter(project=project)
        if purpose == "review":
            rows = rows.filter(state__in=REVIEW_STATES)
        else:
            rows = rows.filter(~_skipped_by(user), state__in=ANNOTATE_STATES)
        if after is not None:
            rows = rows.exclude(pk=after.pk)
        rows = rows.order_by(*(LOWEST_SCORE_FIRST if purpose == "review" else BY_POSITION))
        task = _first_unlocked(rows.filter(lease_holder=user, lease_expires_at__gt=timezone.now()))
        if task is None:
            task = _first_free(rows, project=project, user=user, purpose=purpose, after=after)
        if task is None:
            why = _why_none(project=project, user=user, purpose=purpose)
            raise Refused("no_task", why, kind=Kind.NOT_FOUND)
        return lease_hold(task, user=user)


def _least_certain(free: QuerySet[Task], *, project: Project) -> Task | None:
    """Return the free task that the model is least sure of, or now and then any other one."""
    if random.random() < project.random_share:  # noqa: S311 - a draw, and no secret
        # From a place drawn by lot on: as fast in a million tasks as in ten.
        first = random.randint(1, max(project.task_count, 1))  # noqa: S311
        drawn = _first_unlocked(free.filter(position__gte=first))
        if drawn is not None:
            return drawn
    return _first_unlocked(free.order_by(*LEAST_CERTAIN_FIRST))


def _free() -> Q:
    return Q(lease_holder=None) | Q(lease_expires_at__lte=timezone.now())


def _skipped_by(user: User) -> Exists:
    return Exists(Skip.objects.filter(task=OuterRef("pk"), person=user, ended_at=None))


def _behind(after: Task, *, purpose: str) -> Q:
    """Return what comes after a task in the order of its queue."""
    return behind_in_review(after) if purpose == "review" else Q(position__gt=after.position)


def _first_free(
    rows: QuerySet[Task], *, project: Project, user: User, purpose: str, after: Task | None
) -> Task | None:
    free = rows.filter(_free())
    if purpose == "review":
        return _in_turn(free, purpose=purpose, after=after)
    sent_back, fresh = free.filter(state=CHANGES_REQUESTED), free.filter(state=OPEN)
    by_certainty = project.task_order == TaskOrder.UNCERTAIN
    return (
        _in_turn(sent_back.filter(submitted_by=user), purpose=purpose, after=after)
        or (
            _least_certain(fresh, project=project)
            if by_certainty
            else _in_turn(fresh, purpose=purpose, after=after)
        )
        or _in_turn(sent_back, purpose=purpose, after=after)
        or _in_turn(free.filter(state=SKIPPED, flag=None), purpose=purpose, after=after)
    )


def _in_turn(queue: QuerySet[Task], *, purpose: str, after: Task | None) -> Task | None:
    """Return what comes behind `after` in a queue, or else its first."""
    task = _first_unlocked(queue.filter(_behind(after, purpose=purpose))) if after else None
    return task or _first_unlocked(queue)


def _first_unlocked(rows: QuerySet[Task]) -> Task | None:
    # Names no order of its own: that of `rows` is the queue's.
    locked = rows.select_for_update(skip_locked=True).only("pk").first()
    return Task.objects.select_related(*RELATED).get(pk=locked.pk) if locked else None


def _why_none(*, project: Project, user: User, purpose: str) -> str:
    if not project.tasks.exists():
        return "This project has no images yet. An admin can upload some."
    if purpose == "review":
        return "No task waits for review now."
    left = project.tasks.filter(state__in=ANNOTATE_STATES)
    for_user = left.exclude(state=SKIPPED, flag__isnull=False).exclude(_skipped_by(user))
    if left.exists() and not for_user.exists():
        return "Every task that is left was skipped. An admin can give skipped tasks back."
    if left.exists():
        return "Every task that is left is being worked on by somebody else. Come back in a while."
    return "Every task of this project was submitted. Well done."
