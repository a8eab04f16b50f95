"""Models, and how they are trained: what admins ask for and what they see."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from labeling.shapes.base import Identifier, NoNul, Request, Shape
from labeling.shapes.objects import ErrorBrief, User
from labeling.shapes.pages import Page

RunStateName: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled"]
RunPhaseName: TypeAlias = Literal["prepare", "train", "check"]
DecisionName: TypeAlias = Literal["", "promoted", "proposed", "rejected"]
TriggerName: TypeAlias = Literal["button", "accepted", "schedule"]
VersionStateName: TypeAlias = Literal["checking", "ready", "proposed", "rejected", "refused"]
ScheduleName: TypeAlias = Literal["off", "daily", "weekly"]


class Snapshot(Shape):
    """A frozen set of accepted objects, known by its content's hash. `held_out_*` is never trained on."""

    id: int
    sha256: str
    image_count: int
    object_count: int
    held_out_image_count: int
    held_out_object_count: int
    created_at: datetime


class Figures(Shape):
    """How a model does on a number of objects with four clicks each, clicks to 0.9 with corrections."""

    mean_iou: float
    share_85: float
    clicks_to_90: float
    latency_p50_ms: float


class Comparison(Shape):
    """Two models on equal objects. `gain` is the mean difference in IoU, its 95 % range `low` to `high`."""

    n: int
    groups: int
    before: Figures
    after: Figures
    gain: float
    low: float
    high: float


class CurvePoint(Shape):
    """What a run had reached after so many steps; `tune_iou` is on held-out objects, where measured."""

    step: int
    loss: float
    iou: float
    tune_iou: float | None


class ModelVersion(Shape):
    """Weights that a project may serve its clicks with.

    `state` is `checking` until a worker has looked at uploaded weights, `proposed` when a run found them
    better and waits for a person, `rejected` when the gate spoke against them, `refused` when they cannot be
    loaded.
    """

    id: int
    project_id: int
    number: int
    name: str
    origin: Literal["trained", "uploaded"]
    state: VersionStateName
    active: bool
    archived: bool
    parent_id: int | None
    run_id: int | None
    sha256: str
    identity: str
    architecture: str
    licence: str
    byte_size: int
    held_out: Figures | None
    file_url: str | None
    card_url: str | None
    error: ErrorBrief | None
    created_by: User | None
    created_at: datetime


class Models(Page):
    """A project's versions, the newest first.

    `active_id` is null while the model that comes with Cardinal serves, which `bundled` names. A `pinned`
    model stays until a person chooses another.
    """

    active_id: int | None
    pinned: bool
    bundled: str
    results: list[ModelVersion]


class TrainingRun(Shape):
    """From a snapshot to a version. `progress` is 0..1; `seconds_left` is an estimate while it runs."""

    id: int
    project_id: int
    trigger: TriggerName
    state: RunStateName
    phase: RunPhaseName
    progress: float
    seconds_left: float | None
    seed: int
    snapshot: Snapshot | None
    start_id: int | None
    version_id: int | None
    decision: DecisionName
    objections: list[str]
    held_out: Comparison | None
    check: Comparison | None
    latest: CurvePoint | None
    evidence_url: str | None
    error: ErrorBrief | None
    requested_by: User | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class TrainingRunDetail(TrainingRun):
    curves: list[CurvePoint]
    log: str


class TrainingRunPage(Page):
    results: list[TrainingRun]


class TrainingPlan(Shape):
    """What a run would cost if it started now; `obstacle` says what stands against it.

    `seconds` is an estimate, from the last run where there was one, and else from a stored rate; null where
    the hardware of the worker is unknown.
    """

    obstacle: ErrorBrief | None
    image_count: int
    object_count: int
    held_out_image_count: int
    held_out_object_count: int
    new_object_count: int
    samples: int
    steps: int
    seconds: float | None


class TrainingRules(Shape):
    """When a project trains by itself. `every_accepted` newly accepted objects start a run; 0 never."""

    every_accepted: int
    schedule: ScheduleName
    promote_automatically: bool


class TrainingRulesChange(Request):
    every_accepted: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    schedule: ScheduleName | None = None
    promote_automatically: bool | None = None


class TrainingRunCreate(Request):
    """`seed` makes a run repeatable; `snapshot_id` repeats an earlier one's data."""

    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    snapshot_id: Identifier | None = None


class ActiveModelPut(Request):
    """Which version serves from the next click on; null is the model that comes with Cardinal."""

    version_id: Identifier | None
    pinned: bool = False


VersionName: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoNul
]


class ModelUpload(Request):
    """What comes with an uploaded weights file."""

    name: VersionName


class ModelVersionChange(Request):
    name: VersionName | None = None
    archived: bool | None = None


class LearningPoint(Shape):
    """What a version that was trained on so many objects reached on held-out ones."""

    object_count: int
    held_out_iou: float
    version_id: int | None


class LearningCurve(Shape):
    """Held-out IoU against accepted objects, and what so many more would bring by the curve fitted to it.

    `fitted` is sampled from the curve, empty while there are fewer than three points.
    """

    points: list[LearningPoint]
    fitted: list[LearningPoint]
    further: int
    expected_gain: float | None
