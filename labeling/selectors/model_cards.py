"""A version's model card: what it was made from and how it does, as Markdown for who downloads it."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from labeling.models import ModelVersion, TrainingRun, VersionOrigin

SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#|~!])")
# The columns of the table of figures: what it is called, where it stands, how it is written.
FIGURES = (
    ("Mean IoU", "mean_iou", "{:.3f}"),
    ("Share with IoU above 0.85", "share_85", "{:.1%}"),
    ("Clicks to IoU 0.9", "clicks_to_90", "{:.2f}"),
    ("Median time of an answer", "latency_p50_ms", "{:.0f} ms"),
)


def model_card(*, version: ModelVersion) -> str:
    """Return the card of a version; needs project, run and created_by."""
    run = TrainingRun.objects.filter(version=version).select_related("snapshot", "start").first()
    parts = [
        f"# {plain(version.name)}",
        f"Version {version.number} of the project {plain(version.project.name)}: a model that turns the four "
        "extreme points of an object (left, top, right, bottom) into its mask.",
        "\n".join(_facts(version)),
    ]
    if run is not None:
        parts += ["## Training", "\n".join(_training(run)), *_comparisons(run.report)]
    elif version.card:
        parts += ["## Data", plain(version.card)]
    parts += [
        "## Use",
        "Four clicks on the outline, and further ones to correct it. Figures hold for objects like those "
        "that it was measured on; on others it may do better or worse. A person looks at every mask.",
    ]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Return people's words in one line, without anything that Markdown takes for its own."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _facts(version: ModelVersion) -> Iterator[str]:
    yield f"- Identity: `{version.identity}`, which every mask made with it bears"
    yield f"- SHA-256 of the weights file: `{version.sha256}` ({version.byte_size / 1e6:.1f} MB)"
    yield f"- Architecture: {plain(version.architecture) or 'not stated'}"
    yield f"- Licence: {plain(version.licence) or 'not stated'}"
    origin = "trained in this project" if version.origin == VersionOrigin.TRAINED else "uploaded"
    person = f" by {plain(version.created_by.username)}" if version.created_by else ""
    yield f"- Origin: {origin}{person}, {version.created_at:%Y-%m-%d}"
    if version.parent is not None:
        yield f"- Made from: {plain(version.parent.name)} (version {version.parent.number})"
    yield f"- Written by: Cardinal {settings.SPECTACULAR_SETTINGS['VERSION']}"


def _training(run: TrainingRun) -> Iterator[str]:
    start = f"version {run.start.number}, {plain(run.start.name)}" if run.start else "the bundled model"
    yield f"- Run {run.pk}, started from {start}, seed {run.seed}"
    if "steps" in run.report:
        yield f"- Steps: {int(run.report['steps'])}"
    snapshot = run.snapshot
    if snapshot is not None:
        yield f"- Snapshot: `{snapshot.sha256}`"
        trained_on = snapshot.object_count - snapshot.held_out_object_count
        images = snapshot.image_count - snapshot.held_out_image_count
        yield f"- Trained on: {trained_on} accepted objects of {images} images"
        yield (
            f"- Held out, never trained on: {snapshot.held_out_object_count} objects of "
            f"{snapshot.held_out_image_count} images"
        )
    yield f"- Decision: {run.decision or 'none'}"
    for objection in run.objections:
        yield f"- Objection: {plain(str(objection))}"


def _comparisons(report: dict[str, Any]) -> Iterator[str]:
    for title, name in (("On held-out objects", "held_out"), ("On the check set", "check")):
        figures = report.get(name)
        if figures:
            yield f"## {title}"
            yield "\n".join(_table(figures))
            yield (
                f"Mean IoU changed by {figures['gain']:+.4f}, with 95 % certainty between "
                f"{figures['low']:+.4f} and {figures['high']:+.4f} ({figures['n']} objects with four clicks, "
                f"{figures['groups']} images drawn again and again)."
            )


def _table(figures: dict[str, Any]) -> Iterator[str]:
    yield "| | before | after |"
    yield "| --- | ---: | ---: |"
    for title, name, form in FIGURES:
        before, after = (form.format(figures[side][name]) for side in ("before", "after"))
        yield f"| {title} | {before} | {after} |"
