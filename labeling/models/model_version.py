"""Model versions: weights that a project may serve its clicks with."""

from django.conf import settings
from django.db import models

from labeling.models.project import Project


class VersionState(models.TextChoices):
    """Whether a version can serve. Which one does is the project's `active_version`.

    `checking` is uploaded weights that no worker has looked at yet. `rejected` did not pass the gate and may
    be activated all the same; `refused` cannot be loaded.
    """

    CHECKING = "checking", "Checking"
    READY = "ready", "Ready"
    PROPOSED = "proposed", "Proposed"
    REJECTED = "rejected", "Rejected"
    REFUSED = "refused", "Refused"


class VersionOrigin(models.TextChoices):
    """Where a version came from."""

    TRAINED = "trained", "Trained"
    UPLOADED = "uploaded", "Uploaded"


class ModelVersion(models.Model):
    """Weights in two files: safetensors, and what they are exported to for CPUs.

    `number` counts within the project. `sha256` is the hash of the weights file, `identity` what proposals
    record as their model version. `metrics` are figures on held-out objects, see
    `labeling.shapes.training.Figures`.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="model_versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    origin = models.CharField(max_length=8, choices=VersionOrigin.choices)
    state = models.CharField(max_length=8, choices=VersionState.choices)
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    weights_key = models.CharField(max_length=160, blank=True, default="")
    exported_key = models.CharField(max_length=160, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    identity = models.CharField(max_length=100, blank=True, default="")
    architecture = models.CharField(max_length=40, blank=True, default="")
    licence = models.CharField(max_length=200, blank=True, default="")
    byte_size = models.PositiveBigIntegerField(default=0)
    metrics = models.JSONField(default=dict, blank=True)
    card = models.TextField(blank=True, default="")
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.CharField(max_length=500, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="version_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="version_number_counts"),
            models.CheckConstraint(
                condition=models.Q(state__in=VersionState.values, origin__in=VersionOrigin.values),
                name="version_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["checking", "refused"])
                | (
                    models.Q(sha256__regex=r"^[0-9a-f]{64}$")
                    & ~models.Q(weights_key="")
                    & ~models.Q(exported_key="")
                    & ~models.Q(identity="")
                ),
                name="version_serving_has_files",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(error_code=""),
                name="version_refused_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} v{self.number} {self.state}"
