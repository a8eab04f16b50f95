"""Preferences: one document a person, never lost to another page of theirs."""

import pytest

from labeling.models import Preferences
from labeling.services.preferences import preferences_set
from tests.factories import World
from tests.labeling.helpers import Api, at_once, nothing_changes, refused, refused_field

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

PATH = "/me/preferences"
DOCUMENT = {
    "keymap": {"accept": ["Space", None]},
    "theme": "dark",
    "view": {"opacity": 0.45, "outlines": True},
    "workspace": {"panels": {"labels": None}},
}


def test_a_document_comes_back_as_it_was_stored() -> None:
    world = World(images=0)
    api = Api(world.viewer)
    assert api.get(PATH).json() == {"version": 0, "preferences": {}}
    stored = api.send("PUT", PATH, {"version": 0, "preferences": DOCUMENT}).json()
    assert stored == {"version": 1, "preferences": DOCUMENT}
    assert api.get(PATH).json() == stored
    smaller = api.send("PUT", PATH, {"version": 1, "preferences": {"theme": "light", "view": None}}).json()
    assert smaller == {"version": 2, "preferences": {"theme": "light"}}
    assert Api(world.annotator).get(PATH).json() == {"version": 0, "preferences": {}}


def test_a_page_that_did_not_see_the_newest_does_not_overwrite_it() -> None:
    world = World(images=0)
    api = Api(world.viewer)
    newest = api.send("PUT", PATH, {"version": 0, "preferences": {"theme": "dark"}}).json()
    with nothing_changes():
        for version in (0, 2):
            response = api.send("PUT", PATH, {"version": version, "preferences": {}})
            assert refused(response, 409, "stale_version")["details"] == {"current": newest}


@pytest.mark.django_db(transaction=True)
def test_of_two_pages_at_the_same_moment_one_is_told_to_look_again() -> None:
    world = World(images=0)
    for version in (0, 1):

        def put(theme: str, version: int = version) -> object:
            document = {"theme": theme}
            return preferences_set(user=world.viewer, version=version, document=document).version

        found = at_once(*[lambda theme=theme: put(theme) for theme in ("a", "b", "c")])
        assert sorted(map(str, found)) == sorted([str(version + 1), "stale_version", "stale_version"])
    assert Preferences.objects.get().version == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"preferences": {}}, "version"),
        ({"version": 0}, "preferences"),
        ({"version": -1, "preferences": {}}, "version"),
        ({"version": 0, "preferences": []}, "preferences"),
        ({"version": 0, "preferences": {"colour": 1}}, "preferences.colour"),
        ({"version": 0, "preferences": {"keymap": "vi"}}, "preferences.keymap"),
        ({"version": 0, "preferences": {"theme": "x" * 41}}, "preferences.theme"),
        ({"version": 0, "preferences": {"view": {"a\0": 1}}}, "preferences"),
    ],
)
def test_what_is_no_preference_is_refused(body: dict[str, object], field: str) -> None:
    api = Api(World(images=0).viewer)
    with nothing_changes():
        refused_field(api.send("PUT", PATH, body), field)


def test_odd_numbers_and_deep_documents_are_refused() -> None:
    api = Api(World(images=0).viewer)
    with nothing_changes():
        for view in ('{"x": NaN}', '{"x": 1e999}', '{"x": ' + "[" * 5000 + "]" * 5000 + "}"):
            raw = f'{{"version": 0, "preferences": {{"view": {view}}}}}'
            refused(api.send("PUT", PATH, None, raw=raw), 400, "invalid")


def test_a_document_beyond_32_kb_is_refused() -> None:
    api = Api(World(images=0).viewer)
    with nothing_changes():
        body = {"version": 0, "preferences": {"view": {"x": "y" * 32_768}}}
        error = refused(api.send("PUT", PATH, body), 413, "too_large")
    assert error["message"] == (
        "Preferences have 32,785 bytes; 32,768 is the limit. Remove what you changed last."
    )
