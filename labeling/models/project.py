"""Projects and who may do what in them."""

from django.conf import settings
from django.db import models

from labeling.models.dataset import Dataset


class Role(models.TextChoices):
    """What a member may do: each role includes nothing of the others but reading."""

    ADMIN = "admin", "Admin"
    REVIEWER = "reviewer", "Reviewer"
    ANNOTATOR = "annotator", "Annotator"
    VIEWER = "viewer", "Viewer"


class TaskOrder(models.TextChoices):
    """Which free task comes next: as uploaded, or what the model is least sure of."""

    POSITION = "position", "As uploaded"
    UNCERTAIN = "uncertain", "Least certain first"


class Project(models.Model):
    """A label schema, a guide, members and the tasks made of its data sets' images."""

    name = models.CharField(max_length=200)
    guide = models.TextField(blank=True, default="")
    datasets = models.ManyToManyField(Dataset, related_name="projects", blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="projects")
    task_count = models.PositiveIntegerField(default=0, help_text="The last position given to a task.")
    # What answers its clicks; null is the model that comes with Cardinal. No run replaces a pinned one.
    active_version = models.ForeignKey(
        "labeling.ModelVersion", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    model_pinned = models.BooleanField(default=False)
    task_order = models.CharField(max_length=9, choices=TaskOrder.choices, default=TaskOrder.POSITION)
    # Where the least certain come first: the share of tasks that is drawn at random all the same, without
    # which nobody would see where the model is certain and wrong.
    random_share = models.FloatField(default=0.2)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(task_order__in=TaskOrder.values), name="project_order_known"
            ),
            models.CheckConstraint(
                condition=models.Q(random_share__gte=0, random_share__lte=1), name="project_share_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's role in one project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="one_role_a_person"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} in {self.project_id}"
