"""Skips and flags: what people said of a task that they could not do, or that an admin should look at."""

from django.conf import settings
from django.db import models


class Reason(models.TextChoices):
    """Why a task was skipped or flagged; "other" says more in its text."""

    NOTHING_TO_LABEL = "nothing_to_label", "Nothing to label"
    UNCLEAR = "unclear", "Unclear"
    BAD_IMAGE = "bad_image", "Bad image"
    OTHER = "other", "Other"


class Mark(models.Model):
    """Who said what of a task, and when. One that was taken back has `ended_at`, and stays as history."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    text = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=Reason.values), name="%(class)s_reason_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="other") | ~models.Q(text=""), name="%(class)s_other_says_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} by {self.person_id}"


class Skip(Mark):
    """One person could not do a task. While it stands they do not get the task as their next one."""

    task = models.ForeignKey("labeling.Task", on_delete=models.CASCADE, related_name="skips")

    class Meta(Mark.Meta):
        constraints = [
            *Mark.Meta.constraints,
            models.UniqueConstraint(
                fields=["task", "person"], condition=models.Q(ended_at=None), name="skip_once_a_person"
            ),
        ]


class Flag(Mark):
    """One person asks the admins to look at a task."""

    task = models.ForeignKey("labeling.Task", on_delete=models.CASCADE, related_name="flags")

    class Meta(Mark.Meta):
        constraints = [
            *Mark.Meta.constraints,
            models.UniqueConstraint(fields=["task"], condition=models.Q(ended_at=None), name="flag_once"),
        ]
