"""The API's shapes, made from openapi.yaml by `make schema`. Do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict


class ActiveModelPut(TypedDict, closed=True):
    version_id: int | None
    pinned: NotRequired[bool]


class AnnotationReorder(TypedDict, closed=True):
    version: int
    move: Literal['front', 'back', 'forward', 'backward']


class Attribute(TypedDict):
    id: int
    name: str
    kind: Literal['text', 'number', 'choice', 'yes_no']
    choices: list[str]
    required: bool
    default: bool | int | float | str | None
    min: float | None
    max: float | None
    position: int


Choice: TypeAlias = str


class AttributeChange(TypedDict, closed=True):
    name: NotRequired[str | None]
    choices: NotRequired[list[Choice] | None]
    required: NotRequired[bool | None]
    default: NotRequired[bool | int | float | str | None]
    min: NotRequired[float | None]
    max: NotRequired[float | None]
    position: NotRequired[int | None]
    confirm: NotRequired[int | None]


class AttributeCreate(TypedDict, closed=True):
    name: str
    kind: Literal['text', 'number', 'choice', 'yes_no']
    choices: NotRequired[list[Choice]]
    required: NotRequired[bool]
    default: NotRequired[bool | int | float | str | None]
    min: NotRequired[float | None]
    max: NotRequired[float | None]


class ChangesRequest(TypedDict, closed=True):
    comment: str


class Click(TypedDict, closed=True):
    x: float
    y: float
    t: NotRequired[float | None]


class ClickPoint(TypedDict):
    x: float
    y: float
    t: float | None


class CommentChange(TypedDict, closed=True):
    version: int
    text: NotRequired[str | None]
    resolved: NotRequired[bool | None]


class CommentCreate(TypedDict, closed=True):
    text: str
    x: NotRequired[float | None]
    y: NotRequired[float | None]
    annotation_id: NotRequired[int | None]
    parent_id: NotRequired[int | None]
    client_id: NotRequired[str | None]


class Counts(TypedDict):
    total: int
    open: int
    in_progress: int
    submitted: int
    changes_requested: int
    accepted: int
    skipped: int
    flagged: int


class Credentials(TypedDict, closed=True):
    username: str
    password: str


class CurvePoint(TypedDict):
    step: int
    loss: float
    iou: float
    tune_iou: float | None


class Dataset(TypedDict):
    id: int
    name: str
    image_count: int
    created_at: str


class DatasetCreate(TypedDict, closed=True):
    name: str


class DatasetPage(TypedDict):
    next: str | None
    results: list[Dataset]


class ErrorBody(TypedDict):
    code: str
    message: str
    details: dict[str, Any]


class ErrorBrief(TypedDict):
    code: str
    message: str


LabelId: TypeAlias = int


class ExportSnapshot(TypedDict):
    id: int
    sha256: str
    created_at: str


class Figures(TypedDict):
    mean_iou: float
    share_85: float
    clicks_to_90: float
    latency_p50_ms: float


class FileError(TypedDict):
    name: str
    code: str
    message: str


class GuidePicture(TypedDict):
    name: str
    url: str
    media_type: str
    width: int
    height: int
    byte_size: int
    created_at: str


class GuidePicturePage(TypedDict):
    next: str | None
    results: list[GuidePicture]


class GuideUpload(TypedDict):
    pictures: list[GuidePicture]
    errors: list[FileError]


class ImportLabel(TypedDict):
    name: str
    kind: Literal['thing', 'stuff']
    annotation_count: int
    label_id: int | None


class ImportProblem(TypedDict):
    entry: str
    message: str


class ImportStart(TypedDict, closed=True):
    state: NotRequired[Literal['open', 'submitted', 'accepted']]
    existing: NotRequired[Literal['keep', 'add', 'replace']]
    create_labels: NotRequired[bool]
    add_images_to: NotRequired[int | None]
    skip_problems: NotRequired[bool]


class Label(TypedDict):
    id: int
    name: str
    color: str
    kind: Literal['thing', 'stuff']
    position: int
    attributes: list[Attribute]


class LabelChange(TypedDict, closed=True):
    name: NotRequired[str | None]
    color: NotRequired[str | None]
    kind: NotRequired[Literal['thing', 'stuff'] | None]


class LabelCount(TypedDict):
    label_id: int
    annotation_count: int


class LabelCreate(TypedDict, closed=True):
    name: str
    color: str
    kind: NotRequired[Literal['thing', 'stuff']]
    attributes: NotRequired[list[AttributeCreate]]


class LearningPoint(TypedDict):
    object_count: int
    held_out_iou: float
    version_id: int | None


class MarkCreate(TypedDict, closed=True):
    reason: Literal['nothing_to_label', 'unclear', 'bad_image', 'other']
    text: NotRequired[str]


class Mask(TypedDict):
    size: list[int]
    counts: str


class MaskInput(TypedDict, closed=True):
    size: list[int]
    counts: str


class Me(TypedDict):
    id: int
    username: str
    can_create_projects: bool


class MemberChange(TypedDict, closed=True):
    username: str
    role: Literal['admin', 'reviewer', 'annotator', 'viewer']


class ModelVersionChange(TypedDict, closed=True):
    name: NotRequired[str | None]
    archived: NotRequired[bool | None]


class MyDay(TypedDict):
    objects: int
    images: int
    seconds: float
    median_seconds_per_object: float | None


class Preferences(TypedDict):
    version: int
    preferences: dict[str, Any]


class PreferencesDocument(TypedDict, closed=True):
    keymap: NotRequired[dict[str, Any] | None]
    theme: NotRequired[str | None]
    view: NotRequired[dict[str, Any] | None]
    workspace: NotRequired[dict[str, Any] | None]


class PreferencesPut(TypedDict, closed=True):
    version: int
    preferences: PreferencesDocument


DatasetId: TypeAlias = int


class ProjectChange(TypedDict, closed=True):
    name: NotRequired[str | None]
    guide: NotRequired[str | None]
    dataset_ids: NotRequired[list[DatasetId] | None]
    task_order: NotRequired[Literal['position', 'uncertain'] | None]
    random_share: NotRequired[float | None]


class ProjectCreate(TypedDict, closed=True):
    name: str
    dataset_ids: NotRequired[list[DatasetId]]
    labels: NotRequired[list[LabelCreate]]


class SegmentRequest(TypedDict, closed=True):
    points: list[Click]
    request_id: NotRequired[str | None]
    parent_proposal_id: NotRequired[int | None]


class SkipCreate(TypedDict, closed=True):
    reason: Literal['nothing_to_label', 'unclear', 'bad_image', 'other']
    text: NotRequired[str]
    flag: NotRequired[bool]


class Snapshot(TypedDict):
    id: int
    sha256: str
    image_count: int
    object_count: int
    held_out_image_count: int
    held_out_object_count: int
    created_at: str


class SplitChoice(TypedDict):
    by: Literal['none', 'hash', 'lists', 'held_out']
    shares: dict[Literal['train', 'val', 'test'], float]


class SplitCount(TypedDict):
    name: str
    image_count: int


List: TypeAlias = str


class Splits(TypedDict, closed=True):
    by: NotRequired[Literal['none', 'hash', 'lists', 'held_out']]
    shares: NotRequired[dict[Literal['train', 'val', 'test'], float]]
    lists: NotRequired[dict[Literal['train', 'val', 'test'], list[List]]]


class Tiles(TypedDict):
    side: int
    levels: int
    url: str
    state_url: str


class TilesState(TypedDict):
    state: Literal['making', 'ready']


class Timings(TypedDict):
    queue: float
    decode: float
    model: float
    total: float


class Token(TypedDict):
    token: str


class TrainingPlan(TypedDict):
    obstacle: ErrorBrief | None
    image_count: int
    object_count: int
    held_out_image_count: int
    held_out_object_count: int
    new_object_count: int
    samples: int
    steps: int
    seconds: float | None


class TrainingRules(TypedDict):
    every_accepted: int
    schedule: Literal['off', 'daily', 'weekly']
    promote_automatically: bool


class TrainingRulesChange(TypedDict, closed=True):
    every_accepted: NotRequired[int | None]
    schedule: NotRequired[Literal['off', 'daily', 'weekly'] | None]
    promote_automatically: NotRequired[bool | None]


class TrainingRunCreate(TypedDict, closed=True):
    seed: NotRequired[int]
    snapshot_id: NotRequired[int | None]


class UploadedImage(TypedDict):
    id: int
    dataset_id: int
    name: str
    sha256: str
    width: int
    height: int
    media_type: str
    byte_size: int
    file_url: str
    thumbnail_url: str
    tiles: Tiles | None
    duplicate: bool


class User(TypedDict):
    id: int
    username: str


class VerdictCreate(TypedDict, closed=True):
    version: int
    verdict: Literal['none', 'accepted', 'rejected']
    reasons: NotRequired[list[Literal['wrong_label', 'loose_edge', 'missed_part', 'two_objects', 'missing_object', 'other']]]
    text: NotRequired[str]


class Annotation(TypedDict):
    id: int
    client_id: str
    task_id: int
    label_id: int
    mask: Mask
    bbox: list[float]
    area: int
    score: float | None
    proposal_id: int | None
    attributes: dict[str, bool | int | float | str]
    occluded: bool
    truncated: bool
    crowd: bool
    ignore: bool
    position: int
    seconds: float
    tool_seconds: dict[str, float]
    verdict: Literal['none', 'accepted', 'rejected']
    verdict_by: User | None
    verdict_at: str | None
    verdict_reasons: list[Literal['wrong_label', 'loose_edge', 'missed_part', 'two_objects', 'missing_object', 'other']]
    verdict_text: str
    version: int
    deleted: bool
    created_by: User
    updated_by: User
    created_at: str
    updated_at: str


class AnnotationChange(TypedDict, closed=True):
    attributes: NotRequired[dict[str, bool | int | float | str | None] | None]
    occluded: NotRequired[bool | None]
    truncated: NotRequired[bool | None]
    crowd: NotRequired[bool | None]
    ignore: NotRequired[bool | None]
    position: NotRequired[int | None]
    seconds: NotRequired[float | None]
    tool_seconds: NotRequired[dict[str, float] | None]
    version: int
    label_id: NotRequired[int | None]
    proposal_id: NotRequired[int | None]
    mask: NotRequired[MaskInput | None]
    deleted: NotRequired[bool | None]


class AnnotationCreate(TypedDict, closed=True):
    attributes: NotRequired[dict[str, bool | int | float | str | None] | None]
    occluded: NotRequired[bool | None]
    truncated: NotRequired[bool | None]
    crowd: NotRequired[bool | None]
    ignore: NotRequired[bool | None]
    position: NotRequired[int | None]
    seconds: NotRequired[float | None]
    tool_seconds: NotRequired[dict[str, float] | None]
    label_id: int
    proposal_id: NotRequired[int | None]
    mask: NotRequired[MaskInput | None]
    client_id: NotRequired[str | None]


class AnnotationPage(TypedDict):
    next: str | None
    results: list[Annotation]


class AuditEntry(TypedDict):
    id: int
    actor: User | None
    action: str
    object_type: str
    object_id: int
    data: dict[str, Any]
    created_at: str


class AuditPage(TypedDict):
    next: str | None
    results: list[AuditEntry]


class Comment(TypedDict):
    id: int
    client_id: str
    task_id: int
    parent_id: int | None
    annotation_id: int | None
    x: float | None
    y: float | None
    text: str
    author: User
    version: int
    deleted: bool
    resolved_by: User | None
    resolved_at: str | None
    created_at: str
    edited_at: str | None


class CommentPage(TypedDict):
    next: str | None
    results: list[Comment]


class Comparison(TypedDict):
    n: int
    groups: int
    before: Figures
    after: Figures
    gain: float
    low: float
    high: float


class Draft(TypedDict):
    id: int
    task_id: int
    label_id: int
    proposal_id: int
    mask: Mask
    bbox: list[float]
    area: int
    score: float
    spread: float
    model_version: str


class DraftPage(TypedDict):
    next: str | None
    results: list[Draft]


class Error(TypedDict):
    error: ErrorBody


class ExportChoice(TypedDict):
    states: list[Literal['open', 'submitted', 'changes_requested', 'accepted', 'skipped']]
    label_ids: list[int] | None
    verdicts: list[Literal['none', 'accepted', 'rejected']] | None
    min_area: int
    empty: bool
    overlaps: Literal['front', 'area']
    splits: SplitChoice
    images: Literal['none', 'links', 'display', 'originals']
    crops: bool
    research: bool
    licence: str


class ExportOptions(TypedDict, closed=True):
    states: NotRequired[list[Literal['open', 'submitted', 'changes_requested', 'accepted', 'skipped']]]
    label_ids: NotRequired[list[LabelId] | None]
    verdicts: NotRequired[list[Literal['none', 'accepted', 'rejected']] | None]
    min_area: NotRequired[int]
    empty: NotRequired[bool]
    overlaps: NotRequired[Literal['front', 'area']]
    splits: NotRequired[Splits]
    images: NotRequired[Literal['none', 'links', 'display', 'originals']]
    crops: NotRequired[bool]
    research: NotRequired[bool]
    licence: NotRequired[str]


class ExportPreview(TypedDict):
    image_count: int
    annotation_count: int
    byte_size: int
    labels: list[LabelCount]
    splits: list[SplitCount]


class ExportPreviewCreate(TypedDict, closed=True):
    options: NotRequired[ExportOptions]


class Image(TypedDict):
    id: int
    dataset_id: int
    name: str
    sha256: str
    width: int
    height: int
    media_type: str
    byte_size: int
    file_url: str
    thumbnail_url: str
    tiles: Tiles | None


class ImagePage(TypedDict):
    next: str | None
    results: list[Image]


class Import(TypedDict):
    id: int
    project_id: int
    file_name: str
    byte_size: int
    format: Literal['coco', 'coco_polygons', 'coco_panoptic', 'png_semantic', 'png_masks', 'voc', 'cityscapes', 'yolo', 'labelme', 'datumaro', 'instance_maps', 'davis', 'ade', 'webdataset', 'parquet'] | None
    options: ImportStart | None
    state: Literal['queued', 'checking', 'checked', 'importing', 'done', 'failed', 'cancelled']
    progress: float
    image_count: int
    annotation_count: int
    new_image_count: int
    occupied_image_count: int
    labels: list[ImportLabel]
    problem_count: int
    problems: list[ImportProblem]
    imported_image_count: int
    added_image_count: int
    imported_annotation_count: int
    kept_image_count: int
    left_open_image_count: int
    lost_answer_count: int
    error: ErrorBrief | None
    requested_by: User
    created_at: str
    started_at: str | None
    finished_at: str | None


class ImportPage(TypedDict):
    next: str | None
    results: list[Import]


class LearningCurve(TypedDict):
    points: list[LearningPoint]
    fitted: list[LearningPoint]
    further: int
    expected_gain: float | None


class Lease(TypedDict):
    holder: User
    expires_at: str


class Mark(TypedDict):
    reason: Literal['nothing_to_label', 'unclear', 'bad_image', 'other']
    text: str
    by: User
    at: str


class Member(TypedDict):
    user: User
    role: Literal['admin', 'reviewer', 'annotator', 'viewer']


class MemberPage(TypedDict):
    next: str | None
    results: list[Member]


class ModelVersion(TypedDict):
    id: int
    project_id: int
    number: int
    name: str
    origin: Literal['trained', 'uploaded']
    state: Literal['checking', 'ready', 'proposed', 'rejected', 'refused']
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
    created_at: str


class Models(TypedDict):
    next: str | None
    active_id: int | None
    pinned: bool
    bundled: str
    results: list[ModelVersion]


class Prelabelling(TypedDict):
    id: int
    project_id: int
    file_name: str
    state: Literal['queued', 'running', 'ready', 'failed', 'cancelled']
    progress: float
    version_id: int | None
    image_count: int
    draft_count: int
    left_out_count: int
    left_out: list[str]
    error: ErrorBrief | None
    requested_by: User
    created_at: str
    finished_at: str | None


class PrelabellingPage(TypedDict):
    next: str | None
    results: list[Prelabelling]


class Project(TypedDict):
    id: int
    name: str
    guide: str
    role: Literal['admin', 'reviewer', 'annotator', 'viewer']
    labels: list[Label]
    dataset_ids: list[int]
    task_order: Literal['position', 'uncertain']
    random_share: float
    counts: Counts
    cover_url: str | None
    active_people: list[User]
    created_at: str


class ProjectPage(TypedDict):
    next: str | None
    results: list[Project]


class Proposal(TypedDict):
    proposal_id: int
    request_id: str
    task_id: int
    status: Literal['pending', 'ready', 'failed']
    points: list[ClickPoint]
    mask: Mask | None
    bbox: list[float] | None
    score: float | None
    model_version: str
    timings_ms: Timings | None
    error: ErrorBrief | None


class Review(TypedDict):
    id: int
    verdict: Literal['accept', 'request_changes']
    comment: str
    reviewer: User
    created_at: str


class Task(TypedDict):
    id: int
    project_id: int
    position: int
    state: Literal['open', 'submitted', 'changes_requested', 'accepted', 'skipped']
    image: Image
    annotation_count: int
    unresolved_comment_count: int
    lowest_score: float | None
    skip: Mark | None
    flag: Mark | None
    lease: Lease | None
    submitted_by: User | None
    updated_at: str


class TaskDetail(TypedDict):
    id: int
    project_id: int
    position: int
    state: Literal['open', 'submitted', 'changes_requested', 'accepted', 'skipped']
    image: Image
    annotation_count: int
    unresolved_comment_count: int
    lowest_score: float | None
    skip: Mark | None
    flag: Mark | None
    lease: Lease | None
    submitted_by: User | None
    updated_at: str
    annotations: list[Annotation]
    comments: list[Comment]
    last_review: Review | None


class TaskPage(TypedDict):
    next: str | None
    count: int
    results: list[Task]


class TrainingRun(TypedDict):
    id: int
    project_id: int
    trigger: Literal['button', 'accepted', 'schedule']
    state: Literal['queued', 'running', 'succeeded', 'failed', 'cancelled']
    phase: Literal['prepare', 'train', 'check']
    progress: float
    seconds_left: float | None
    seed: int
    snapshot: Snapshot | None
    start_id: int | None
    version_id: int | None
    decision: Literal['', 'promoted', 'proposed', 'rejected']
    objections: list[str]
    held_out: Comparison | None
    check: Comparison | None
    latest: CurvePoint | None
    evidence_url: str | None
    error: ErrorBrief | None
    requested_by: User | None
    created_at: str
    started_at: str | None
    finished_at: str | None


class TrainingRunDetail(TypedDict):
    id: int
    project_id: int
    trigger: Literal['button', 'accepted', 'schedule']
    state: Literal['queued', 'running', 'succeeded', 'failed', 'cancelled']
    phase: Literal['prepare', 'train', 'check']
    progress: float
    seconds_left: float | None
    seed: int
    snapshot: Snapshot | None
    start_id: int | None
    version_id: int | None
    decision: Literal['', 'promoted', 'proposed', 'rejected']
    objections: list[str]
    held_out: Comparison | None
    check: Comparison | None
    latest: CurvePoint | None
    evidence_url: str | None
    error: ErrorBrief | None
    requested_by: User | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    curves: list[CurvePoint]
    log: str


class TrainingRunPage(TypedDict):
    next: str | None
    results: list[TrainingRun]


class Upload(TypedDict):
    images: list[UploadedImage]
    errors: list[FileError]


class Export(TypedDict):
    id: int
    project_id: int
    format: str
    options: ExportChoice
    snapshot: ExportSnapshot | None
    state: Literal['queued', 'running', 'ready', 'failed', 'cancelled']
    progress: float
    image_count: int
    annotation_count: int
    byte_size: int
    file_url: str | None
    error: ErrorBrief | None
    requested_by: User
    created_at: str
    started_at: str | None
    finished_at: str | None


class ExportCreate(TypedDict, closed=True):
    format: NotRequired[Literal['coco', 'coco_polygons', 'coco_panoptic', 'png_semantic', 'png_masks', 'voc', 'cityscapes', 'yolo', 'labelme', 'datumaro', 'instance_maps', 'davis', 'ade', 'webdataset', 'parquet']]
    options: NotRequired[ExportOptions]
    snapshot_id: NotRequired[int | None]


class ExportPage(TypedDict):
    next: str | None
    results: list[Export]
