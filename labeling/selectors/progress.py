"""Reading how far people have come."""

from datetime import timedelta
from datetime import timezone as fixed_zone

from django.db.models import Aggregate, Count, FloatField, Q, Sum
from django.utils import timezone

from cardinal.accounts.models import User
from labeling.models import Annotation, Project
from labeling.shapes.progress import MyDay


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) within group (order by %(expressions)s)"
    output_field = FloatField()


def my_day(*, project: Project, user: User, utc_offset_minutes: int) -> MyDay:
    """Return what a person made in a project since midnight where they are, east of UTC by the offset."""
    now = timezone.now().astimezone(fixed_zone(timedelta(minutes=utc_offset_minutes)))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    made = Annotation.objects.filter(
        task__project=project, created_by=user, created_at__gte=midnight, deleted_at=None
    )
    found = made.aggregate(
        objects=Count("pk"),
        images=Count("task", distinct=True),
        total=Sum("seconds", default=0.0),
        median=_Median("seconds", filter=Q(seconds__gt=0)),
    )
    return MyDay(
        objects=found["objects"],
        images=found["images"],
        seconds=round(found["total"], 3),
        median_seconds_per_object=None if found["median"] is None else round(found["median"], 3),
    )
