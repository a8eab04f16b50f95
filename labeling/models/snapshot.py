"""Snapshots: what was accepted at one moment, as a file that training runs and exports cite."""

from django.db import models

from labeling.models.project import Project


class SnapshotKind(models.TextChoices):
    """What was frozen: accepted objects to learn from, or all that a project holds."""

    TRAINING = "training", "Training"
    EXPORT = "export", "Export"


class Snapshot(models.Model):
    """One frozen set of objects; `sha256` is the hash of its lines.

    Those of training are told of in `labeling.domain.snapshots`, those of exports in
    `labeling.services.export_contents`.
    The same objects are the same snapshot, however often it is asked for. `held_out_*` count what is never
    trained on.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="snapshots")
    kind = models.CharField(max_length=8, choices=SnapshotKind.choices, default=SnapshotKind.TRAINING)
    sha256 = models.CharField(max_length=64)
    file_key = models.CharField(max_length=160)
    image_count = models.PositiveIntegerField()
    object_count = models.PositiveIntegerField()
    held_out_image_count = models.PositiveIntegerField()
    held_out_object_count = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "sha256"], name="snapshot_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=SnapshotKind.values), name="snapshot_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$") & ~models.Q(file_key=""),
                name="snapshot_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.sha256[:8]}"
