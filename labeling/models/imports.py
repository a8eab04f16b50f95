"""Imports: files of other projects and programs, checked first and then written into a project's tasks."""

from django.conf import settings
from django.db import models

from labeling.models.project import Project


class ImportState(models.TextChoices):
    """Queued, checking and importing go on after a restart; a checked one waits for a person."""

    QUEUED = "queued", "Queued"
    CHECKING = "checking", "Checking"
    CHECKED = "checked", "Checked"
    IMPORTING = "importing", "Importing"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Import(models.Model):
    """One file and what became of it. `progress` is 0..1, of the check and then of the import.

    `format` is empty until it is known; `file_key` is the file as it came, `staged_key` what the check made
    of it. `image_count` and `object_count` are what can be imported; of the images, `new_image_count` are not
    in the project, but in the file, and `occupied_count` have objects or are handed in already. `labels` are
    those of the file with the numbers of their objects; `problems` the first ones, `problem_count` all.
    `options` is what was chosen, see `labeling.shapes.imports.ImportStart`. `reached` is the last image of
    the file that was dealt with.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="imports")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    file_key = models.CharField(max_length=160)
    staged_key = models.CharField(max_length=160, blank=True, default="")
    byte_size = models.PositiveBigIntegerField(default=0)
    format = models.CharField(max_length=40, blank=True, default="")
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.QUEUED)
    progress = models.FloatField(default=0)
    image_count = models.PositiveIntegerField(default=0)
    object_count = models.PositiveIntegerField(default=0)
    new_image_count = models.PositiveIntegerField(default=0)
    occupied_count = models.PositiveIntegerField(default=0)
    labels = models.JSONField(default=list, blank=True)
    problem_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, blank=True)
    reached = models.PositiveIntegerField(default=0)
    written_image_count = models.PositiveIntegerField(default=0)
    written_object_count = models.PositiveIntegerField(default=0)
    added_image_count = models.PositiveIntegerField(default=0)
    kept_image_count = models.PositiveIntegerField(default=0)
    left_open_count = models.PositiveIntegerField(default=0)
    lost_answer_count = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ImportState.values), name="import_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["checked", "importing"]) | ~models.Q(staged_key=""),
                name="import_checked_is_staged",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(error_code=""), name="import_failed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"
