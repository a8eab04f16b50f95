"""Writing skips and flags: what people cannot do, and what an admin should look at."""

from django.db import transaction
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain.errors import conflict, invalid_field, not_allowed
from labeling.domain.roles import role_permits
from labeling.domain.task_states import next_state
from labeling.models import Flag, Skip, Task
from labeling.selectors.access import ensure_permitted
from labeling.services.leases import ensure_free_for, lease_end, task_locked
from labeling.services.records import audit, publish_counts, publish_task

CHANGED = ["state", "skip", "flag", "lease_holder", "lease_expires_at", "updated_at"]


def task_skip(*, task_id: int, reason: str, text: str, flag: bool = False, skipped_by: User) -> Task:
    """Leave a task to others. Repeating one's own skip in the same words changes nothing.

    Raises `Refused`: `not_found`, `not_allowed`, `task_not_editable`, `lease_held`, `invalid`.
    """
    _ensure_said(reason, text)
    with transaction.atomic():
        task = task_locked(task_id=task_id)
        ensure_permitted(user=skipped_by, project_id=task.project_id, action="annotate", what="task")
        own = task.skips.filter(person=skipped_by, ended_at=None).first()
        if own is not None and (own.reason, own.text) == (reason, text) and (not flag or task.flag_id):
            return task
        ensure_free_for(task, user=skipped_by)
        task.state = next_state(task.state, "skip")
        _end(own, ended_by=skipped_by)
        task.skip = Skip.objects.create(task=task, person=skipped_by, reason=reason, text=text)
        audit(actor=skipped_by, action="task.skip", target=task, project_id=task.project_id, reason=reason)
        if flag and task.flag_id is None:
            _flag(task, reason=reason, text=text, flagged_by=skipped_by)
        lease_end(task)
        _tell(task)
    return task


def task_unskip(*, task_id: int, unskipped_by: User) -> Task:
    """Take skips back: an admin those of everybody, anybody else their own.

    The task stays skipped while another person's skip stands. Raises `Refused`: `not_found`, `not_allowed`,
    `task_not_editable`.
    """
    with transaction.atomic():
        task = task_locked(task_id=task_id)
        role = ensure_permitted(user=unskipped_by, project_id=task.project_id, action="annotate", what="task")
        standing = list(task.skips.filter(ended_at=None).order_by("pk"))
        may_all = role_permits(role, "manage")
        ended = [skip for skip in standing if may_all or skip.person_id == unskipped_by.pk]
        if standing and not ended:
            raise not_allowed("Somebody else skipped this task. Ask an admin of the project to give it back.")
        action = "unskip_sent_back" if task.submitted_by_id else "unskip"
        state = next_state(task.state, action)
        for skip in ended:
            _end(skip, ended_by=unskipped_by)
        left = [skip for skip in standing if skip not in ended]
        task.skip = left[-1] if left else None
        task.state = task.state if left else state
        audit(actor=unskipped_by, action="task.unskip", target=task, project_id=task.project_id)
        _tell(task)
    return task


def skips_end_by_submission(task: Task, *, submitted_by: User) -> None:
    """Take back the submitter's own skip of a locked task, and the task's mark; the caller saves it.

    Other people's skips stand: when the task is sent back, it does not come to them.
    """
    _end(task.skips.filter(person=submitted_by, ended_at=None).first(), ended_by=submitted_by)
    task.skip = None


def task_flag(*, task_id: int, reason: str, text: str, flagged_by: User) -> Task:
    """Ask an admin to look at a task. Repeating one's own flag in the same words changes nothing.

    Raises `Refused`: `not_found`, `not_allowed`, `already_flagged`, `invalid`.
    """
    _ensure_said(reason, text)
    with transaction.atomic():
        task = task_locked(task_id=task_id)
        ensure_permitted(user=flagged_by, project_id=task.project_id, action="annotate", what="task")
        if task.flag is not None:
            if (task.flag.person_id, task.flag.reason, task.flag.text) == (flagged_by.pk, reason, text):
                return task
            name = task.flag.person.username
            raise conflict("already_flagged", f"{name} has flagged this task already. Write a comment.")
        _flag(task, reason=reason, text=text, flagged_by=flagged_by)
        _tell(task)
    return task


def task_unflag(*, task_id: int, unflagged_by: User) -> Task:
    """Take a flag back: an admin every one, anybody else their own. Without a flag nothing happens."""
    with transaction.atomic():
        task = task_locked(task_id=task_id)
        role = ensure_permitted(user=unflagged_by, project_id=task.project_id, action="annotate", what="task")
        if task.flag is None:
            return task
        if not role_permits(role, "manage") and task.flag.person_id != unflagged_by.pk:
            raise not_allowed("Somebody else flagged this task. An admin of the project takes the flag away.")
        _end(task.flag, ended_by=unflagged_by)
        task.flag = None
        audit(actor=unflagged_by, action="task.unflag", target=task, project_id=task.project_id)
        _tell(task)
    return task


def _ensure_said(reason: str, text: str) -> None:
    if reason == "other" and not text:
        raise invalid_field("text", "Say in a few words what is the matter.")


def _flag(task: Task, *, reason: str, text: str, flagged_by: User) -> None:
    task.flag = Flag.objects.create(task=task, person=flagged_by, reason=reason, text=text)
    audit(actor=flagged_by, action="task.flag", target=task, project_id=task.project_id, reason=reason)


def _end(mark: Skip | Flag | None, *, ended_by: User) -> None:
    if mark is not None:
        mark.ended_at, mark.ended_by = timezone.now(), ended_by
        mark.save(update_fields=["ended_at", "ended_by"])


def _tell(task: Task) -> None:
    task.save(update_fields=CHANGED)
    publish_task(task)
    publish_counts(task.project_id)
