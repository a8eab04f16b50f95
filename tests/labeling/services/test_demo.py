"""The demo project: made once, whatever happens in between."""

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from cardinal.accounts.models import User
from labeling.models import Dataset, Image, Project, Task
from labeling.services import demo
from tests.labeling.helpers import rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_three_people_one_project_and_real_photographs() -> None:
    demo.demo_seed()
    project = Project.objects.get()
    assert (project.name, project.guide) == ("First steps", demo.GUIDE)
    roles = dict(project.memberships.values_list("user__username", "role"))
    assert roles == {"admin": "admin", "reviewer": "reviewer", "annotator": "annotator"}
    for name in roles:
        user = authenticate(username=name, password="demo")
        assert isinstance(user, User)
        assert user.is_staff == (name == "admin")
    names = [image.name for image in Image.objects.order_by("pk")]
    assert [name.partition(".")[0] for name in names] == list(demo.PHOTOGRAPHS)
    assert Task.objects.count() == len(names)
    assert [label.name for label in project.labels.all()] == ["person", "animal", "cup", "vehicle", "other"]


def test_seeding_again_changes_nothing() -> None:
    demo.demo_seed()
    before = rows()
    demo.demo_seed()
    assert rows() == before


def test_a_start_that_was_broken_off_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Exception):
        pass

    def stop(**_: object) -> None:
        raise Broken

    with monkeypatch.context() as patched:
        patched.setattr(demo, "project_create", stop)
        with pytest.raises(Broken):
            demo.demo_seed()
    assert (Dataset.objects.count(), Project.objects.count()) == (1, 0)
    demo.demo_seed()
    assert (Dataset.objects.count(), Project.objects.count()) == (1, 1)
    assert Image.objects.count() == len(demo.PHOTOGRAPHS)
    assert not connection.needs_rollback


def test_a_password_that_was_changed_stays() -> None:
    demo.demo_seed()
    admin = User.objects.get(username="admin")
    admin.set_password("something else")
    admin.save()
    demo.demo_seed()
    assert authenticate(username="admin", password="demo") is None
