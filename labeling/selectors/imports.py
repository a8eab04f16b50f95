"""Reading imports."""

from cardinal.accounts.models import User
from labeling.domain.errors import not_found
from labeling.models import Import, Label, Project
from labeling.selectors import shape
from labeling.selectors.access import ensure_permitted
from labeling.selectors.projects import newest_first
from labeling.shapes import imports

COLUMNS = (
    *("project_id", "file_name", "byte_size", "state", "progress", "image_count", "new_image_count"),
    *(
        "problem_count",
        "problems",
        "added_image_count",
        "kept_image_count",
        "lost_answer_count",
        "created_at",
        "started_at",
        "finished_at",
    ),
)
# What is called otherwise outside.
RENAMED = {
    "annotation_count": "object_count",
    "occupied_image_count": "occupied_count",
    "imported_image_count": "written_image_count",
    "imported_annotation_count": "written_object_count",
    "left_open_image_count": "left_open_count",
}


def import_get(*, user: User, import_id: int, action: str) -> Import:
    """Return an import on which the user may do `action`."""
    found = Import.objects.select_related("requested_by").filter(pk=import_id).first()
    if found is None:
        raise not_found("import")
    ensure_permitted(user=user, project_id=found.project_id, action=action, what="import")
    return found


def import_page(*, project: Project, cursor: int, limit: int) -> imports.ImportPage:
    """Return a project's imports, the newest first."""
    rows = Import.objects.filter(project=project).select_related("requested_by")
    found, after = newest_first(rows, cursor=cursor, limit=limit)
    return imports.ImportPage(results=[import_shape(row) for row in found], next=after)


def import_shape(row: Import) -> imports.Import:
    """Return an import; needs requested_by."""
    known = labels_by_name(row.project_id)
    labels = [
        {**label, "label_id": found.pk if (found := label_meant(known, label["name"])) else None}
        for label in row.labels
    ]
    return imports.Import.model_validate(
        {
            **{name: getattr(row, name) for name in COLUMNS},
            **{said: getattr(row, name) for said, name in RENAMED.items()},
            "id": row.pk,
            "format": row.format or None,
            "options": row.options or None,
            "labels": labels,
            "error": {"code": row.error_code, "message": row.error_message} if row.error_code else None,
            "requested_by": shape.user_shape(row.requested_by),
        }
    )


def labels_by_name(project_id: int) -> dict[str, Label]:
    """Return a project's labels by their names, and by these without regard to case."""
    labels = list(Label.objects.filter(project=project_id))
    return {label.name.casefold(): label for label in labels} | {label.name: label for label in labels}


def label_meant(known: dict[str, Label], name: str) -> Label | None:
    """Return the project's label that a file means by a name."""
    return known.get(name.strip()) or known.get(name.strip().casefold())
