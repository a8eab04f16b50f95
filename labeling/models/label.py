"""Labels: the schema of a project."""

from django.contrib.postgres.fields import ArrayField
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


class AttributeKind(models.TextChoices):
    """What kind of answer an attribute takes."""

    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    CHOICE = "choice", "Choice"
    YES_NO = "yes_no", "Yes or no"


class Attribute(models.Model):
    """One question that a label asks of its objects.

    `deleted_at` marks a removed one: its answers stay with the objects and mean nothing any more.
    """

    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="attributes")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=6, choices=AttributeKind.choices)
    choices = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    required = models.BooleanField(default=False)
    default = models.JSONField(null=True, blank=True)
    minimum = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    position = models.PositiveIntegerField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["label", "name"], condition=models.Q(deleted_at=None), name="attribute_name_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=AttributeKind.values), name="attribute_kind_known"
            ),
            models.CheckConstraint(
                condition=(models.Q(kind="choice") & ~models.Q(choices=[]))
                | (~models.Q(kind="choice") & models.Q(choices=[])),
                name="attribute_choices_where_chosen",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="number") | models.Q(minimum=None, maximum=None),
                name="attribute_range_of_numbers",
            ),
        ]

    def __str__(self) -> str:
        return self.name
