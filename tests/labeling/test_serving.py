"""A click is answered by what its project serves at that moment, and its answer says by what."""

from copy import copy
from functools import partial
from pathlib import Path

import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from labeling import inference
from labeling.inference import LoadedVersions, VersionUnavailable
from labeling.model_files import WEIGHTS, files_of
from labeling.models import ModelVersion, Proposal, ProposalStatus
from labeling.services.model_versions import version_activate
from labeling.services.previews import preview_request
from labeling.services.projects import project_create
from labeling.tasks import image_warm, model_warm, preview_segment, proposal_segment
from tests.factories import CLICKS, World, proposal_make
from tests.labeling.versions import bundled_as, version_make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

POINTS = [(click.x, click.y) for click in CLICKS]
LOTS = 10**9


@pytest.fixture(autouse=True)
def loaded(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedVersions:
    """A process that has loaded nothing, on a machine that has fetched nothing."""
    settings.MODEL_CACHE_ROOT = str(tmp_path / "models")
    fresh = LoadedVersions(LOTS)
    monkeypatch.setattr(inference, "loaded", fresh)
    return fresh


def _version(world: World, name: str = "cells-1") -> ModelVersion:
    return version_make(world, name, weights=bundled_as(name))


def _serve(world: World, version: ModelVersion | None) -> None:
    version_activate(
        project_id=world.project.pk,
        version_id=version.pk if version else None,
        pinned=False,
        activated_by=world.admin,
    )


def _clicked(world: World) -> Proposal:
    proposal = proposal_make(world, answer=False)
    proposal_segment(proposal.pk)
    return Proposal.objects.get(pk=proposal.pk)


def test_each_click_is_answered_by_the_version_that_serves_and_bears_its_identity() -> None:
    world = World(images=1)
    first, second = _version(world), _version(world, "cells-2")
    signed = []
    for version in (None, first, second, first, None):
        _serve(world, version)
        signed.append(_clicked(world).model_version)
    assert signed == ["fake-1", first.identity, second.identity, first.identity, "fake-1"]
    assert first.identity == f"cells-1+{first.sha256[:12]}"


def test_another_projects_choice_is_its_own() -> None:
    world = World(images=1)
    other = copy(world)
    _serve(world, _version(world))
    other.project = project_create(
        name="other", dataset_ids=[world.dataset.pk], labels=[], created_by=world.admin
    )
    proposal = proposal_make(other, other.tasks[0], by=world.admin, answer=False)
    proposal_segment(proposal.pk)
    assert Proposal.objects.get(pk=proposal.pk).model_version == "fake-1"


def test_a_click_costs_no_more_queries_with_a_version_than_without() -> None:
    world = World(images=1)
    counts = []
    for version in (None, _version(world)):
        _serve(world, version)
        proposal = proposal_make(world, answer=False)
        with CaptureQueriesContext(connection) as queries:
            proposal_segment(proposal.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_version_whose_files_are_gone_fails_clicks_in_words_and_the_next_choice_serves() -> None:
    world = World(images=1)
    version = _version(world)
    default_storage.delete(version.weights_key)
    _serve(world, version)
    failed = _clicked(world)
    assert (failed.status, failed.error_code) == (ProposalStatus.FAILED, "model_unavailable")
    assert failed.error_message == (
        "The model “cells-1” (version 1) cannot be loaded. An admin of the project can serve another version."
    )
    _serve(world, None)
    assert _clicked(world).status == ProposalStatus.READY


def test_a_preview_by_one_version_answers_no_click_to_another() -> None:
    world = World(images=1)
    image = world.picture
    first, second = (files_of(_version(world, name)) for name in ("cells-1", "cells-2"))
    shown = inference.preview(sha256=image.sha256, key=image.display_key, points=POINTS, version=first)
    ask = partial(inference.segment, sha256=image.sha256, key=image.display_key, points=POINTS)
    assert ask(version=second).model_version == second.identity
    taken = ask(version=first)
    assert (taken.model_version, taken.mask_counts) == (first.identity, shown)
    assert ask().model_version == "fake-1"


def test_a_preview_is_made_by_what_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(images=1)
    version = _version(world)
    _serve(world, version)
    given: list[object] = []

    def previewing(**asked: object) -> str:
        given.append(asked["version"])
        return "0"

    monkeypatch.setattr(inference, "preview", previewing)
    task = world.tasks[0]
    preview_request(task_id=task.pk, requested_by=world.annotator, request_id="p", points=CLICKS)
    preview_segment(task.pk, world.annotator.pk)
    redis.Redis.from_url(django_settings.BROKER_URL).delete("segment\x06\x169")
    assert given == [files_of(version)]


def test_opening_a_task_and_choosing_a_version_load_it_before_the_first_click(loaded: LoadedVersions) -> None:
    world = World(images=1)
    first, second = _version(world), _version(world, "cells-2")
    _serve(world, first)
    assert first.sha256 not in loaded
    image_warm(world.picture.pk, world.project.pk)
    assert first.sha256 in loaded
    model_warm(second.pk)
    assert second.sha256 in loaded
    model_warm(10**12)
    image_warm(10**12, 10**12)


def test_a_process_holds_the_versions_used_last_within_the_bound() -> None:
    world = World(images=0)
    first, second = (files_of(_version(world, name)) for name in ("cells-1", "cells-2"))
    cache = LoadedVersions(first.byte_size + second.byte_size - 1)
    kept = cache.get(first)
    assert cache.get(first) is kept
    cache.get(second)
    assert (first.sha256 in cache, second.sha256 in cache) == (False, True)


def test_a_local_copy_that_was_damaged_is_fetched_again(settings: Settings) -> None:
    world = World(images=0)
    files = files_of(_version(world))
    LoadedVersions(LOTS).get(files)
    local = Path(settings.MODEL_CACHE_ROOT) / files.sha256 / WEIGHTS
    whole = local.read_bytes()
    local.write_bytes(whole[:-1000])
    LoadedVersions(LOTS).get(files)
    assert local.read_bytes() == whole


def test_weights_that_are_none_are_named_and_not_kept() -> None:
    world = World(images=0)
    cache = LoadedVersions(LOTS)
    files = files_of(version_make(world))
    with pytest.raises(VersionUnavailable, match="“cells”"):
        cache.get(files)
    assert files.sha256 not in cache
