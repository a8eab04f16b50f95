"""What is known of model versions: the list, the learning curve, the card."""

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from labeling.models import ModelVersion, Snapshot, TrainingRun
from labeling.selectors.model_cards import model_card, plain
from labeling.selectors.models import bundled_name, learning_curve, models_page
from tests.factories import World
from tests.labeling.versions import version_make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

FIGURES = {"mean_iou": 0.7, "share_85": 0.25, "clicks_to_90": 6.5, "latency_p50_ms": 30.0}


def comparison(before: float, after: float) -> dict[str, Any]:
    sides = {
        "before": {**FIGURES, "mean_iou": before},
        "after": {**FIGURES, "mean_iou": after},
    }
    return {"n": 40, "groups": 12, "gain": after - before, "low": 0.011, "high": 0.042, **sides}


def run(world: World, objects: int, before: float, after: float, **changes: Any) -> TrainingRun:
    snapshot = Snapshot.objects.create(
        project=world.project,
        sha256=f"{objects:064x}",
        file_key=f"snapshots/1/{objects}.jsonl.gz",
        image_count=52,
        object_count=objects + 40,
        held_out_image_count=12,
        held_out_object_count=40,
    )
    report = {"held_out": comparison(before, after), "steps": 200}
    return TrainingRun.objects.create(
        **{
            "project": world.project,
            "state": "succeeded",
            "decision": "promoted",
            "version": version_make(world, f"cells-{objects}"),
            "snapshot": snapshot,
            "report": report,
            "seed": 7,
            **changes,
        }
    )


def test_versions_come_newest_first_in_pages_with_what_serves(settings: Settings) -> None:
    world = World(images=0)
    first, second, third = (version_make(world, name) for name in ("a", "b", "c"))
    world.project.active_version, world.project.model_pinned = first, True
    page = models_page(project=world.project, limit=2)
    assert [(row.id, row.number, row.active) for row in page.results] == [
        (third.pk, 3, False),
        (second.pk, 2, False),
    ]
    assert (page.active_id, page.pinned, page.bundled, page.next) == (first.pk, True, "fake", str(second.pk))
    rest = models_page(project=world.project, cursor=second.pk, limit=2)
    assert ([(row.id, row.active) for row in rest.results], rest.next) == ([(first.pk, True)], None)
    settings.PREDICTOR = "/srv/secret/folder/nuclei.safetensors"
    assert bundled_name() == "nuclei.safetensors"


def test_a_version_of_a_run_names_it_and_has_its_figures() -> None:
    world = World(images=0)
    made = run(world, 60, 0.6, 0.7)
    ModelVersion.objects.update(metrics=FIGURES)
    (row,) = models_page(project=world.project).results
    assert (row.run_id, row.held_out and row.held_out.model_dump()) == (made.pk, FIGURES)
    assert (row.file_url, row.card_url) == (f"/api/models/{row.id}/file", f"/api/models/{row.id}/card")


def test_the_curve_starts_without_objects_and_tells_what_two_hundred_more_would_bring() -> None:
    world = World(images=0)
    # 0.9 - 0.8 / sqrt(n)
    runs = [run(world, count, 0.5, 0.9 - 0.8 * count**-0.5) for count in (64, 100, 400)]
    TrainingRun.objects.create(project=world.project, state="cancelled")
    curve = learning_curve(project=world.project)
    assert [(point.object_count, point.version_id) for point in curve.points] == [
        (0, None),
        *((count, made.version_id) for count, made in zip((64, 100, 400), runs, strict=True)),
    ]
    assert [round(point.held_out_iou, 4) for point in curve.points] == [0.5, 0.8, 0.82, 0.86]
    assert (curve.fitted[0].object_count, curve.fitted[-1].object_count) == (64, 600)
    # 0.8 / 20 - 0.8 / sqrt(600)
    assert (curve.further, curve.expected_gain) == (200, pytest.approx(0.00734, abs=2e-4))


def test_without_three_runs_there_are_points_and_no_promise() -> None:
    world = World(images=0)
    nothing = {"points": [], "fitted": [], "further": 200, "expected_gain": None}
    assert learning_curve(project=world.project).model_dump() == nothing
    first = run(world, 64, 0.5, 0.8)
    run(world, 100, 0.8, 0.82, start=first.version)
    curve = learning_curve(project=world.project)
    assert [point.object_count for point in curve.points] == [0, 64, 100]
    assert (curve.fitted, curve.expected_gain) == ([], None)


def test_the_card_of_a_trained_version_says_from_what_and_how_it_does() -> None:
    world = World(images=0)
    made = run(world, 60, 0.612, 0.655, objections=["Slower *by far*."])
    assert made.version is not None
    made.version.refresh_from_db()
    card = model_card(version=made.version)
    day = made.version.created_at.strftime("%Y-%m-%d")
    assert card == (
        "# cells-60\n\n"
        "Version 1 of the project animals: a model that turns the four extreme points of an object "
        "(left, top, right, bottom) into its mask.\n\n"
        f"- Identity: `{made.version.identity}`, which every mask made with it bears\n"
        f"- SHA-256 of the weights file: `{made.version.sha256}` (0.0 MB)\n"
        "- Architecture: dextr\\_lite\n"
        "- Licence: CC0-1.0\n"
        f"- Origin: trained in this project by admin, {day}\n"
        "- Written by: Cardinal 0.1.0\n\n"
        "## Training\n\n"
        f"- Run {made.pk}, started from the bundled model, seed 7\n"
        "- Steps: 200\n"
        f"- Snapshot: `{60:064x}`\n"
        "- Trained on: 60 accepted objects of 40 images\n"
        "- Held out, never trained on: 40 objects of 12 images\n"
        "- Decision: promoted\n"
        "- Objection: Slower \\*by far\\*.\n\n"
        "## On held-out objects\n\n"
        "| | before | after |\n"
        "| --- | ---: | ---: |\n"
        "| Mean IoU | 0.612 | 0.655 |\n"
        "| Share with IoU above 0.85 | 25.0% | 25.0% |\n"
        "| Clicks to IoU 0.9 | 6.50 | 6.50 |\n"
        "| Median time of an answer | 30 ms | 30 ms |\n\n"
        "Mean IoU changed by +0.0430, with 95 % certainty between +0.0110 and +0.0420 (40 objects with four "
        "clicks, 12 images drawn again and again).\n\n"
        "## Use\n\n"
        "Four clicks on the outline, and further ones to correct it. Figures hold for objects like those "
        "that it was measured on; on others it may do better or worse. A person looks at every mask.\n"
    )


def test_peoples_words_are_one_line_without_markdown_of_their_own() -> None:
    assert plain("[a](javascript:x)\n# *b* <img>") == r"\[a\]\(javascript:x\) \# \*b\* \<img\>"


def test_an_uploaded_version_says_what_its_file_says() -> None:
    world = World(images=0)
    version = version_make(world)
    ModelVersion.objects.filter(pk=version.pk).update(origin="uploaded", card="11748 objects", licence="")
    version.refresh_from_db()
    card = model_card(version=version)
    assert "## Data\n\n11748 objects\n" in card
    assert "- Licence: not stated\n" in card
    assert "- Origin: uploaded by admin" in card
    assert "## Training" not in card
