"""What happens when somebody opens a task."""

import logging

from django.conf import settings

from cardinal.celery import app

logger = logging.getLogger(__name__)


def image_warm_request(*, image_id: int) -> None:
    """Have a segmentation worker decode the image before the first click. Only speed depends on it."""
    try:
        app.send_task(
            "labeling.tasks.image_warm",
            args=[image_id],
            queue="segment",
            expires=settings.SEGMENT_DEADLINE_S,
            retry=False,
        )
    except Exception as error:
        logger.warning("An image could not be warmed: %s", error)
