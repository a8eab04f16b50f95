"""Pictures of a project's guide."""

from django.conf import settings
from django.db import models

from labeling.models.project import Project


class GuidePicture(models.Model):
    """One picture, which the guide's text calls by `name`. The file is named by its content."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="guide_pictures")
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    byte_size = models.PositiveBigIntegerField()
    key = models.CharField(max_length=160)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="guide_picture_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
