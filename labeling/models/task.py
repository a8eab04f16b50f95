"""Tasks: one image to label in one project; the unit of lease, submission and review."""

from django.conf import settings
from django.db import models

from labeling.models.image import Image
from labeling.models.project import Project


class TaskState(models.TextChoices):
    """Where a task stands. "In progress" is no state: it is an open task with a live lease."""

    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Submitted"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    ACCEPTED = "accepted", "Accepted"
    SKIPPED = "skipped", "Skipped"


class Split(models.TextChoices):
    """Whether an image is learned from: chosen with the first snapshot it is in, and never changed."""

    NONE = "", "Not chosen yet"
    TRAIN = "train", "Trained on"
    HELD_OUT = "held_out", "Held out"


class Task(models.Model):
    """One image in one project.

    The lease stands in the row itself, so that taking it is one atomic update: it is live while
    `lease_expires_at` lies in the future, and whoever holds a live lease is the only one who writes.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="tasks")
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=TaskState.choices, default=TaskState.OPEN)
    lease_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="leases"
    )
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    split = models.CharField(max_length=8, choices=Split.choices, blank=True, default="")
    annotation_count = models.PositiveIntegerField(default=0)
    unresolved_comment_count = models.PositiveIntegerField(default=0)
    # The lowest score among the objects that came from proposals: the order of review.
    lowest_score = models.FloatField(null=True, blank=True)
    # How unsure the model is of the worst of its drafts, 0..1; null where it has proposed nothing by itself.
    uncertainty = models.FloatField(null=True, blank=True)
    # What stands now; older ones are found through `skips` and `flags`. They go only when the task goes.
    skip = models.ForeignKey(
        "labeling.Skip", on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    flag = models.ForeignKey(
        "labeling.Flag", on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["project", "image"], name="task_once_for_image"),
            models.UniqueConstraint(fields=["project", "position"], name="task_position_once"),
            models.CheckConstraint(condition=models.Q(state__in=TaskState.values), name="task_state_known"),
            models.CheckConstraint(condition=models.Q(split__in=Split.values), name="task_split_known"),
            models.CheckConstraint(
                condition=models.Q(lease_holder__isnull=True) | models.Q(lease_expires_at__isnull=False),
                name="task_lease_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(state="skipped", skip__isnull=False)
                | (~models.Q(state="skipped") & models.Q(skip=None)),
                name="task_skipped_says_why",
            ),
        ]
        indexes = [
            models.Index(
                models.F("project"),
                models.F("uncertainty").desc(nulls_last=True),
                models.F("position"),
                name="task_uncertain",
                condition=models.Q(state="open"),
            ),
            models.Index(fields=["project", "state", "position"], name="task_queue"),
            models.Index(
                fields=["project", "lowest_score", "position"],
                name="task_review",
                condition=models.Q(state="submitted"),
            ),
            models.Index(
                fields=["project", "lease_holder"],
                name="task_leased",
                condition=models.Q(lease_holder__isnull=False),
            ),
            models.Index(
                fields=["project", "position"], name="task_flagged", condition=models.Q(flag__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.position}"
