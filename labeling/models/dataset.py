"""Datasets: named sets of images that projects share."""

from django.conf import settings
from django.db import models


class Dataset(models.Model):
    """Images, deduplicated by content."""

    name = models.CharField(max_length=200, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
