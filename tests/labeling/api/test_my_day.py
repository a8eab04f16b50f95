"""A person's day: what they made since their own midnight."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from labeling.models import Annotation
from tests.factories import World
from tests.labeling.helpers import Api, nothing_changes, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

NOW = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)
NOTHING = {"objects": 0, "images": 0, "seconds": 0.0, "median_seconds_per_object": None}


def _made(world: World, at: datetime, seconds: float, task: int = 0, **columns: object) -> Annotation:
    annotation = world.annotation(world.tasks[task])
    Annotation.objects.filter(pk=annotation.pk).update(created_at=at, seconds=seconds, **columns)
    return annotation


def _day(world: World, **query: object) -> dict[str, object]:
    with patch("labeling.selectors.progress.timezone.now", return_value=NOW):
        return Api(world.annotator).get(f"/projects/{world.project.pk}/my-day", **query).json()  # type: ignore[no-any-return]


def test_a_day_begins_at_the_persons_own_midnight() -> None:
    world = World(images=3)
    _made(world, NOW - timedelta(minutes=10), 4.0)
    _made(world, NOW - timedelta(minutes=90), 10.0)
    _made(world, NOW - timedelta(minutes=91), 1.0, task=1)
    _made(world, NOW - timedelta(hours=3), 2.5, task=2)
    half = {"objects": 2, "images": 1, "seconds": 14.0, "median_seconds_per_object": 7.0}
    assert _day(world) == _day(world, tz=0) == half
    # East of Greenwich it is later, and the day began earlier.
    three = {"objects": 3, "images": 2, "seconds": 15.0, "median_seconds_per_object": 4.0}
    assert _day(world, tz=60) == three
    all_four = {"objects": 4, "images": 3, "seconds": 17.5, "median_seconds_per_object": 3.25}
    assert _day(world, tz=120) == all_four
    # West of it the day begins later, until there it is still the day before.
    one = {"objects": 1, "images": 1, "seconds": 4.0, "median_seconds_per_object": 4.0}
    assert _day(world, tz=-60) == one
    assert _day(world, tz=-120) == all_four
    assert _day(world, tz=840) == all_four
    assert _day(world, tz=-840) == all_four


def test_only_ones_own_live_objects_of_the_project_count() -> None:
    world = World(images=1)
    _made(world, NOW, 4.0, created_by=world.reviewer.pk)
    _made(world, NOW, 4.0, deleted_at=NOW)
    assert _day(world) == NOTHING


def test_objects_without_a_measured_time_do_not_pull_the_median_down() -> None:
    world = World(images=1)
    for seconds in (0.0, 0.0, 0.0, 6.0, 8.0):
        _made(world, NOW, seconds)
    expected = {"objects": 5, "images": 1, "seconds": 14.0, "median_seconds_per_object": 7.0}
    assert _day(world) == expected


@pytest.mark.parametrize("tz", ["841", "-841", "1.5", "Europe/Berlin", "--1", "9999", "٣"])
def test_an_offset_that_is_none_is_refused(tz: str) -> None:
    world = World(images=0)
    with nothing_changes():
        refused_field(Api(world.annotator).get(f"/projects/{world.project.pk}/my-day", tz=tz), "tz")
