"""The tables. Constraints come first: what must never be, the database refuses."""

from labeling.models.annotation import Annotation, ObjectVerdict
from labeling.models.audit import AuditEntry
from labeling.models.comment import Comment
from labeling.models.dataset import Dataset
from labeling.models.export import Export, ExportState
from labeling.models.guide import GuidePicture
from labeling.models.image import Image
from labeling.models.label import Attribute, AttributeKind, Label, LabelKind
from labeling.models.preferences import Preferences
from labeling.models.project import Membership, Project, Role
from labeling.models.proposal import Proposal, ProposalStatus
from labeling.models.review import Review, Verdict
from labeling.models.skip import Flag, Reason, Skip
from labeling.models.task import Task, TaskState

__all__ = [
    "Annotation",
    "Attribute",
    "AttributeKind",
    "AuditEntry",
    "Comment",
    "Dataset",
    "Export",
    "ExportState",
    "Flag",
    "GuidePicture",
    "Image",
    "Label",
    "LabelKind",
    "Membership",
    "ObjectVerdict",
    "Preferences",
    "Project",
    "Proposal",
    "ProposalStatus",
    "Reason",
    "Review",
    "Role",
    "Skip",
    "Task",
    "TaskState",
    "Verdict",
]
