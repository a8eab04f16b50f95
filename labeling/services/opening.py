"""What happens when somebody opens a task."""

import logging

from django.conf import settings

from cardinal.celery import app
from cardinal.events.publish import broker

logger = logging.getLogger(__name__)
# One message for all who open the same image within this time.
WARM_S = 10


def image_warm_request(*, image_id: int, project_id: int) -> None:
    """Have a segmentation worker decode the image and load the project's model before the first click.

    Only speed depends on it.
    """
    try:
        if not broker().set(f"cardinal:warm:{image_id}:{project_id}", b"1", ex=WARM_S, nx=True):
            return
        app.send_task(
            "labeling.tasks.image_warm",
            args=[image_id, project_id],
            queue="segment",
            expires=settings.SEGMENT_DEADLINE_S,
            retry=False,
        )
    except Exception as error:
        logger.warning("An image could not be warmed: %s", error)
