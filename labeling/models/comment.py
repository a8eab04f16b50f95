"""Comments: what people say to each other on one image."""

from django.conf import settings
from django.db import models

from labeling.models.annotation import Annotation
from labeling.models.task import Task


class Comment(models.Model):
    """The first comment of a thread, pinned to a spot, or a reply to one.

    `x` and `y` are image pixels of the upright image. A thread about an object names it in `annotation` and
    keeps a spot of its own all the same, so that it has a place when the object is deleted. `deleted_at`
    marks a deleted comment, whose text is gone.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="comments")
    client_id = models.UUIDField()
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    annotation = models.ForeignKey(
        Annotation, on_delete=models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)
    text = models.TextField(blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "client_id"], name="comment_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="comment_version_positive"),
            models.CheckConstraint(
                condition=models.Q(parent=None, x__isnull=False, y__isnull=False)
                | models.Q(parent__isnull=False, x=None, y=None, annotation=None, resolved_at=None),
                name="comment_pin_at_the_first",
            ),
            models.CheckConstraint(
                condition=(models.Q(deleted_at=None) & ~models.Q(text=""))
                | models.Q(deleted_at__isnull=False, text=""),
                name="comment_text_until_deleted",
            ),
            models.CheckConstraint(
                condition=models.Q(resolved_at=None, resolved_by=None)
                | models.Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="comment_resolved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} on {self.task_id}"
