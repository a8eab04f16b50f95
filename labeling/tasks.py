"""Celery tasks: a few lines each, ids in, safe to run twice."""

import logging

from celery import shared_task
from celery.signals import worker_process_init
from django.utils import timezone

from cardinal.celery import app
from cardinal.events.publish import wake
from labeling.model_files import VersionFiles, files_of
from labeling.models import Image, ModelVersion, Project, Proposal, ProposalStatus, Task
from labeling.services import (
    exports,
    import_runs,
    imports,
    model_uploads,
    prelabel_runs,
    prelabels,
    previews,
    proposals,
    tiles,
    training,
    training_runs,
)
from labeling.shapes.objects import Mask

logger = logging.getLogger(__name__)

NO_MASK = "The model found no object there. Click the left, top, right and bottom edge of one object again."
BROKEN = "The model failed on this object. Move a point a little and try again; if it stays, tell an admin."

# Long texts on the way from a click to its project's version, which a click need not read.
HEAVY = ("project__guide", "project__active_version__card", "project__active_version__metrics")


def _serving(project: Project) -> VersionFiles | None:
    """Return what answers a project's clicks now; None is the predictor of the settings."""
    return files_of(project.active_version) if project.active_version else None


@worker_process_init.connect
def load_model(**_: object) -> None:
    """Load the model before the first click in processes that serve clicks, and in no other."""
    if "segment" not in app.amqp.queues.consume_from:
        return
    from labeling import inference  # noqa: PLC0415 - only workers pay for the model's libraries

    inference.load_model()


@shared_task(name="labeling.tasks.proposal_segment", time_limit=30)
def proposal_segment(proposal_id: int) -> None:
    """Answer one proposal that is still pending."""
    from labeling import inference  # noqa: PLC0415 - only workers pay for the model's libraries

    proposal = (
        Proposal.objects.select_related("task__image", "task__project__active_version")
        .defer(*(f"task__{name}" for name in HEAVY))
        .filter(pk=proposal_id)
        .first()
    )
    if proposal is None or proposal.status != ProposalStatus.PENDING:
        return
    image = proposal.task.image
    queue_ms = max((timezone.now() - proposal.created_at).total_seconds() * 1000, 0.0)
    try:
        result = inference.segment(
            sha256=image.sha256,
            key=image.display_key,
            points=[(p["x"], p["y"]) for p in proposal.points],
            version=_serving(proposal.task.project),
        )
    except inference.NoMask:
        proposals.proposal_fail(proposal_id=proposal_id, code="segmentation_failed", message=NO_MASK)
    except inference.VersionUnavailable as error:
        logger.exception("Proposal %s has no model", proposal_id)
        proposals.proposal_fail(proposal_id=proposal_id, code="model_unavailable", message=str(error))
    except Exception:
        logger.exception("Proposal %s failed", proposal_id)
        proposals.proposal_fail(proposal_id=proposal_id, code="segmentation_failed", message=BROKEN)
    else:
        answer = proposals.Answer(queue_ms=queue_ms, **vars(result))
        proposals.proposal_answer(proposal_id=proposal_id, answer=answer)


@shared_task(name="labeling.tasks.preview_segment", time_limit=30)
def preview_segment(task_id: int, user_id: int) -> None:
    """Answer the newest preview that a person has asked for on a task."""
    from labeling import inference  # noqa: PLC0415 - only workers pay for the model's libraries

    question = previews.preview_take(task_id=task_id, user_id=user_id)
    task = (
        Task.objects.select_related("image", "project__active_version")
        .defer(*HEAVY)
        .filter(pk=task_id)
        .first()
    )
    if question is None or task is None:
        return
    try:
        mask = inference.preview(
            sha256=task.image.sha256,
            key=task.image.display_key,
            points=question.points,
            version=_serving(task.project),
        )
    except (*inference.NoMask, inference.VersionUnavailable):
        mask = None
    shown = None if mask is None else Mask(size=[task.image.height, task.image.width], counts=mask)
    previews.preview_tell(task_id=task_id, user_id=user_id, request_id=question.request_id, mask=shown)


@shared_task(name="labeling.tasks.image_warm", time_limit=60)
def image_warm(image_id: int, project_id: int | None = None) -> None:
    """Decode an image that somebody has just opened, and load what will answer, before the first click."""
    from labeling import inference  # noqa: PLC0415 - only workers pay for the model's libraries

    image = Image.objects.filter(pk=image_id).first()
    project = Project.objects.select_related("active_version").filter(pk=project_id or 0).first()
    if image is not None:
        version = _serving(project) if project else None
        inference.warm(sha256=image.sha256, key=image.display_key, version=version)


@shared_task(name="labeling.tasks.model_warm", time_limit=60)
def model_warm(version_id: int) -> None:
    """Load a version that has just been made the active one, before the first click."""
    from labeling import inference  # noqa: PLC0415 - only workers pay for the model's libraries

    version = ModelVersion.objects.filter(pk=version_id).first()
    if version is not None:
        inference.load_model(files_of(version))


@shared_task(name="labeling.tasks.model_check")
def model_check(version_id: int) -> None:
    """Look at one uploaded weights file."""
    model_uploads.version_check(version_id=version_id)


@shared_task(name="labeling.tasks.models_resume")
def models_resume() -> None:
    """Queue uploaded weights that no worker has looked at."""
    model_uploads.versions_resume()


@shared_task(name="labeling.tasks.training_run")
def training_run(run_id: int) -> None:
    """Do one training run, or go on with it."""
    training_runs.run_do(run_id=run_id)


@shared_task(name="labeling.tasks.training_resume")
def training_resume() -> None:
    """Queue runs again whose worker has died."""
    training.runs_resume()


@shared_task(name="labeling.tasks.training_due")
def training_due() -> None:
    """Start the runs that rules ask for."""
    training.training_due()


@shared_task(name="labeling.tasks.prelabel")
def prelabel(prelabelling_id: int) -> None:
    """Make the drafts of one detector's file, or go on with it."""
    prelabel_runs.prelabel_do(prelabelling_id=prelabelling_id)


@shared_task(name="labeling.tasks.prelabels_resume")
def prelabels_resume() -> None:
    """Queue detectors' files again whose worker has died."""
    prelabels.prelabels_resume()


@shared_task(name="labeling.tasks.image_tile", time_limit=600)
def image_tile(image_id: int) -> None:
    """Cut a large image into tiles."""
    tiles.image_tile(image_id=image_id)


@shared_task(name="labeling.tasks.worker_ready")
def worker_ready(key: str) -> None:
    """Answer that a process with a loaded model takes clicks."""
    from labeling import inference  # noqa: PLC0415 - only workers pay for the model's libraries

    inference.load_model()
    wake(key=key)


@shared_task(name="labeling.tasks.proposals_expire")
def proposals_expire() -> None:
    """Fail what nobody waits for any more."""
    proposals.proposals_expire()


@shared_task(name="labeling.tasks.export_run")
def export_run(export_id: int) -> None:
    """Write one export's file."""
    exports.export_run(export_id=export_id)


@shared_task(name="labeling.tasks.exports_resume")
def exports_resume() -> None:
    """Queue exports whose worker died."""
    exports.exports_resume()


@shared_task(name="labeling.tasks.import_run")
def import_run(import_id: int) -> None:
    """Check one file, or write what was checked."""
    import_runs.import_do(import_id=import_id)


@shared_task(name="labeling.tasks.imports_resume")
def imports_resume() -> None:
    """Queue imports whose worker died."""
    imports.imports_resume()
