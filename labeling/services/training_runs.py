"""Doing a training run: a folder, the training command in it, and what came of it. Safe to kill anywhere."""

import logging
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from labeling.domain.errors import Refused, is_disk_full
from labeling.domain.snapshots import SnapshotDamaged
from labeling.domain.training_plan import Plan, Rates, measured
from labeling.model_files import EXPORTED, FilesUnavailable, files_of, local_weights
from labeling.models import ModelVersion, Project, RunPhase, RunState, TrainingRun
from labeling.selectors.models import UNUSABLE
from labeling.selectors.training import ACTIVE, plan_for
from labeling.services.jobs import Over
from labeling.services.locks import TRAINING_RUNS, only_worker
from labeling.services.records import publish_training_run
from labeling.services.snapshots import snapshot_take
from labeling.services.training import JOBS
from labeling.services.training_jobs import JobSettings, PictureGone, job_write
from labeling.services.training_results import result_store
from labeling.trainer import LOG_CHARACTERS, Training, TrainingFailed, bundled_weights

logger = logging.getLogger(__name__)

# How often it may be begun: what ends its worker each time would otherwise be taken up for ever.
MOST_ATTEMPTS = 6
TELL_EVERY_S = 0.5
# So many points draw a curve; runs of more steps leave some out.
MOST_POINTS = 200
GAVE_UP = (
    "The training was begun several times, and its worker ended each time. Free memory or disk on the "
    "machine of the worker, then start it again."
)
DISK_FULL = "The disk of the training worker is full. Free some space, then start the training again."
NOT_THERE = "A picture of an accepted image is not in the storage any more. Tell an admin of this site."
DAMAGED = "The stored snapshot is damaged. Start a new training; if it stays, tell an admin of this site."
NO_START = "The model that it starts from is not in the storage any more. Serve another one, then try again."
BROKEN = (
    "The training failed for a reason nobody has foreseen. Tell an admin of this site; its log says more."
)
STOPPED = "The training was stopped from outside."


def run_do(*, run_id: int, train: Callable[[Path], Training] = Training) -> None:
    """Do a run from wherever it stands. Safe to repeat and to run twice at once: the second one leaves."""
    with only_worker(TRAINING_RUNS, run_id) as alone:
        if alone:
            _do(run_id, train)


def job_folder(run_id: int) -> Path:
    """Return where a run's pictures, state and results lie while it lasts."""
    return Path(settings.TRAINING_ROOT) / str(run_id)


def _do(run_id: int, train: Callable[[Path], Training]) -> None:
    folder = job_folder(run_id)
    try:
        run = _take_up(run_id)
        training = train(folder)
        _prepare(run, folder)
        told = _Told(run, _plan(run))
        if not training.run(told.hear, told.over):
            # Cancelled, which is told already; or stopped from outside, and taken up again later.
            logger.info("Training run %s: %s", run_id, STOPPED)
            if not _active(run_id):
                shutil.rmtree(folder, ignore_errors=True)
            return
        told.keep(log=training.log)
        result_store(run_id=run_id, out=folder / "out", rates=told.rates())
    except Over:
        pass
    except Exception as error:
        code, message, log = _reason(error)
        if code == "failed":
            logger.exception("Training run %s failed", run_id)
        with suppress(Over):
            JOBS.update(run_id, state=RunState.FAILED, error_code=code, error_message=message, log=log)
    shutil.rmtree(folder, ignore_errors=True)


def _reason(error: Exception) -> tuple[str, str, str]:
    """Return code, sentence and log of what ended a run."""
    if isinstance(error, TrainingFailed):
        return error.code, str(error), error.log
    if isinstance(error, Refused):
        return error.code, error.message, ""
    if is_disk_full(error):
        return "disk_full", DISK_FULL, ""
    known: list[tuple[type[Exception], str, str]] = [
        (FilesUnavailable, "start_unavailable", NO_START),
        (SnapshotDamaged, "snapshot_damaged", DAMAGED),
        (PictureGone, "picture_gone", NOT_THERE),
    ]
    for kind, code, message in known:
        if isinstance(error, kind):
            return code, message, str(error)
    return "failed", BROKEN, f"{type(error).__name__}: {error}"[:LOG_CHARACTERS]


def _take_up(run_id: int) -> TrainingRun:
    """Mark a run as running, and with its first worker choose what it starts from."""
    with transaction.atomic():
        run = TrainingRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None or run.state not in ACTIVE:
            raise Over
        if run.attempts >= MOST_ATTEMPTS:
            raise TrainingFailed("gave_up", GAVE_UP, run.log)
        if run.started_at is None:
            run.start = _serving(run.project_id)
            run.started_at = timezone.now()
        run.state, run.attempts = RunState.RUNNING, run.attempts + 1
        run.save()
        publish_training_run(run)
    return run


def _serving(project_id: int) -> ModelVersion | None:
    version = Project.objects.select_related("active_version").get(pk=project_id).active_version
    return version if version is not None and version.state not in UNUSABLE else None


def _prepare(run: TrainingRun, folder: Path) -> None:
    """Freeze what is learned from, and write it down for the training command."""
    if run.snapshot is None:
        run.snapshot = snapshot_take(project=run.project, taken_by=run.requested_by)
        JOBS.update(run.pk, snapshot=run.snapshot)
    if (folder / "job.json").exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    start = _copy_start(run.start, folder)
    job = JobSettings(
        start=start,
        # The same for every run of a project: the same data and seed give the same file.
        name=f"project-{run.project_id}",
        licence=run.start.licence if run.start and run.start.licence else "unstated",
        seed=run.seed,
        steps=_plan(run).steps,
    )
    job_write(snapshot=run.snapshot, folder=folder, settings=job)


def _copy_start(version: ModelVersion | None, folder: Path) -> Path:
    """Copy the weights that a run starts from: it may go on after they have left this machine's cache."""
    target = folder / "start.safetensors"
    if version is None:
        source = bundled_weights(settings.PREDICTOR)
        shutil.copyfile(source, target)
        shutil.copyfile(source.with_suffix(".onnx"), target.with_suffix(".onnx"))
        return target
    with local_weights(files_of(version)) as source:
        shutil.copyfile(source, target)
        shutil.copyfile(source.with_name(EXPORTED), target.with_suffix(".onnx"))
    return target


def _plan(run: TrainingRun) -> Plan:
    snapshot = run.snapshot
    if snapshot is None:
        raise ValueError("A run is planned once it has a snapshot.")
    return plan_for(
        project_id=run.project_id,
        objects=snapshot.object_count,
        held_out=snapshot.held_out_object_count,
    )


def _active(run_id: int) -> bool:
    return TrainingRun.objects.filter(pk=run_id, state__in=ACTIVE).exists()


@dataclass
class _Told:
    """What the training command has said, as the row and people's pages get to know it."""

    run: TrainingRun
    plan: Plan
    curves: list[dict[str, Any]] = field(default_factory=list)
    began: dict[str, float] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    _told: float = 0.0
    _phase: str = ""

    def __post_init__(self) -> None:
        self.curves = list(self.run.curves)

    def hear(self, said: dict[str, Any]) -> None:
        """Take one line of progress."""
        phase, now = str(said.get("phase")), time.monotonic()
        if phase not in (RunPhase.TRAIN, RunPhase.CHECK):
            return
        step, steps = int(said["step"]), int(said["steps"])
        self.began.setdefault(phase, now)
        self.steps[phase] = steps
        new_point = phase == RunPhase.TRAIN and self._draw(said, step, steps)
        if not (new_point or phase != self._phase or now - self._told >= TELL_EVERY_S):
            return
        self._told, self._phase = now, phase
        self.keep(
            phase=phase,
            progress=self.plan.progress(phase, step / max(steps, 1)),
            seconds_left=self.plan.seconds_left(phase, float(said["seconds_left"])),
            curves=self.curves,
        )

    def _draw(self, said: dict[str, Any], step: int, steps: int) -> bool:
        """Add a point to the curves, unless it lies too near to the last one; say whether it matters."""
        measured_now = said.get("tune_iou") is not None
        last = self.curves[-1]["step"] if self.curves else -steps
        if step <= last or (step - last < steps / MOST_POINTS and not measured_now):
            return False
        self.curves.append({name: said.get(name) for name in ("step", "loss", "iou", "tune_iou")})
        return measured_now

    def keep(self, **changes: object) -> None:
        """Write to the row and tell the pages. Raises `Over` when somebody has cancelled the run."""
        JOBS.update(self.run.pk, **changes)

    def over(self) -> bool:
        """Say whether the run is not wanted any more; once a second it is also seen to be alive."""
        now = time.monotonic()
        if now - self._told < 1:
            return False
        self._told = now
        touched = TrainingRun.objects.filter(pk=self.run.pk, state__in=ACTIVE).update(
            updated_at=timezone.now()
        )
        return not touched

    def rates(self) -> Rates | None:
        """Return how fast this machine was; None after a run that was broken off and gone on with."""
        if self.run.attempts > 1 or len(self.began) < len((RunPhase.TRAIN, RunPhase.CHECK)):
            return None
        train, check = self.began[RunPhase.TRAIN], self.began[RunPhase.CHECK]
        return measured(
            steps=self.steps[RunPhase.TRAIN],
            train_s=check - train,
            compared=self.steps[RunPhase.CHECK],
            check_s=time.monotonic() - check,
        )
