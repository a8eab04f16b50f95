"""Labels: the schema of a project."""

from django.db import models

from labeling.models.project import Project


class LabelKind(models.TextChoices):
    """A thing can be counted (a cup); stuff fills an area (sky)."""

    THING = "thing", "Thing"
    STUFF = "stuff", "Stuff"


class Label(models.Model):
    """One class of objects in one project; `position` is its order and its number key."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=100)
    color = models.CharField(max_length=7)
    kind = models.CharField(max_length=5, choices=LabelKind.choices, default=LabelKind.THING)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="label_name_once"),
            models.CheckConstraint(
                condition=models.Q(color__regex=r"^#[0-9a-f]{6}$"), name="label_color_hex"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=LabelKind.values), name="label_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name
