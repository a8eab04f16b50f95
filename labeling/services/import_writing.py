"""Writing what a check has staged: each image of a file into its task, in a transaction of its own."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import NAMESPACE_URL, uuid5

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone

from labeling.domain.attributes import Attribute, Value, default_values, is_value, unanswered
from labeling.domain.errors import Kind, Refused
from labeling.domain.stacking import position_in_front
from labeling.domain.task_states import ACCEPTED, SUBMITTED, imported_state
from labeling.formats.opened import Malformed
from labeling.formats.records import FLAGS
from labeling.formats.stage_rows import StagedImage, StagedObject
from labeling.formats.staged import Staged
from labeling.models import Annotation, Import, ImportState, Label, Project, Review, Task, Verdict
from labeling.selectors.imports import label_meant, labels_by_name
from labeling.selectors.labels import rules_of
from labeling.services.import_pictures import NewImages, new_images
from labeling.services.imports import JOBS, MOST_TOLD, TOLD_EVERY_S, files_discard
from labeling.services.jobs import Over
from labeling.services.leases import is_live, lease_end, task_locked
from labeling.services.presence import is_anybody_there
from labeling.services.projects import label_add
from labeling.services.records import (
    audit,
    publish_annotation,
    publish_counts,
    publish_import,
    publish_labels,
    publish_task,
)
from labeling.services.skips import skips_end_by_submission
from labeling.shapes.imports import ImportStart
from labeling.shapes.requests import LabelCreate

OBJECTS_AT_ONCE = 1000
# For labels whose file says no colour.
COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#46f0f0", "#f032e6", "#bcf60c", "#fabebe")


@dataclass(frozen=True)
class _Schema:
    """The project's labels by their names in the file, and what these ask of their objects."""

    labels: Mapping[str, Label]
    rules: Mapping[int, Sequence[Attribute]]

    def asks(self, label_id: int) -> bool:
        """Say whether a label has an attribute that has to be answered."""
        return any(rule.required for rule in self.rules[label_id])


@dataclass
class _Counts:
    """What became of an image; the names are those of the row's columns."""

    written_image_count: int = 0
    written_object_count: int = 0
    added_image_count: int = 0
    kept_image_count: int = 0
    left_open_count: int = 0
    lost_answer_count: int = 0
    problem: Mapping[str, str] | None = None


COUNTED = tuple(one.name for one in fields(_Counts) if one.name != "problem")


def import_write(row: Import) -> None:
    """Write what is staged into the project's tasks, from where it was left on; each image once."""
    options = ImportStart.model_validate(row.options)
    told = time.monotonic()
    with _staged(row) as stage, new_images(row, dataset_id=options.add_images_to) as new:
        schema = _schema(row, stage, options)
        begun = row.written_image_count + row.kept_image_count
        for place, staged in enumerate(stage.images(after=row.reached), start=begun + 1):
            image, problem = _with_task(new, staged)
            with transaction.atomic():
                _without_waiting_for_the_disk()
                counts = _Counts(problem=problem)
                if image is not None and image.task is not None:
                    counts = _write_image(row, image, image.task, schema, options)
                    counts.added_image_count = int(image.brought is not None)
                _reach(row.pk, staged, counts, done=place / max(row.image_count, place))
                if time.monotonic() - told >= TOLD_EVERY_S:
                    told = time.monotonic()
                    publish_import(JOBS.locked(row.pk))
                    publish_counts(row.project_id)
    with transaction.atomic():
        done = JOBS.update(row.pk, state=ImportState.DONE, progress=1.0)
        counted = {"images": done.written_image_count, "annotations": done.written_object_count}
        audit(actor=row.requested_by, action="import.end", target=done, project_id=row.project_id, **counted)
        publish_counts(row.project_id)
    files_discard(done)


def _without_waiting_for_the_disk() -> None:
    """Let the transaction's end not wait for the disk.

    What a crash of the database takes back it takes back together with the note that it was done, and the
    import goes on from there. Its last transaction waits, and the disk has all earlier ones by then.
    """
    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit to off")


@contextmanager
def _staged(row: Import) -> Iterator[Staged]:
    """Open what was checked, as a file of this machine."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stage"
        with default_storage.open(row.staged_key, "rb") as stored, path.open("wb") as file:
            for block in stored.chunks():
                file.write(block)
        with Staged(path) as stage:
            yield stage


def _schema(row: Import, stage: Staged, options: ImportStart) -> _Schema:
    said = {one.name: one for one in stage.labels()}
    known = labels_by_name(row.project_id)
    if options.create_labels:
        with transaction.atomic():
            # Two imports, or a person, may add the same label at once.
            project = Project.objects.select_for_update(no_key=True).get(pk=row.project_id)
            known = labels_by_name(row.project_id)
            lacking = [one for one in said if label_meant(known, one) is None]
            for name in lacking:
                about = {"color": _colour(said[name].color, len(known)), "kind": said[name].kind}
                asked = LabelCreate.model_validate({"name": name.strip(), **about})
                made = label_add(project=project, label=asked, added_by=row.requested_by, tell=False)
                known |= {made.name: made}
            if lacking:
                publish_labels(row.project_id)
    labels = {name: label for name in said if (label := label_meant(known, name)) is not None}
    return _Schema(labels, rules_of(label_ids={label.pk for label in known.values()}))


def _colour(said: str, number: int) -> str:
    plain = said.lower()
    is_colour = len(plain) == 7 and plain[0] == "#" and all(one in "0123456789abcdef" for one in plain[1:])
    return plain if is_colour else COLOURS[number % len(COLOURS)]


def _reach(import_id: int, image: StagedImage, counts: _Counts, *, done: float) -> None:
    """Note in the transaction of an image's objects that it was dealt with: after a crash it is not again."""
    added = {name: F(name) + getattr(counts, name) for name in COUNTED if getattr(counts, name)}
    if counts.problem:
        row = JOBS.locked(import_id)
        added |= {
            "problem_count": F("problem_count") + 1,
            "problems": [*row.problems, counts.problem][:MOST_TOLD],
        }
    wanted = Import.objects.filter(pk=import_id, state=ImportState.IMPORTING)
    moment = timezone.now()
    if not wanted.update(reached=image.number, progress=min(1.0, done), updated_at=moment, **added):
        raise Over


def _with_task(new: NewImages, image: StagedImage) -> tuple[StagedImage | None, Mapping[str, str] | None]:
    """Return an image with its task, or None and why it has none, in transactions of its own."""
    try:
        return new.added(image), None
    except Malformed as error:
        return None, {"entry": image.brought.member if image.brought else "", "message": f"{error}."}


def _write_image(
    row: Import, image: StagedImage, task_id: int, schema: _Schema, options: ImportStart
) -> _Counts:
    """Write an image's objects into its task, in the caller's transaction."""
    try:
        task = task_locked(task_id=task_id)
    except Refused as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        gone = {"entry": f"Image {image.number}", "message": "was removed from the project meanwhile."}
        return _Counts(problem=gone)
    state = imported_state(task.state, existing=options.existing)
    if state is None or (options.existing == "keep" and task.annotation_count):
        return _Counts(kept_image_count=1)
    if is_live(task, now=timezone.now()) and task.lease_holder_id != row.requested_by_id:
        holder = task.lease_holder.username if task.lease_holder else "somebody"
        why = f"is being worked on by {holder} now; it was left alone."
        return _Counts(kept_image_count=1, problem={"entry": task.image.name, "message": why})
    counts = _Counts(written_image_count=1)
    there = task.annotations.aggregate(
        highest=Max("position"),
        live=Count("pk", filter=Q(deleted_at=None)),
        lowest=Min("score", filter=Q(deleted_at=None)),
    )
    removed = _remove(task, row) if options.existing == "replace" and there["live"] else []
    made = _make(row, task, image, schema, counts, above=there["highest"])
    if len(made) < len(image.objects):
        why = f"gets {len(made)} of {len(image.objects)} objects: the project lacks the others' labels."
        counts.problem = {"entry": task.image.name, "message": why}
    task.annotation_count = there["live"] - len(removed) + len(made)
    # What is imported has no score.
    task.lowest_score = None if removed else there["lowest"]
    answered = [(one.label_id, one.attributes) for one in made]
    if there["live"] and not removed and any(map(schema.asks, schema.rules)):
        answered += task.annotations.filter(deleted_at=None).values_list("label_id", "attributes")
    whole = not any(unanswered(schema.rules.get(label_id, ()), values) for label_id, values in answered)
    counts.left_open_count = int(options.state != "open" and not whole)
    _finish(row, task, state=options.state if whole and options.state != "open" else state, counts=counts)
    if is_anybody_there(task_id=task.pk):
        for annotation in (*removed, *made):
            publish_annotation(annotation, task=task)
    return counts


def _remove(task: Task, row: Import) -> list[Annotation]:
    """Remove a task's objects, so that people can bring each back."""
    live = task.annotations.filter(deleted_at=None)
    keys = list(live.values_list("pk", flat=True))
    live.update(
        deleted_at=timezone.now(),
        updated_at=timezone.now(),
        version=F("version") + 1,
        updated_by=row.requested_by,
    )
    return list(
        Annotation.objects.filter(pk__in=keys).select_related("created_by", "updated_by", "verdict_by")
    )


def _make(
    row: Import, task: Task, image: StagedImage, schema: _Schema, counts: _Counts, *, above: int | None
) -> list[Annotation]:
    """Make an image's objects in front of what is there: `above` is the highest position so far."""
    position = above
    made = []
    for place, one in enumerate(image.objects):
        label = schema.labels.get(one.label)
        if label is None:
            continue
        position = position_in_front(position)
        values, lost = _answers(schema.rules.get(label.pk, ()), one)
        counts.lost_answer_count += lost
        made.append(
            Annotation(
                task=task,
                # The same object of the same import is the same one, whoever writes it.
                client_id=uuid5(NAMESPACE_URL, f"import/{row.pk}/{image.number}/{place}"),
                label=label,
                mask_counts=one.mask.counts,
                bbox=one.bbox,
                area=one.area,
                attributes=values,
                position=position,
                created_by=row.requested_by,
                updated_by=row.requested_by,
                **{name: getattr(one, name) for name in FLAGS},
            )
        )
    Annotation.objects.bulk_create(made, batch_size=OBJECTS_AT_ONCE)
    counts.written_object_count = len(made)
    return made


def _answers(rules: Sequence[Attribute], one: StagedObject) -> tuple[dict[str, Value], int]:
    """Return the answers that the label asks for, by its attributes' ids, and how many are of no use."""
    given = {rule.id: one.attributes[rule.name] for rule in rules if rule.name in one.attributes}
    held = {rule.id: given[rule.id] for rule in rules if is_value(rule, given.get(rule.id))}
    stored = {str(key): value for key, value in held.items()}
    return dict(default_values(rules, stored=stored, given=given)), len(one.attributes) - len(held)


def _finish(row: Import, task: Task, *, state: str, counts: _Counts) -> None:
    """Put a task into the state that it has with its new objects, and tell."""
    review = None
    if state in (SUBMITTED, ACCEPTED):
        task.submitted_by = row.requested_by
    if state == ACCEPTED:
        review = Review.objects.create(
            task=task, reviewer=row.requested_by, verdict=Verdict.ACCEPT, comment=""
        )
    task.state = state
    if task.skip_id is not None:
        skips_end_by_submission(task, submitted_by=row.requested_by)
    lease_end(task)
    task.save()
    audit(
        actor=row.requested_by,
        action="task.import",
        target=task,
        project_id=task.project_id,
        annotations=counts.written_object_count,
        state=task.state,
        file=row.pk,
    )
    publish_task(task, review=review)
