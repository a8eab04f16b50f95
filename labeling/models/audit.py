"""The audit log: who did what, when."""

from django.conf import settings
from django.db import models

from labeling.models.project import Project


class AuditEntry(models.Model):
    """One write. `action` is noun.verb, `data` holds the ids and the words that explain it, never a mask."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="audit_entries")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["project", "-id"], name="audit_by_project"),
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_id}"
