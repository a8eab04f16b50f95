"""What comes of a training run: weights stored, decided on, and served where they are better."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from labeling.domain.training_plan import Rates
from labeling.models import (
    ModelVersion,
    Project,
    RunDecision,
    RunState,
    TrainingRun,
    VersionState,
)
from labeling.selectors.training import ACTIVE, rules_of_project
from labeling.services.jobs import Over
from labeling.services.model_versions import (
    StoredWeights,
    project_lock,
    serve,
    version_create,
    weights_discard,
    weights_store,
)
from labeling.services.records import audit, publish_training_run

# The files that `python -m ml finetune` leaves.
CANDIDATE, REPORT, EVIDENCE = "candidate.safetensors", "report.json", "evidence.png"
# What of a report is kept in the row; the figures of single objects are not.
KEPT = ("megabytes", "steps", "sha256", "version", "architecture", "licence")
STATES = {
    RunDecision.PROMOTED: VersionState.READY,
    RunDecision.PROPOSED: VersionState.PROPOSED,
    RunDecision.REJECTED: VersionState.REJECTED,
}


def result_store(*, run_id: int, out: Path, rates: Rates | None) -> None:
    """Make a version of a run's weights, and decide: all of it in one transaction, or nothing.

    Raises `Over` when the run has been cancelled.
    """
    report = json.loads((out / REPORT).read_text(encoding="utf-8"))
    run = TrainingRun.objects.get(pk=run_id)
    candidate = out / CANDIDATE
    with (out / EVIDENCE).open("rb") as picture:
        stored = weights_store(
            project_id=run.project_id, weights=candidate, exported=candidate.with_suffix(".onnx")
        )
        evidence_key = f"training/{run_id}/evidence.png"
        try:
            # One that an earlier try of this run has left is replaced.
            default_storage.delete(evidence_key)
            default_storage.save(evidence_key, File(picture))
            _decide(run_id, report, stored, evidence_key, rates)
        except BaseException:
            # No row names these files.
            weights_discard(stored=stored)
            default_storage.delete(evidence_key)
            raise


def _decide(
    run_id: int,
    report: dict[str, Any],
    stored: StoredWeights,
    evidence_key: str,
    rates: Rates | None,
) -> None:
    with transaction.atomic():
        # The project first, as everybody does who serves or numbers versions.
        project = project_lock(
            project_id=TrainingRun.objects.values_list("project_id", flat=True).get(pk=run_id)
        )
        run = TrainingRun.objects.select_for_update().get(pk=run_id)
        if run.state not in ACTIVE:
            raise Over
        decision = _decision(project, run, better=bool(report["better"]))
        version = _version(project, run, report, stored, decision)
        run.version, run.decision, run.state = version, decision, RunState.SUCCEEDED
        run.objections = [str(sentence) for sentence in report["objections"]]
        run.report = _kept(report, rates)
        run.evidence_key, run.progress, run.seconds_left = evidence_key, 1.0, None
        run.finished_at = timezone.now()
        run.save()
        audit(
            actor=run.requested_by,
            action="training.decide",
            target=run,
            project_id=project.pk,
            decision=str(decision),
            version=version.pk,
        )
        if decision == RunDecision.PROMOTED:
            serve(project=project, version=version, pinned=False, served_by=None, run=run.pk)
        publish_training_run(run)


def _decision(project: Project, run: TrainingRun, *, better: bool) -> RunDecision:
    """Better weights serve at once, unless somebody wants to be asked or has chosen otherwise meanwhile."""
    if not better:
        return RunDecision.REJECTED
    compared_with_what_serves = project.active_version_id == run.start_id
    wanted = rules_of_project(project.pk).promote_automatically and not project.model_pinned
    return RunDecision.PROMOTED if wanted and compared_with_what_serves else RunDecision.PROPOSED


def _version(
    project: Project,
    run: TrainingRun,
    report: dict[str, Any],
    stored: StoredWeights,
    decision: RunDecision,
) -> ModelVersion:
    return version_create(
        project=project,
        stored=stored,
        state=STATES[decision],
        name=f"Run {run.pk}",
        signed=str(report["version"]),
        architecture=str(report["architecture"])[:40],
        licence=str(report["licence"])[:200],
        parent=run.start,
        metrics=report["held_out"]["after"],
        created_by=run.requested_by,
    )


def _kept(report: dict[str, Any], rates: Rates | None) -> dict[str, Any]:
    kept = {name: report[name] for name in KEPT if name in report}
    for name in ("held_out", "check"):
        compared = report.get(name)
        if compared:
            kept[name] = {key: value for key, value in compared.items() if key != "objects"}
    if rates is not None:
        kept["rates"] = asdict(rates)
    return kept
