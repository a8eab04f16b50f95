"""Annotations: the objects that people accepted."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from labeling.models.label import Label
from labeling.models.proposal import Proposal
from labeling.models.task import Task


class Annotation(models.Model):
    """One object: its label, its mask and where it came from.

    `version` rises by one with each change. `deleted_at` marks a removed object: it keeps its identity,
    so that undo brings the same object back.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="annotations")
    client_id = models.UUIDField()
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="annotations")
    proposal = models.ForeignKey(
        Proposal, on_delete=models.SET_NULL, null=True, blank=True, related_name="annotations"
    )
    mask_counts = models.TextField()
    bbox = ArrayField(models.FloatField(), size=4)
    area = models.PositiveBigIntegerField()
    score = models.FloatField(null=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.id} v{self.version}"
