"""Proposals: a model's answers to clicks, with the clicks themselves."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from labeling.models.task import Task


class ProposalStatus(models.TextChoices):
    """A proposal ends exactly once: ready or failed."""

    PENDING = "pending", "Pending"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Proposal(models.Model):
    """One question to the model and its answer.

    `points` is a list of `{"x", "y", "t"}`: image pixels, x right, y down, upright image; `t` is
    milliseconds since the object's first click, or null. `mask_counts` is a COCO compressed run-length
    encoding of the whole image, `bbox` is [x, y, w, h].
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="proposals")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    request_id = models.CharField(max_length=64)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    points = models.JSONField()
    status = models.CharField(max_length=8, choices=ProposalStatus.choices, default=ProposalStatus.PENDING)
    mask_counts = models.TextField(blank=True, default="")
    bbox = ArrayField(models.FloatField(), size=4, null=True)
    area = models.PositiveBigIntegerField(default=0)
    score = models.FloatField(null=True)
    model_version = models.CharField(max_length=100, blank=True, default="")
    timings_ms = models.JSONField(default=dict)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "requested_by", "request_id"], name="proposal_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=ProposalStatus.values), name="proposal_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="ready")
                | (~models.Q(mask_counts="") & models.Q(bbox__isnull=False, score__isnull=False)),
                name="proposal_ready_has_mask",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="failed") | ~models.Q(error_code=""),
                name="proposal_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="proposal_pending", condition=models.Q(status="pending"))
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"
