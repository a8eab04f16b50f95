"""Pre-labels: a detector's boxes or points, turned into drafts that people take or dismiss."""

from django.conf import settings
from django.db import models

from labeling.models.label import Label
from labeling.models.model_version import ModelVersion
from labeling.models.project import Project
from labeling.models.proposal import Proposal
from labeling.models.task import Task


class PrelabelState(models.TextChoices):
    """Queued and running pre-labelling goes on after a restart; the others are final."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Prelabelling(models.Model):
    """One detector's file and what became of its detections.

    `version` is the model that drew the masks, null the one that comes with Cardinal. `left_out` are
    sentences about detections that no draft was made of, the first ones only; `left_out_count` counts all.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prelabellings")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    file_key = models.CharField(max_length=160)
    state = models.CharField(max_length=9, choices=PrelabelState.choices, default=PrelabelState.QUEUED)
    progress = models.FloatField(default=0)
    version = models.ForeignKey(
        ModelVersion, on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    image_count = models.PositiveIntegerField(default=0)
    draft_count = models.PositiveIntegerField(default=0)
    left_out_count = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list, blank=True)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                name="one_prelabelling_a_project",
                condition=models.Q(state__in=["queued", "running"]),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=PrelabelState.values), name="prelabelling_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(error_code=""),
                name="prelabelling_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class Draft(models.Model):
    """One detection of a file: an object that nobody has looked at yet.

    `points` are the four clicks that stand for it, as a proposal's; `from_box` says that they are the middles
    of a box's sides. `proposal` is the model's answer, null
    until there is one. `spread` is how far the mask moves when the clicks do, 0..1. A draft is taken while a
    live object has its proposal as origin.
    """

    prelabelling = models.ForeignKey(Prelabelling, on_delete=models.CASCADE, related_name="drafts")
    number = models.PositiveIntegerField()
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="drafts")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="+")
    points = models.JSONField()
    from_box = models.BooleanField(default=False)
    proposal = models.OneToOneField(
        Proposal, on_delete=models.CASCADE, null=True, blank=True, related_name="draft"
    )
    spread = models.FloatField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["prelabelling", "number"], name="draft_once"),
            models.CheckConstraint(
                condition=models.Q(spread__isnull=True) | models.Q(spread__gte=0, spread__lte=1),
                name="draft_spread_is_a_share",
            ),
        ]
        indexes = [
            models.Index(
                fields=["task"],
                name="draft_open",
                condition=models.Q(proposal__isnull=False, dismissed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.number}"
