"""What every write leaves behind: an audit entry, and events for whoever looks on."""

from typing import Any

from django.db.models import Model

from cardinal.accounts.models import User
from cardinal.events.publish import publish_on_commit
from labeling.models import (
    Annotation,
    AuditEntry,
    Comment,
    Export,
    Import,
    Prelabelling,
    Project,
    Review,
    Task,
    TrainingRun,
)
from labeling.selectors import shape
from labeling.selectors.comments import comment_shape
from labeling.selectors.exports import export_shape
from labeling.selectors.imports import import_shape
from labeling.selectors.labels import label_shapes
from labeling.selectors.models import models_page
from labeling.selectors.prelabels import prelabelling_shape
from labeling.selectors.projects import counts_shape
from labeling.selectors.training import run_shape
from labeling.shapes import events


def task_group(task_id: int) -> str:
    """Return the group of everybody who has the task open."""
    return f"task.{task_id}"


def asker_group(*, task_id: int, user_id: int) -> str:
    """Return the group of one person's sockets on one task."""
    return f"task.{task_id}.user.{user_id}"


def project_group(project_id: int) -> str:
    """Return the group of everybody who looks at the project."""
    return f"project.{project_id}"


def counts_group(project_id: int) -> str:
    """Return the group of everybody who sees the project's progress, in its pages and in its tasks."""
    return f"project.{project_id}.counts"


def audit(*, actor: User | None, action: str, target: Model, project_id: int | None, **data: Any) -> None:
    """Write one entry of the audit log; belongs into the transaction of the write."""
    AuditEntry.objects.create(
        actor=actor,
        action=action,
        object_type=target._meta.model_name or "",
        object_id=target.pk,
        project_id=project_id,
        data=data,
    )


def publish_task(task: Task, *, review: Review | None = None) -> None:
    """Tell the task's and the project's sockets; needs image, lease_holder and submitted_by."""
    last_review = shape.review_shape(review) if review else None
    publish_on_commit(
        groups=[task_group(task.pk), project_group(task.project_id)],
        event=events.TaskChanged(task=shape.task_shape(task), last_review=last_review),
    )


def publish_counts(project_id: int) -> None:
    """Tell everybody in the project how far it is, counted after the commit."""
    publish_on_commit(
        groups=[counts_group(project_id)],
        event=lambda: events.ProjectChanged(
            project_id=project_id, counts=counts_shape(project_id=project_id)
        ),
    )


def publish_labels(project_id: int) -> None:
    """Tell everybody in the project, in its pages and in its tasks, its labels as of after the commit."""
    publish_on_commit(
        groups=[counts_group(project_id)],
        event=lambda: events.LabelsChanged(
            project_id=project_id, labels=label_shapes(project_ids=[project_id])[project_id]
        ),
    )


def publish_annotation(annotation: Annotation, *, task: Task) -> None:
    """Tell the task's sockets; needs created_by, updated_by and the task's image."""
    publish_on_commit(
        groups=[task_group(task.pk)],
        event=events.AnnotationChanged(annotation=shape.annotation_shape(annotation, image=task.image)),
    )


def publish_comment(comment: Comment) -> None:
    """Tell the task's sockets; needs author and resolved_by."""
    publish_on_commit(
        groups=[task_group(comment.task_id)], event=events.CommentChanged(comment=comment_shape(comment))
    )


def publish_export(export: Export) -> None:
    """Tell the project's sockets; needs requested_by."""
    publish_on_commit(
        groups=[project_group(export.project_id)],
        event=events.ExportChanged(export=export_shape(export)),
    )


def publish_import(row: Import) -> None:
    """Tell the project's sockets how far an import is; needs requested_by."""
    publish_on_commit(
        groups=[project_group(row.project_id)], event=events.ImportChanged(imported=import_shape(row))
    )


def publish_training_run(run: TrainingRun) -> None:
    """Tell the project's sockets how far a run is."""
    shown = run_shape(run)
    publish_on_commit(groups=[project_group(run.project_id)], event=events.TrainingRunChanged(run=shown))


def publish_prelabelling(row: Prelabelling) -> None:
    """Tell the project's sockets how far a detector's file is; needs requested_by."""
    publish_on_commit(
        groups=[project_group(row.project_id)],
        event=events.PrelabellingChanged(prelabelling=prelabelling_shape(row)),
    )


def publish_models(project_id: int) -> None:
    """Tell the project's sockets which versions there are and which one serves, as of after the commit."""
    publish_on_commit(
        groups=[project_group(project_id)],
        event=lambda: events.ModelsChanged(models=models_page(project=Project.objects.get(pk=project_id))),
    )
