"""Reading exports, and what a choice of options would come to."""

from collections import Counter

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cardinal.accounts.models import User
from labeling.domain.errors import not_found
from labeling.domain.splits import Divider, parts
from labeling.models import Annotation, Export, Project, Split, Task
from labeling.selectors import shape
from labeling.selectors.access import ensure_permitted
from labeling.selectors.projects import newest_first
from labeling.shapes import exports, pages


def export_get(*, user: User, export_id: int, action: str) -> Export:
    """Return an export on which the user may do `action`."""
    found = Export.objects.select_related("requested_by", "snapshot", "project").filter(pk=export_id).first()
    if found is None:
        raise not_found("export")
    ensure_permitted(user=user, project_id=found.project_id, action=action, what="export")
    return found


def export_page(*, project: Project, cursor: int, limit: int) -> pages.ExportPage:
    """Return a project's exports, the newest first."""
    rows = Export.objects.filter(project=project).select_related("requested_by", "snapshot")
    found, after = newest_first(rows, cursor=cursor, limit=limit)
    return pages.ExportPage(results=[export_shape(export) for export in found], next=after)


def export_shape(export: Export) -> exports.Export:
    """Return an export; needs requested_by and snapshot."""
    snapshot = export.snapshot
    return exports.Export.model_validate(
        {
            "id": export.pk,
            "project_id": export.project_id,
            "format": export.format,
            "options": exports.ExportOptions(**export.options).model_dump(),
            "snapshot": {"id": snapshot.pk, "sha256": snapshot.sha256, "created_at": snapshot.created_at}
            if snapshot
            else None,
            "state": export.state,
            "progress": export.progress,
            "image_count": export.image_count,
            "annotation_count": export.annotation_count,
            "byte_size": export.byte_size,
            "file_url": f"/api/exports/{export.pk}/file" if export.file_key else None,
            "error": {"code": export.error_code, "message": export.error_message}
            if export.error_code
            else None,
            "requested_by": shape.user_shape(export.requested_by),
            "created_at": export.created_at,
            "started_at": export.started_at,
            "finished_at": export.finished_at,
        }
    )


def export_preview(*, project: Project, options: exports.ExportOptions) -> exports.ExportPreview:
    """Return what an export would hold if it were made now."""
    chosen = _chosen(project, options)
    tasks = Task.objects.filter(project=project, state__in=options.states)
    each = chosen.filter(task=OuterRef("pk")).order_by().values("task").annotate(found=Count("pk"))
    found = tasks.annotate(found=Coalesce(Subquery(each.values("found")), 0))
    divider = Divider(**options.splits.model_dump())
    images = annotations = byte_size = 0
    split_counts: Counter[str] = Counter()
    columns = ("image__name", "image__sha256", "split", "found", "image__byte_size")
    whole = True
    for name, sha256, split, objects, size in found.values_list(*columns).iterator(chunk_size=5000):
        part = divider.part(name=name, sha256=sha256, held_out=split == Split.HELD_OUT)
        if part is None or not (objects or options.empty):
            whole = whole and part is not None
            continue
        images, annotations, byte_size = images + 1, annotations + objects, byte_size + size
        split_counts[part] += 1
    if not whole:
        # Only what stands in a list counts.
        names = [name for listed in options.splits.lists.values() for name in listed]
        chosen = chosen.filter(task__image__name__in=names)
    labels = chosen.order_by().values_list("label").annotate(Count("pk")).order_by("label")
    return exports.ExportPreview(
        image_count=images,
        annotation_count=annotations,
        byte_size=byte_size,
        labels=[exports.LabelCount(label_id=label, annotation_count=count) for label, count in labels],
        splits=[
            exports.SplitCount(name=name, image_count=split_counts[name])
            for name in parts(options.splits.by, options.splits.shares or options.splits.lists)
            if name
        ],
    )


def _chosen(project: Project, options: exports.ExportOptions) -> QuerySet[Annotation]:
    """Return the objects that an export would hold, whatever part their image is in."""
    rule = Q(task__project=project, task__state__in=options.states, deleted_at=None)
    rule &= Q(area__gte=options.min_area)
    if options.label_ids is not None:
        rule &= Q(label__in=options.label_ids)
    if options.verdicts is not None:
        rule &= Q(verdict__in=options.verdicts)
    return Annotation.objects.filter(rule)
