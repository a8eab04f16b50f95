"""Training runs, and the rules by which a project starts them by itself."""

from django.conf import settings
from django.db import models

from labeling.models.model_version import ModelVersion
from labeling.models.project import Project
from labeling.models.snapshot import Snapshot


class RunState(models.TextChoices):
    """Queued and running runs go on after a restart; the others are final."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class RunPhase(models.TextChoices):
    """What a running run is at."""

    PREPARE = "prepare", "Prepare"
    TRAIN = "train", "Train"
    CHECK = "check", "Check"


class RunDecision(models.TextChoices):
    """What the gate made of a run that succeeded."""

    NONE = "", "None"
    PROMOTED = "promoted", "Promoted"
    PROPOSED = "proposed", "Proposed"
    REJECTED = "rejected", "Rejected"


class RunTrigger(models.TextChoices):
    """Who or what asked for it."""

    BUTTON = "button", "Button"
    ACCEPTED = "accepted", "Accepted masks"
    SCHEDULE = "schedule", "Schedule"


class TrainingRun(models.Model):
    """From a snapshot to weights, and whether they are better than those in use.

    `start` is the version it started from; null is the model that comes with Cardinal. `progress` is 0..1 of
    the whole run. `curves` is a list of `{"step", "loss", "iou", "tune_iou"}`, `report` what the comparison
    found, `objections` the gate's sentences, `attempts` how often a worker took it up.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="training_runs")
    trigger = models.CharField(max_length=8, choices=RunTrigger.choices, default=RunTrigger.BUTTON)
    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.QUEUED)
    phase = models.CharField(max_length=7, choices=RunPhase.choices, default=RunPhase.PREPARE)
    progress = models.FloatField(default=0)
    seconds_left = models.FloatField(null=True, blank=True)
    seed = models.PositiveIntegerField(default=0)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.RESTRICT, null=True, blank=True, related_name="training_runs"
    )
    start = models.ForeignKey(
        ModelVersion, on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    version = models.OneToOneField(
        ModelVersion, on_delete=models.RESTRICT, null=True, blank=True, related_name="run"
    )
    decision = models.CharField(max_length=8, choices=RunDecision.choices, blank=True, default="")
    objections = models.JSONField(default=list, blank=True)
    report = models.JSONField(default=dict, blank=True)
    curves = models.JSONField(default=list, blank=True)
    log = models.TextField(blank=True, default="")
    evidence_key = models.CharField(max_length=160, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.CharField(max_length=500, blank=True, default="")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                name="one_training_run_a_project",
                condition=models.Q(state__in=["queued", "running"]),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=RunState.values, phase__in=RunPhase.values, trigger__in=RunTrigger.values
                ),
                name="run_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="succeeded")
                | (models.Q(version__isnull=False, snapshot__isnull=False) & ~models.Q(decision="")),
                name="run_succeeded_has_version",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(error_code=""), name="run_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class Schedule(models.TextChoices):
    """How often a run starts by itself, where something was accepted since the last one."""

    OFF = "off", "Off"
    DAILY = "daily", "Daily"
    WEEKLY = "weekly", "Weekly"


class TrainingRules(models.Model):
    """When a project trains by itself, and whether better weights serve without a person's word.

    `every_accepted` is a number of newly accepted objects; 0 never starts one.
    """

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="training_rules")
    every_accepted = models.PositiveIntegerField(default=0)
    schedule = models.CharField(max_length=6, choices=Schedule.choices, default=Schedule.OFF)
    promote_automatically = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(schedule__in=Schedule.values), name="training_schedule_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.schedule} {self.every_accepted}"
