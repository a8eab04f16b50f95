"""Reading training: runs, the rules by which they start, and what one would cost now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from cardinal.accounts.models import User
from labeling.domain import held_out
from labeling.domain.errors import not_found
from labeling.domain.training_plan import (
    FEWEST_COMPARED_IMAGES,
    FEWEST_IMAGES,
    STORED,
    Plan,
    Rates,
    plan,
)
from labeling.models import (
    Annotation,
    Project,
    Review,
    RunState,
    Snapshot,
    Split,
    Task,
    TaskState,
    TrainingRules,
    TrainingRun,
    Verdict,
)
from labeling.selectors import shape
from labeling.selectors.access import ensure_permitted
from labeling.shapes import training
from labeling.shapes.objects import ErrorBrief

ACTIVE = (RunState.QUEUED, RunState.RUNNING)
# What only the page of one run shows.
LONG = ("log",)


@dataclass(frozen=True, slots=True)
class Accepted:
    """How much a project could learn from now, divided as a snapshot taken now would."""

    images: int
    objects: int
    held_out_images: int
    held_out_objects: int

    @property
    def obstacle(self) -> ErrorBrief | None:
        """What stands against training on it, and what to do."""
        if self.objects == 0:
            return ErrorBrief(
                code="nothing_accepted", message="Nothing is accepted yet. Accept some objects first."
            )
        if self.held_out_images < FEWEST_COMPARED_IMAGES:
            return ErrorBrief(
                code="too_few_images",
                message=f"Images with accepted objects: {self.images}. Accept {FEWEST_IMAGES} or more: some "
                "are kept apart, to see on them whether a run made the model better.",
            )
        return None


def run_get(*, user: User, run_id: int, action: str) -> TrainingRun:
    """Return a run, with what its shape needs, in whose project the user may do `action`."""
    run = with_snapshot(TrainingRun.objects.filter(pk=run_id)).first()
    if run is None:
        raise not_found("training run")
    ensure_permitted(user=user, project_id=run.project_id, action=action, what="training run")
    return run


def with_snapshot(rows: QuerySet[TrainingRun]) -> QuerySet[TrainingRun]:
    """Fetch along what `run_shape` reads."""
    return rows.select_related("snapshot", "requested_by")


def run_page(*, project: Project, cursor: int, limit: int) -> training.TrainingRunPage:
    """Return a project's runs, the newest first."""
    rows = with_snapshot(TrainingRun.objects.filter(project=project)).defer(*LONG).order_by("-pk")
    if cursor:
        rows = rows.filter(pk__lt=cursor)
    found = list(rows[: limit + 1])
    return training.TrainingRunPage(
        results=[run_shape(run) for run in found[:limit]],
        next=str(found[limit - 1].pk) if len(found) > limit else None,
    )


# What a run sends as it is stored.
COLUMNS = (
    "project_id",
    "trigger",
    "state",
    "phase",
    "progress",
    "seconds_left",
    "seed",
    "start_id",
    "version_id",
    "decision",
    "objections",
    "created_at",
    "started_at",
    "finished_at",
)


def run_shape(run: TrainingRun) -> training.TrainingRun:
    """Return a run; needs snapshot and requested_by."""
    return training.TrainingRun.model_validate(_values(run))


def run_detail(run: TrainingRun) -> training.TrainingRunDetail:
    """Return a run with its curves and its log; needs snapshot and requested_by."""
    return training.TrainingRunDetail.model_validate({**_values(run), "curves": run.curves, "log": run.log})


def _values(run: TrainingRun) -> dict[str, Any]:
    return {
        **{name: getattr(run, name) for name in COLUMNS},
        "id": run.pk,
        "snapshot": snapshot_shape(run.snapshot) if run.snapshot else None,
        "held_out": run.report.get("held_out"),
        "check": run.report.get("check"),
        "latest": run.curves[-1] if run.curves else None,
        "evidence_url": f"/api/training-runs/{run.pk}/evidence" if run.evidence_key else None,
        "error": ErrorBrief(code=run.error_code, message=run.error_message) if run.error_code else None,
        "requested_by": shape.user_shape(run.requested_by) if run.requested_by else None,
    }


def snapshot_shape(snapshot: Snapshot) -> training.Snapshot:
    """Return a snapshot."""
    names = training.Snapshot.model_fields
    return training.Snapshot.model_validate({name: getattr(snapshot, name) for name in names})


def rules_of_project(project_id: int) -> TrainingRules:
    """Return when a project trains by itself: its own rules, or those of one that has never set any."""
    rules = TrainingRules.objects.filter(project_id=project_id).first()
    return rules or TrainingRules(project_id=project_id)


def rules_shape(rules: TrainingRules) -> training.TrainingRules:
    """Return rules."""
    names = training.TrainingRules.model_fields
    return training.TrainingRules.model_validate({name: getattr(rules, name) for name in names})


def training_plan(*, project: Project) -> training.TrainingPlan:
    """Return what a run would cost if it started now, and what stands against it."""
    accepted = accepted_now(project=project)
    planned = plan_for(project_id=project.pk, objects=accepted.objects, held_out=accepted.held_out_objects)
    return training.TrainingPlan(
        obstacle=accepted.obstacle,
        image_count=accepted.images,
        object_count=accepted.objects,
        held_out_image_count=accepted.held_out_images,
        held_out_object_count=accepted.held_out_objects,
        new_object_count=new_objects(project_id=project.pk, since=last_run_at(project.pk)),
        samples=planned.samples,
        steps=planned.steps,
        seconds=planned.seconds,
    )


def plan_for(*, project_id: int, objects: int, held_out: int) -> Plan:
    """Return the length of a run, by the rates of the project's latest run, or of the site's."""
    return plan(objects=objects, held_out_objects=held_out, rates=_rates(project_id))


def _rates(project_id: int) -> Rates:
    measured = TrainingRun.objects.filter(state=RunState.SUCCEEDED, report__has_key="rates").order_by("-pk")
    run = measured.filter(project_id=project_id).first() or measured.first()
    return Rates(**run.report["rates"]) if run else STORED


def accepted_now(*, project: Project) -> Accepted:
    """Count what a snapshot taken now would hold; nothing is divided by looking."""
    known = {
        split: (objects, images)
        for split, objects, images in learnable(project_id=project.pk)
        .exclude(task__split=Split.NONE)
        .values_list("task__split")
        .annotate(Count("pk"), Count("task", distinct=True))
    }
    new = dict(
        learnable(project_id=project.pk)
        .filter(task__split=Split.NONE)
        .values_list("task__image__sha256")
        .annotate(Count("pk"))
    )
    undivided = Task.objects.filter(project=project, state=TaskState.ACCEPTED, split=Split.NONE)
    held = choose_held_out(project=project, new=set(undivided.values_list("image__sha256", flat=True)))
    held_objects, held_images = known.get(Split.HELD_OUT, (0, 0))
    trained_objects, trained_images = known.get(Split.TRAIN, (0, 0))
    held_objects += sum(count for sha256, count in new.items() if sha256 in held)
    held_images += sum(sha256 in held for sha256 in new)
    trained_objects += sum(count for sha256, count in new.items() if sha256 not in held)
    trained_images += sum(sha256 not in held for sha256 in new)
    return Accepted(held_images + trained_images, held_objects + trained_objects, held_images, held_objects)


def choose_held_out(*, project: Project, new: Collection[str]) -> set[str]:
    """Return which of accepted images that no snapshot holds yet, by hash, the next one keeps apart."""
    tasks = Task.objects.filter(project=project)
    return held_out.choose(
        project_id=project.pk,
        new=new,
        held=tasks.filter(split=Split.HELD_OUT).count(),
        trained=tasks.filter(split=Split.TRAIN).count(),
    )


def new_objects(*, project_id: int, since: datetime | None) -> int:
    """Return how many objects are accepted that were not, or were decided on anew, since some moment."""
    rows = learnable(project_id=project_id)
    if since is not None:
        accepted = Review.objects.filter(task=OuterRef("task"), verdict=Verdict.ACCEPT, created_at__gt=since)
        rows = rows.filter(Exists(accepted))
    return rows.count()


def last_run_at(project_id: int) -> datetime | None:
    """Return when a project's newest run was asked for, however it went."""
    return (
        TrainingRun.objects.filter(project_id=project_id)
        .order_by("-pk")
        .values_list("created_at", flat=True)
        .first()
    )


def learnable(*, project_id: int) -> QuerySet[Annotation]:
    """Return the accepted objects, without crowds and what is to be ignored."""
    return Annotation.objects.filter(
        task__project=project_id,
        task__state=TaskState.ACCEPTED,
        deleted_at=None,
        crowd=False,
        ignore=False,
    ).order_by()
