"""The tables. Constraints come first: what must never be, the database refuses."""

from labeling.models.annotation import Annotation
from labeling.models.audit import AuditEntry
from labeling.models.dataset import Dataset
from labeling.models.export import Export, ExportState
from labeling.models.image import Image
from labeling.models.label import Label, LabelKind
from labeling.models.project import Membership, Project, Role
from labeling.models.proposal import Proposal, ProposalStatus
from labeling.models.review import Review, Verdict
from labeling.models.task import Task, TaskState

__all__ = [
    "Annotation",
    "AuditEntry",
    "Dataset",
    "Export",
    "ExportState",
    "Image",
    "Label",
    "LabelKind",
    "Membership",
    "Project",
    "Proposal",
    "ProposalStatus",
    "Review",
    "Role",
    "Task",
    "TaskState",
    "Verdict",
]
