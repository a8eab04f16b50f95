"""Preferences: how one person likes the site to be."""

from django.conf import settings
from django.db import models


class Preferences(models.Model):
    """One person's document. `version` rises by one with each change."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    document = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(version__gte=1), name="preferences_version_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} v{self.version}"
