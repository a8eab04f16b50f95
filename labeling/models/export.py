"""Exports: files made of a project's accepted annotations."""

from django.conf import settings
from django.db import models

from labeling.models.project import Project
from labeling.models.snapshot import Snapshot


class ExportState(models.TextChoices):
    """Queued and running exports go on after a restart; the others are final."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Export(models.Model):
    """One file in one format. `progress` is 0..1.

    `options` is what was chosen, see `labeling.shapes.exports.ExportOptions`; `snapshot` is what it was made
    of, from the moment that is known.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(max_length=40)
    options = models.JSONField(default=dict)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.RESTRICT, null=True, blank=True, related_name="exports"
    )
    state = models.CharField(max_length=10, choices=ExportState.choices, default=ExportState.QUEUED)
    progress = models.FloatField(default=0)
    image_count = models.PositiveIntegerField(default=0)
    annotation_count = models.PositiveIntegerField(default=0)
    byte_size = models.PositiveBigIntegerField(default=0)
    file_key = models.CharField(max_length=160, blank=True, default="")
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.CharField(max_length=300, blank=True, default="")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ExportState.values), name="export_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | ~models.Q(file_key=""), name="export_ready_has_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.format} {self.state}"
