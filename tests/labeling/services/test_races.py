"""Transactions that overlap: the second one begins while the first is still open."""

import threading
from collections.abc import Callable
from functools import partial
from io import BytesIO
from uuid import UUID

import pytest
from django.db import connection, transaction

from labeling.models import Annotation, AuditEntry, Image, Label, Membership, Project, Proposal, Review, Task
from labeling.services.annotations import annotation_change, annotation_create
from labeling.services.datasets import UploadFile, dataset_create, images_upload
from labeling.services.leases import lease_hold, lease_take, task_locked, task_next
from labeling.services.projects import (
    label_add,
    label_change,
    label_remove,
    member_remove,
    member_set,
    project_change,
    project_create,
)
from labeling.services.proposals import proposal_answer, proposal_fail, proposal_request
from labeling.services.tasks import task_accept, task_request_changes, task_submit
from labeling.shapes.requests import AnnotationChange, LabelCreate
from tests.factories import ANSWER, CLICKS, World, picture, proposal_make, rectangle
from tests.labeling.helpers import Listener, Overlap, at_once

CLIENT = UUID("6f1d7a52-8a3e-4f3a-9d55-0c2f4f6a1b23")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


def test_a_member_removed_while_somebody_takes_a_task_waits_for_it_and_no_longer() -> None:
    """The one holds a task and writes to the project's log; the other holds the project and frees tasks."""
    world = World(images=1)
    task = world.tasks[0]
    lease_take(task_id=task.pk, user=world.annotator)
    remove = partial(member_remove, project=world.project, user_id=world.annotator.pk, removed_by=world.admin)
    with Overlap(remove) as other, transaction.atomic():
        locked = task_locked(task_id=task.pk)
        Task.objects.filter(pk=task.pk).update(lease_holder=None)
        locked.lease_holder = None
        other.start()
        lease_hold(locked, user=world.reviewer)
    assert not Membership.objects.filter(user=world.annotator).exists()
    assert world.tasks[0].lease_holder == world.reviewer


def test_of_two_changes_of_one_version_exactly_one_wins() -> None:
    world = World(images=1)
    annotation = world.annotation()
    change = partial(annotation_change, annotation_id=annotation.pk, task_id=annotation.task_id)
    calls: list[Callable[[], object]] = [
        partial(
            change, change=AnnotationChange(version=1, mask=rectangle(0, 0, n, n)), changed_by=world.annotator
        )
        for n in range(2, 10)
    ]
    results = at_once(*calls)
    (winner,) = [result for result in results if isinstance(result, Annotation)]
    assert results.count("stale_version") == 7
    stored = Annotation.objects.get()
    assert (stored.version, stored.area) == (2, winner.area)
    assert AuditEntry.objects.filter(action="annotation.change").count() == 1


def test_the_later_of_two_changes_gets_the_object_as_it_is_after_the_wait() -> None:
    world = World(images=1)
    annotation = world.annotation()
    change = partial(annotation_change, annotation_id=annotation.pk, task_id=annotation.task_id)
    late = partial(change, change=AnnotationChange(version=1, deleted=True), changed_by=world.annotator)
    with Overlap(late) as other, transaction.atomic():
        change(change=AnnotationChange(version=1, label_id=world.labels[1].pk), changed_by=world.annotator)
        other.start()
    assert other.result == "stale_version"
    assert other.details["current"]["label_id"] == world.labels[1].pk
    assert (Annotation.objects.get().version, Annotation.objects.get().deleted_at) == (2, None)


def test_one_client_id_at_the_same_moment_is_one_object() -> None:
    world = World(images=1)
    create = partial(
        annotation_create,
        task_id=world.tasks[0].pk,
        label_id=world.labels[0].pk,
        proposal_id=None,
        mask=rectangle(1, 1, 5, 5),
        client_id=CLIENT,
        created_by=world.annotator,
    )
    results = at_once(*[create] * 5)
    assert sorted(is_new for _, is_new in results) == [False] * 4 + [True]  # type: ignore[misc]
    assert (Annotation.objects.count(), world.tasks[0].annotation_count) == (1, 1)


def test_different_objects_at_the_same_moment_are_all_counted() -> None:
    world = World(images=1)
    results = at_once(*[world.annotation] * 6)
    assert len({row.pk for row in results}) == 6  # type: ignore[attr-defined]
    assert world.tasks[0].annotation_count == 6


def test_a_label_is_not_removed_under_an_object_that_is_being_made() -> None:
    world = World(images=1)
    label = world.labels[0]
    with Overlap(partial(label_remove, label=label, removed_by=world.admin)) as other, transaction.atomic():
        world.annotation()
        other.start()
    assert other.result == "label_in_use"
    assert Label.objects.filter(pk=label.pk).exists()


def test_an_object_is_not_made_with_a_label_that_is_being_removed() -> None:
    world = World(images=1)
    with Overlap(world.annotation) as other, transaction.atomic():
        label_remove(label=world.labels[0], removed_by=world.admin)
        other.start()
    assert other.result == "invalid"
    assert (Annotation.objects.count(), world.tasks[0].annotation_count) == (0, 0)


def test_a_label_that_was_removed_meanwhile_is_not_changed() -> None:
    world = World(images=1)
    label = world.labels[0]
    rename = partial(label_change, label=label, name="dog", color=None, kind=None, changed_by=world.admin)
    with Overlap(rename) as other, transaction.atomic():
        label_remove(label=Label.objects.get(pk=label.pk), removed_by=world.admin)
        other.start()
    assert other.result == "not_found"
    assert not AuditEntry.objects.filter(action="label.change").exists()


def test_labels_added_at_the_same_moment_stand_in_different_places() -> None:
    world = World(images=0)
    at_once(
        *[
            partial(
                label_add,
                project=world.project,
                label=LabelCreate(name=f"new {n}", color="#010203"),
                added_by=world.admin,
            )
            for n in range(5)
        ]
    )
    assert [label.position for label in world.labels] == [1, 2, 3, 4, 5, 6, 7]


def test_two_admins_who_remove_each_other_leave_one() -> None:
    world = World(images=0)
    member_set(project=world.project, username="reviewer", role="admin", changed_by=world.admin)
    results = at_once(
        *[
            partial(member_remove, project=world.project, user_id=person.pk, removed_by=world.admin)
            for person in (world.admin, world.reviewer)
        ]
    )
    assert sorted(results, key=str) == [None, "last_admin"]
    assert world.project.memberships.filter(role="admin").count() == 1


def test_an_upload_and_an_attachment_at_the_same_moment_miss_no_image() -> None:
    world = World(images=0)
    dataset = dataset_create(name="late", created_by=world.admin)
    files = [UploadFile("late.png", BytesIO(picture()))]
    upload = partial(images_upload, dataset=dataset, files=files, uploaded_by=world.admin)
    with Overlap(upload) as other, transaction.atomic():
        project_change(
            project=world.project, name=None, guide=None, dataset_ids=[dataset.pk], changed_by=world.admin
        )
        other.start()
    assert [task.image.name for task in world.tasks] == ["late.png"]


def test_uploads_at_the_same_moment_give_each_task_a_place_of_its_own() -> None:
    world = World(images=0)
    others = [dataset_create(name=f"set {n}", created_by=world.admin) for n in range(4)]
    project = project_create(
        name="wide", dataset_ids=[dataset.pk for dataset in others], labels=[], created_by=world.admin
    )
    at_once(
        *[
            partial(
                images_upload,
                dataset=dataset,
                files=[UploadFile("a.png", BytesIO(picture())), UploadFile("b.png", BytesIO(picture()))],
                uploaded_by=world.admin,
            )
            for dataset in others
        ]
    )
    assert list(project.tasks.values_list("position", flat=True)) == list(range(1, 9))
    assert Project.objects.get(pk=project.pk).task_count == 8


def test_the_same_bytes_at_the_same_moment_are_one_image() -> None:
    world = World(images=0)
    content = picture()
    results = at_once(
        *[
            partial(
                images_upload,
                dataset=world.dataset,
                files=[UploadFile(f"{n}.png", BytesIO(content))],
                uploaded_by=world.admin,
            )
            for n in range(4)
        ]
    )
    duplicates = sorted(stored[0].duplicate for stored, _ in results)  # type: ignore[misc]
    assert duplicates == [False, True, True, True]
    assert (Image.objects.count(), len(world.tasks)) == (1, 1)


def test_a_task_is_submitted_and_decided_once() -> None:
    world = World(images=1)
    task = world.tasks[0]
    submit = partial(task_submit, task_id=task.pk)
    submitted = at_once(*[partial(submit, submitted_by=p) for p in (world.annotator, world.reviewer)])
    assert submitted.count("task_not_editable") == 1
    decided = at_once(
        partial(task_accept, task_id=task.pk, accepted_by=world.admin),
        partial(task_request_changes, task_id=task.pk, requested_by=world.reviewer, comment="No."),
    )
    # Accepting and then reopening is one possible order; accepting what was sent back is none.
    last = Review.objects.order_by("-pk")[0].verdict
    assert world.tasks[0].state == {"accept": "accepted", "request_changes": "changes_requested"}[last]
    assert Review.objects.count() == 2 - decided.count("task_not_editable")


def test_a_submission_waits_for_the_object_that_is_being_stored() -> None:
    world = World(images=1)
    submit = partial(task_submit, task_id=world.tasks[0].pk, submitted_by=world.annotator)
    with Overlap(submit) as other, transaction.atomic():
        world.annotation()
        other.start()
    assert AuditEntry.objects.get(action="task.submit").data == {"annotations": 1}
    assert world.tasks[0].state == "submitted"


def test_a_question_and_its_repetition_at_the_same_moment_are_one_proposal() -> None:
    world = World(images=1)
    ask = partial(
        proposal_request,
        task_id=world.tasks[0].pk,
        requested_by=world.annotator,
        request_id="once",
        points=CLICKS,
        parent_id=None,
    )
    results = at_once(*[ask] * 4)
    assert len({proposal.pk for proposal in results}) == 1  # type: ignore[attr-defined]
    assert Proposal.objects.count() == 1


def test_a_proposal_ends_once_whoever_comes_first() -> None:
    world = World(images=1)
    for _ in range(3):
        proposal = proposal_make(world, answer=False)
        ended = at_once(
            partial(proposal_answer, proposal_id=proposal.pk, answer=ANSWER),
            partial(proposal_fail, proposal_id=proposal.pk, code="segmentation_timeout", message="Late."),
        )
        assert sorted(ended) == [False, True]  # type: ignore[type-var]
        proposal.refresh_from_db()
        assert (proposal.status == "ready") == (ended[0] is True)


def test_counts_told_after_overlapping_submissions_are_those_of_the_database() -> None:
    world = World(images=2)
    first, second = world.tasks
    listener = Listener(f"project.{world.project.pk}.counts")
    late = partial(task_submit, task_id=second.pk, submitted_by=world.reviewer)
    with Overlap(late) as other, transaction.atomic():
        task_submit(task_id=first.pk, submitted_by=world.annotator)
        other.start()
        other.join()
    told = [event["counts"]["submitted"] for event in listener.events(2)]
    assert told == [1, 2]


def test_the_next_task_passes_over_one_that_is_being_taken() -> None:
    world = World(images=2)
    taken = threading.Event()
    result: list[int] = []

    def take() -> None:
        taken.wait()
        task = task_next(project=world.project, user=world.reviewer, purpose="annotate", after=None)
        result.append(task.position)
        connection.close()

    thread = threading.Thread(target=take)
    thread.start()
    with transaction.atomic():
        task_next(project=world.project, user=world.annotator, purpose="annotate", after=None)
        taken.set()
        # It must not wait for this transaction.
        thread.join()
    assert result == [2]
