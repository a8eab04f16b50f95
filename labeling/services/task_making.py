"""Making tasks: one for each image of each of a project's data sets."""

from collections.abc import Sequence

from django.db import transaction

from labeling.models import Image, Project, Task
from labeling.services.records import publish_counts, publish_task


def tasks_make(*, project_id: int, images: Sequence[Image]) -> int:
    """Make the tasks missing for `images`; return how many. Safe to repeat and to run twice at once."""
    with transaction.atomic():
        # The project's row gives out positions, so it is held while they are given. Not its key: every
        # audited write refers to it, and one that already holds a task would wait for us in a circle.
        project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
        known = set(Task.objects.filter(project=project, image__in=images).values_list("image_id", flat=True))
        missing = [image for image in images if image.pk not in known]
        tasks = Task.objects.bulk_create(
            [
                Task(project=project, image=image, position=project.task_count + number)
                for number, image in enumerate(missing, start=1)
            ],
            batch_size=1000,
        )
        if tasks:
            project.task_count += len(tasks)
            project.save(update_fields=["task_count"])
            # A large import is told by its counts: pages load the tasks themselves.
            for task in tasks if len(tasks) <= 20 else []:
                publish_task(task)
            publish_counts(project.pk)
    return len(tasks)
