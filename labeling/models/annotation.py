"""Annotations: the objects that people accepted."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from labeling.domain.work_time import DAY
from labeling.models.label import Label
from labeling.models.proposal import Proposal
from labeling.models.task import Task


class ObjectVerdict(models.TextChoices):
    """What a reviewer says of one object."""

    NONE = "none", "None"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"


class Annotation(models.Model):
    """One object: its label, its mask and where it came from.

    `version` rises by one with each change. `deleted_at` marks a removed object: it keeps its identity,
    so that undo brings the same object back. `attributes` has answers by the attribute's id; those of a
    removed attribute, or of the label before, stay and count for nothing. A higher `position` is nearer to
    the front. `seconds` is the work time of all edits together, `tool_seconds` the same by tool.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="annotations")
    client_id = models.UUIDField()
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="annotations")
    proposal = models.ForeignKey(
        Proposal, on_delete=models.SET_NULL, null=True, blank=True, related_name="annotations"
    )
    # The newest proposal whose mask it had; kept when people draw on it, so that the two can be compared.
    origin = models.ForeignKey(Proposal, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    mask_counts = models.TextField()
    bbox = ArrayField(models.FloatField(), size=4)
    area = models.PositiveBigIntegerField()
    score = models.FloatField(null=True)
    attributes = models.JSONField(default=dict, blank=True)
    occluded = models.BooleanField(default=False)
    truncated = models.BooleanField(default=False)
    crowd = models.BooleanField(default=False)
    ignore = models.BooleanField(default=False)
    position = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    tool_seconds = models.JSONField(default=dict, blank=True)
    verdict = models.CharField(max_length=8, choices=ObjectVerdict.choices, default=ObjectVerdict.NONE)
    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict_at = models.DateTimeField(null=True, blank=True)
    verdict_reasons = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    verdict_text = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "client_id"], name="annotation_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="annotation_version_positive"),
            models.CheckConstraint(
                condition=~models.Q(mask_counts="") & models.Q(area__gte=1), name="annotation_has_mask"
            ),
            models.CheckConstraint(
                condition=models.Q(seconds__gte=0, seconds__lte=DAY), name="annotation_seconds_of_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=ObjectVerdict.values), name="annotation_verdict_known"
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="none", verdict_by=None, verdict_at=None)
                | (~models.Q(verdict="none") & models.Q(verdict_by__isnull=False, verdict_at__isnull=False)),
                name="annotation_verdict_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="rejected") | models.Q(verdict_reasons=[], verdict_text=""),
                name="annotation_rejected_says_why",
            ),
        ]
        indexes = [
            # A person's day.
            models.Index(fields=["created_by", "created_at"], name="annotation_day")
        ]

    def __str__(self) -> str:
        return f"{self.id} v{self.version}"
