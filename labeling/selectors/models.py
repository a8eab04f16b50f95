"""Reading model versions: which there are, which one serves, and what is known about each."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from cardinal.accounts.models import User
from labeling.domain.errors import not_found
from labeling.domain.learning_curve import expected_gain, fit
from labeling.models import ModelVersion, Project, RunState, TrainingRun, VersionState
from labeling.selectors import shape
from labeling.selectors.access import ensure_permitted
from labeling.shapes import training
from labeling.shapes.objects import ErrorBrief

# What is known of a file that nobody has looked at yet, or that cannot be loaded.
UNUSABLE = (VersionState.CHECKING, VersionState.REFUSED)
FIRST_PAGE = 30
# What the learning curve is asked: what would so many more accepted objects bring?
FURTHER = 200
SAMPLES = 40


def version_get(*, user: User, version_id: int, action: str) -> ModelVersion:
    """Return a version, with what its shape needs, in whose project the user may do `action`."""
    version = with_people(ModelVersion.objects.filter(pk=version_id)).first()
    if version is None:
        raise not_found("model")
    ensure_permitted(user=user, project_id=version.project_id, action=action, what="model")
    return version


def with_people(rows: QuerySet[ModelVersion]) -> QuerySet[ModelVersion]:
    """Fetch along what `version_shape` reads."""
    return rows.select_related("project", "run", "created_by")


def version_shape(version: ModelVersion, *, active_id: int | None) -> training.ModelVersion:
    """Return a version; needs run and created_by. `active_id` is the one that serves its project."""
    usable = version.state not in UNUSABLE
    run = getattr(version, "run", None)
    return training.ModelVersion.model_validate(
        {
            **{name: getattr(version, name) for name in COLUMNS},
            "id": version.pk,
            "active": version.pk == active_id,
            "archived": version.archived_at is not None,
            "run_id": run.pk if run else None,
            "held_out": _figures(version.metrics),
            "file_url": f"/api/models/{version.pk}/file" if usable else None,
            "card_url": f"/api/models/{version.pk}/card" if usable else None,
            "error": ErrorBrief(code=version.error_code, message=version.error_message)
            if version.error_code
            else None,
            "created_by": shape.user_shape(version.created_by) if version.created_by else None,
        }
    )


# What a version sends as it is stored.
COLUMNS = (
    "project_id",
    "number",
    "name",
    "origin",
    "state",
    "parent_id",
    "sha256",
    "identity",
    "architecture",
    "licence",
    "byte_size",
    "created_at",
)


def _figures(values: dict[str, Any]) -> training.Figures | None:
    return training.Figures.model_validate(values) if values else None


def models_page(*, project: Project, cursor: int = 0, limit: int = FIRST_PAGE) -> training.Models:
    """Return a project's versions, the newest first, and which one serves."""
    rows = with_people(ModelVersion.objects.filter(project=project)).order_by("-pk")
    if cursor:
        rows = rows.filter(pk__lt=cursor)
    found = list(rows[: limit + 1])
    return training.Models(
        active_id=project.active_version_id,
        pinned=project.model_pinned,
        bundled=bundled_name(),
        results=[version_shape(row, active_id=project.active_version_id) for row in found[:limit]],
        next=str(found[limit - 1].pk) if len(found) > limit else None,
    )


def bundled_name() -> str:
    """Return the name of what serves a project without a version of its own, and no path or option of it."""
    return str(settings.PREDICTOR).partition(":")[0].rpartition("/")[2]


def learning_curve(*, project: Project) -> training.LearningCurve:
    """Return what each run's result reached on held-out objects, and the curve through these points.

    The held-out objects grow with the project, so two points may be measured on different ones. The first
    point, without any object, is what the bundled model reached before anything was learned.
    """
    runs = TrainingRun.objects.filter(project=project, state=RunState.SUCCEEDED).select_related("snapshot")
    points: list[training.LearningPoint] = []
    for run in runs.order_by("pk"):
        held_out, snapshot = run.report.get("held_out"), run.snapshot
        if not held_out or snapshot is None:
            continue
        if not points and run.start_id is None:
            points.append(_point(0, held_out["before"]["mean_iou"], None))
        learned = snapshot.object_count - snapshot.held_out_object_count
        points.append(_point(learned, held_out["after"]["mean_iou"], run.version_id))
    curve = fit([(point.object_count, point.held_out_iou) for point in points])
    last = max((point.object_count for point in points), default=0)
    sampled = curve.sampled(to=last + FURTHER, most=SAMPLES) if curve else []
    return training.LearningCurve(
        points=points,
        fitted=[_point(count, value, None) for count, value in sampled],
        further=FURTHER,
        expected_gain=expected_gain(curve, at=last, further=FURTHER) if curve else None,
    )


def _point(count: int, iou: float, version_id: int | None) -> training.LearningPoint:
    return training.LearningPoint(object_count=count, held_out_iou=iou, version_id=version_id)
