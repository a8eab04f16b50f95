"""Reviews: what was said of a submitted task."""

from django.conf import settings
from django.db import models

from labeling.models.task import Task


class Verdict(models.TextChoices):
    """What a reviewer decided."""

    ACCEPT = "accept", "Accept"
    REQUEST_CHANGES = "request_changes", "Request changes"


class Review(models.Model):
    """One verdict on one task. The newest one counts; older ones stay."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    comment = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=Verdict.values), name="review_verdict_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict="request_changes") | ~models.Q(comment=""),
                name="review_changes_say_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} on {self.task_id}"
