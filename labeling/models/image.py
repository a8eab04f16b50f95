"""Images: the file as it came, the file that everybody sees, and a thumbnail."""

from django.conf import settings
from django.db import models

from labeling.models.dataset import Dataset


class Image(models.Model):
    """One image of a data set.

    `width` and `height` are those of the upright image, in pixels. `original_key`, `display_key` and
    `thumbnail_key` name files in the storage by content, never by the name that the user gave.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="images")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    media_type = models.CharField(max_length=40)
    display_media_type = models.CharField(max_length=40)
    byte_size = models.PositiveBigIntegerField()
    original_key = models.CharField(max_length=160)
    display_key = models.CharField(max_length=160)
    thumbnail_key = models.CharField(max_length=160)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "sha256"], name="image_once_in_dataset"),
            models.CheckConstraint(
                condition=models.Q(width__gte=1) & models.Q(height__gte=1), name="image_has_pixels"
            ),
        ]

    def __str__(self) -> str:
        return self.name
