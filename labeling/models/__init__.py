"""The tables. Constraints come first: what must never be, the database refuses."""

from labeling.models.annotation import Annotation, ObjectVerdict
from labeling.models.audit import AuditEntry
from labeling.models.comment import Comment
from labeling.models.dataset import Dataset
from labeling.models.export import Export, ExportState
from labeling.models.guide import GuidePicture
from labeling.models.image import Image
from labeling.models.imports import Import, ImportState
from labeling.models.label import Attribute, AttributeKind, Label, LabelKind
from labeling.models.model_version import ModelVersion, VersionOrigin, VersionState
from labeling.models.preferences import Preferences
from labeling.models.prelabel import Draft, Prelabelling, PrelabelState
from labeling.models.project import Membership, Project, Role, TaskOrder
from labeling.models.proposal import Proposal, ProposalStatus
from labeling.models.review import Review, Verdict
from labeling.models.skip import Flag, Reason, Skip
from labeling.models.snapshot import Snapshot, SnapshotKind
from labeling.models.task import Split, Task, TaskState
from labeling.models.training_run import (
    RunDecision,
    RunPhase,
    RunState,
    RunTrigger,
    Schedule,
    TrainingRules,
    TrainingRun,
)

__all__ = [
    "Annotation",
    "Attribute",
    "AttributeKind",
    "AuditEntry",
    "Comment",
    "Dataset",
    "Draft",
    "Export",
    "ExportState",
    "Flag",
    "GuidePicture",
    "Image",
    "Import",
    "ImportState",
    "Label",
    "LabelKind",
    "Membership",
    "ModelVersion",
    "ObjectVerdict",
    "Preferences",
    "PrelabelState",
    "Prelabelling",
    "Project",
    "Proposal",
    "ProposalStatus",
    "Reason",
    "Review",
    "Role",
    "RunDecision",
    "RunPhase",
    "RunState",
    "RunTrigger",
    "Schedule",
    "Skip",
    "Snapshot",
    "SnapshotKind",
    "Split",
    "Task",
    "TaskOrder",
    "TaskState",
    "TrainingRules",
    "TrainingRun",
    "Verdict",
    "VersionOrigin",
    "VersionState",
]
