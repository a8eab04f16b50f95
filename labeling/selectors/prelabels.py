"""Reading pre-labels: detectors' files, and drafts that are open."""

from django.db.models import Exists, OuterRef, QuerySet

from cardinal.accounts.models import User
from labeling.domain.errors import not_found
from labeling.models import Annotation, Draft, Prelabelling, Project, ProposalStatus, Task
from labeling.selectors import shape
from labeling.selectors.access import ensure_permitted
from labeling.shapes import prelabels
from labeling.shapes.objects import ErrorBrief, Mask

COLUMNS = (
    "project_id",
    "file_name",
    "state",
    "progress",
    "version_id",
    "image_count",
    "draft_count",
    "left_out_count",
    "left_out",
    "created_at",
    "finished_at",
)


def prelabelling_get(*, user: User, prelabelling_id: int, action: str) -> Prelabelling:
    """Return a pre-labelling in whose project the user may do `action`."""
    found = Prelabelling.objects.select_related("requested_by").filter(pk=prelabelling_id).first()
    if found is None:
        raise not_found("pre-labelling")
    ensure_permitted(user=user, project_id=found.project_id, action=action, what="pre-labelling")
    return found


def prelabelling_shape(row: Prelabelling) -> prelabels.Prelabelling:
    """Return a pre-labelling; needs requested_by."""
    return prelabels.Prelabelling.model_validate(
        {
            **{name: getattr(row, name) for name in COLUMNS},
            "id": row.pk,
            "error": ErrorBrief(code=row.error_code, message=row.error_message) if row.error_code else None,
            "requested_by": shape.user_shape(row.requested_by),
        }
    )


def prelabelling_page(*, project: Project, cursor: int, limit: int) -> prelabels.PrelabellingPage:
    """Return a project's pre-labellings, the newest first."""
    rows = Prelabelling.objects.filter(project=project).select_related("requested_by").order_by("-pk")
    if cursor:
        rows = rows.filter(pk__lt=cursor)
    found = list(rows[: limit + 1])
    return prelabels.PrelabellingPage(
        results=[prelabelling_shape(row) for row in found[:limit]],
        next=str(found[limit - 1].pk) if len(found) > limit else None,
    )


def open_drafts(*, task: Task) -> QuerySet[Draft]:
    """Return a task's drafts that are neither taken nor dismissed, the surest first."""
    taken = Annotation.objects.filter(task=OuterRef("task"), origin=OuterRef("proposal"), deleted_at=None)
    rows = Draft.objects.filter(task=task, proposal__status=ProposalStatus.READY, dismissed_at=None)
    return rows.exclude(Exists(taken)).select_related("proposal").order_by("-proposal__score", "pk")


def draft_page(*, task: Task) -> prelabels.DraftPage:
    """Return a task's open drafts; needs image. One image's drafts come in one page."""
    return prelabels.DraftPage(
        results=[draft_shape(draft, task=task) for draft in open_drafts(task=task)], next=None
    )


def draft_shape(draft: Draft, *, task: Task) -> prelabels.Draft:
    """Return a draft; needs proposal, and the task's image."""
    proposal = draft.proposal
    if proposal is None:
        raise ValueError("A draft without an answer is not shown.")
    return prelabels.Draft.model_validate(
        {
            "id": draft.pk,
            "task_id": draft.task_id,
            "label_id": draft.label_id,
            "proposal_id": proposal.pk,
            "mask": Mask(size=[task.image.height, task.image.width], counts=proposal.mask_counts),
            "bbox": proposal.bbox,
            "area": proposal.area,
            "score": proposal.score,
            "spread": draft.spread or 0.0,
            "model_version": proposal.model_version,
        }
    )
