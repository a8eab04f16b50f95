"""Training runs: asked for by people, by numbers and by the clock; cancelled, and taken up again."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.domain.errors import Refused, conflict, not_found
from labeling.models import (
    Project,
    RunState,
    RunTrigger,
    Schedule,
    Snapshot,
    SnapshotKind,
    TrainingRules,
    TrainingRun,
)
from labeling.selectors.training import (
    ACTIVE,
    accepted_now,
    last_run_at,
    new_objects,
    rules_of_project,
)
from labeling.services.jobs import Jobs
from labeling.services.records import audit, publish_training_run
from labeling.shapes.training import TrainingRulesChange

logger = logging.getLogger(__name__)

JOBS: Jobs[TrainingRun] = Jobs(
    rows=lambda: TrainingRun.objects.select_related(None),
    active=ACTIVE,
    over=(RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED),
    task="labeling.tasks.training_run",
    queue="train",
    # A worker that is alive writes every second. While it gets ready it may take longer: then whoever is sent
    # to take the run up finds it locked, and leaves.
    stale=timedelta(seconds=30),
    tell=publish_training_run,
    word="training",
    at_end={"seconds_left": None},
)
PERIODS = {Schedule.DAILY: timedelta(days=1), Schedule.WEEKLY: timedelta(days=7)}


def run_request(
    *,
    project: Project,
    trigger: RunTrigger = RunTrigger.BUTTON,
    seed: int = 0,
    snapshot_id: int | None = None,
    requested_by: User | None,
) -> TrainingRun:
    """Queue a run on what is accepted when it starts, or on an earlier snapshot.

    Raises `Refused`: `run_active` while another one is not over, the obstacle that the plan names, or
    `not_found` for a snapshot of another project.
    """
    snapshot = _snapshot(project, snapshot_id)
    if snapshot is None and (obstacle := accepted_now(project=project).obstacle):
        raise conflict(obstacle.code, obstacle.message)
    try:
        with transaction.atomic():
            run = TrainingRun.objects.create(
                project=project, trigger=trigger, seed=seed, snapshot=snapshot, requested_by=requested_by
            )
            audit(
                actor=requested_by,
                action="training.request",
                target=run,
                project_id=project.pk,
                trigger=str(trigger),
            )
            publish_training_run(run)
            transaction.on_commit(lambda: JOBS.enqueue(run.pk))
    except IntegrityError as error:
        # One active run a project: the index says so, whoever comes first.
        active = TrainingRun.objects.filter(project=project, state__in=ACTIVE).first()
        raise conflict(
            "run_active",
            "This project is being trained already. Wait for that run, or cancel it.",
            run_id=active.pk if active else None,
        ) from error
    return run


def _snapshot(project: Project, snapshot_id: int | None) -> Snapshot | None:
    if snapshot_id is None:
        return None
    snapshot = Snapshot.objects.filter(pk=snapshot_id, project=project, kind=SnapshotKind.TRAINING).first()
    if snapshot is None:
        raise not_found("snapshot")
    return snapshot


def run_cancel(*, run: TrainingRun, cancelled_by: User) -> TrainingRun:
    """Stop a run that is not over; one that is stays as it is. Its worker hears of it within seconds."""
    return JOBS.cancel(run.pk, by=cancelled_by)


def runs_resume() -> int:
    """Queue runs again that nobody has touched for a while: their worker or the broker died."""
    return JOBS.resume()


def training_due() -> int:
    """Start the runs that numbers or the clock ask for; return how many."""
    asked = TrainingRules.objects.exclude(every_accepted=0, schedule=Schedule.OFF).select_related("project")
    started = 0
    for rules in asked:
        trigger = _due(rules, timezone.now())
        if trigger is None:
            continue
        try:
            run_request(project=rules.project, trigger=trigger, requested_by=None)
        except Refused as error:
            # An obstacle, or a run that somebody has just asked for.
            logger.info("Project %s is not trained: %s", rules.project_id, error.code)
        else:
            started += 1
    return started


def _due(rules: TrainingRules, now: datetime) -> RunTrigger | None:
    if TrainingRun.objects.filter(project=rules.project, state__in=ACTIVE).exists():
        return None
    last = last_run_at(rules.project_id)
    new = new_objects(project_id=rules.project_id, since=last)
    if 0 < rules.every_accepted <= new:
        return RunTrigger.ACCEPTED
    period = PERIODS.get(Schedule(rules.schedule))
    # A schedule begins when somebody sets it: its first run is not at that very moment.
    since = max(last, rules.updated_at) if last else rules.updated_at
    if period is not None and new > 0 and now - since >= period:
        return RunTrigger.SCHEDULE
    return None


def rules_change(*, project: Project, change: TrainingRulesChange, changed_by: User) -> TrainingRules:
    """Change when a project trains by itself; what is not given stays."""
    with transaction.atomic():
        # Two admins at once make one row.
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        rules = rules_of_project(project.pk)
        changes = {
            name: value
            for name, value in change.model_dump(exclude_none=True).items()
            if getattr(rules, name) != value
        }
        if changes:
            for name, value in changes.items():
                setattr(rules, name, value)
            rules.save()
            audit(
                actor=changed_by,
                action="training_rules.change",
                target=project,
                project_id=project.pk,
                **changes,
            )
    return rules
