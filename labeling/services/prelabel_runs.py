"""Making drafts of a detector's file: each detection is clicked for the person who has not come yet."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from labeling.domain.detections import Detection, DetectionsInvalid, read_detections
from labeling.domain.errors import DISK_FULL, is_disk_full
from labeling.domain.task_states import ANNOTATE_STATES
from labeling.domain.uncertainty import uncertainty
from labeling.model_files import VersionFiles, files_of
from labeling.models import (
    Draft,
    Label,
    Prelabelling,
    PrelabelState,
    Project,
    Proposal,
    ProposalStatus,
    Task,
)
from labeling.services.jobs import Over
from labeling.services.locks import PRELABELLINGS, only_worker
from labeling.services.prelabels import JOBS
from labeling.services.records import audit, publish_prelabelling

logger = logging.getLogger(__name__)

# So many sentences about what was left out are kept.
MOST_TOLD = 50
BROKEN = "The file could not be turned into drafts. Try again; if it stays, tell an admin of this site."
GONE = "The file is not in the storage any more. Upload it again."


def prelabel_do(*, prelabelling_id: int) -> None:
    """Make the drafts of a file. Safe to repeat and to run twice at once: the second one leaves."""
    with only_worker(PRELABELLINGS, prelabelling_id) as alone:
        if alone:
            _do(prelabelling_id)


def _do(prelabelling_id: int) -> None:
    try:
        row = _take_up(prelabelling_id)
        if not row.drafts.exists():
            _write_drafts(row)
        _answer(row)
        _end(row.pk, PrelabelState.READY, progress=1.0)
        default_storage.delete(row.file_key)
    except Over:
        Draft.objects.filter(prelabelling=prelabelling_id, proposal=None).delete()
    except Exception as error:
        code, message = _reason(error)
        if code == "failed":
            logger.exception("Pre-labelling %s failed", prelabelling_id)
        with suppress(Over):
            _end(prelabelling_id, PrelabelState.FAILED, error_code=code, error_message=message)


def _reason(error: Exception) -> tuple[str, str]:
    from labeling import inference  # noqa: PLC0415 - only workers pay for the model's libraries

    if isinstance(error, DetectionsInvalid):
        return "file_invalid", str(error)[:500]
    if isinstance(error, inference.VersionUnavailable):
        return "model_unavailable", str(error)[:500]
    if isinstance(error, FileNotFoundError):
        return "file_gone", GONE
    if is_disk_full(error):
        return "disk_full", DISK_FULL
    return "failed", BROKEN


def _take_up(prelabelling_id: int) -> Prelabelling:
    with transaction.atomic():
        row = Prelabelling.objects.select_for_update().filter(pk=prelabelling_id).first()
        if row is None or row.state not in JOBS.active:
            raise Over
        if row.state == PrelabelState.QUEUED:
            row.version = (
                Project.objects.select_related("active_version").get(pk=row.project_id).active_version
            )
        row.state = PrelabelState.RUNNING
        row.save()
        publish_prelabelling(row)
    return row


def _write_drafts(row: Prelabelling) -> None:
    """Write a draft without an answer for each detection that can be used: all of them, or none."""
    with default_storage.open(row.file_key, "rb") as file:
        read = read_detections(file.read())
    tasks, labels = _tasks(row.project_id), _labels(row.project_id)
    left_out, drafts = list(read.left_out), []
    for detection in read.found:
        found = tasks[detection.image]
        label = labels.get(detection.label.casefold())
        why = _why_not(detection, found, label)
        if why is not None or label is None:
            left_out.append(f"annotations[{detection.number}]: {why}")
            continue
        points = [{"x": x, "y": y, "t": None} for x, y in detection.points]
        drafts.append(
            Draft(
                prelabelling=row,
                number=detection.number,
                task=found[0],
                label=label,
                points=points,
                from_box=detection.from_box,
            )
        )
    with transaction.atomic():
        Draft.objects.bulk_create(drafts, batch_size=1000)
        JOBS.update(
            row.pk,
            image_count=len({draft.task_id for draft in drafts}),
            draft_count=len(drafts),
            left_out_count=len(left_out),
            left_out=left_out[:MOST_TOLD],
        )


def _tasks(project_id: int) -> defaultdict[str, list[Task]]:
    """Return a project's tasks by the name of their image, which several may share."""
    found: defaultdict[str, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(project=project_id).select_related("image"):
        found[task.image.name].append(task)
    return found


def _labels(project_id: int) -> dict[str, Label]:
    return {label.name.casefold(): label for label in Label.objects.filter(project=project_id)}


def _why_not(detection: Detection, tasks: list[Task], label: Label | None) -> str | None:
    if label is None:
        return f"the project has no label “{detection.label}”"
    if not tasks:
        return f"the project has no image “{detection.image}”"
    if len(tasks) > 1:
        return f"the project has {len(tasks)} images “{detection.image}”"
    if tasks[0].state not in ANNOTATE_STATES:
        return f"“{detection.image}” is {tasks[0].state} already"
    image = tasks[0].image
    if not all(-1 <= x <= image.width and -1 <= y <= image.height for x, y in detection.points):
        return f"it lies outside of “{detection.image}”, which has {image.width} x {image.height} pixels"
    return None


def _answer(row: Prelabelling) -> None:
    """Have the model answer each draft, image by image, so that each picture is decoded once."""
    waiting = Draft.objects.filter(prelabelling=row, proposal=None)
    total = max(row.drafts.count(), 1)
    done = total - waiting.count()
    version = files_of(row.version) if row.version else None
    for task_id in list(waiting.order_by("task").values_list("task", flat=True).distinct()):
        task = Task.objects.select_related("image").get(pk=task_id)
        drafts = list(waiting.filter(task=task).order_by("pk"))
        _answer_task(row, task, drafts, version)
        done += len(drafts)
        JOBS.update(row.pk, progress=done / total)


def _answer_task(
    row: Prelabelling, task: Task, drafts: Iterable[Draft], version: VersionFiles | None
) -> None:
    from labeling import inference  # noqa: PLC0415 - only workers pay for the model's libraries

    sha256, key = task.image.sha256, task.image.display_key
    answered: list[tuple[Draft, Any]] = []
    for draft in drafts:
        points = [(point["x"], point["y"]) for point in draft.points]
        try:
            if draft.from_box:
                points = inference.settled_in_box(sha256=sha256, key=key, sides=points, version=version)
                draft.points = [{"x": x, "y": y, "t": None} for x, y in points]
            answer = inference.segment_with_spread(sha256=sha256, key=key, points=points, version=version)
        except (*inference.NoMask, ValueError):
            answer = None
        answered.append((draft, answer))
    with transaction.atomic():
        for draft, answer in answered:
            _keep(row, task, draft, answer)
        answers = Draft.objects.filter(task=task, dismissed_at=None, spread__isnull=False)
        unsure = [
            uncertainty(score=score or 0.0, spread=spread or 0.0)
            for score, spread in answers.values_list("proposal__score", "spread")
        ]
        Task.objects.filter(pk=task.pk).update(uncertainty=max(unsure, default=None))


def _keep(row: Prelabelling, task: Task, draft: Draft, answer: Any) -> None:  # noqa: ANN401 - of inference, which is imported late
    if answer is None:
        # The model finds nothing there: no draft.
        draft.delete()
        return
    segmented, spread = answer
    proposal, _ = Proposal.objects.get_or_create(
        task=task,
        requested_by_id=row.requested_by_id,
        request_id=f"draft-{draft.pk}",
        defaults={
            "points": draft.points,
            "status": ProposalStatus.READY,
            "mask_counts": segmented.mask_counts,
            "bbox": segmented.bbox,
            "area": segmented.area,
            "score": segmented.score,
            "model_version": segmented.model_version,
            "finished_at": timezone.now(),
        },
    )
    draft.proposal, draft.spread = proposal, spread
    draft.save(update_fields=["proposal", "spread"])


def _end(prelabelling_id: int, state: PrelabelState, **changes: object) -> None:
    with transaction.atomic():
        drafts = Draft.objects.filter(prelabelling=prelabelling_id).count()
        counted = {"draft_count": drafts} if state == PrelabelState.READY else {}
        row = JOBS.update(prelabelling_id, state=state, **counted, **changes)
        audit(actor=None, action="prelabels.end", target=row, project_id=row.project_id, state=row.state)
