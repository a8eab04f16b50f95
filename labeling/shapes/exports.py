"""Exports: what can be chosen, and what a choice comes to."""

from datetime import datetime
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from labeling.shapes.base import Identifier, NoNul, Request, Shape, VerdictName
from labeling.shapes.objects import ErrorBrief, User

FormatName: TypeAlias = Literal[
    "coco",
    "coco_polygons",
    "coco_panoptic",
    "png_semantic",
    "png_masks",
    "voc",
    "cityscapes",
    "yolo",
    "labelme",
    "datumaro",
    "instance_maps",
    "davis",
    "ade",
    "webdataset",
    "parquet",
]
SplitName: TypeAlias = Literal["train", "val", "test"]
ExportedStateName: TypeAlias = Literal["open", "submitted", "changes_requested", "accepted", "skipped"]
ImageName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=255), NoNul]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Splits(Request):
    """How images are divided: not at all, by a stable hash of their content, by lists, or as training did.

    `shares` of `hash` add up to 1. `lists` has the names of images; those in none of them are left out.
    With `held_out`, images that training never sees are `val` and all others `train`.
    """

    by: Literal["none", "hash", "lists", "held_out"] = "none"
    shares: dict[SplitName, Share] = {}
    lists: dict[SplitName, Annotated[list[ImageName], Field(max_length=100_000)]] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.by == "hash") != bool(self.shares) or (self.by == "lists") != bool(self.lists):
            raise ValueError("shares go with by=hash, lists with by=lists")
        if self.shares and abs(sum(self.shares.values()) - 1) > 1e-6:
            raise ValueError("shares must add up to 1")
        names = [name for listed in self.lists.values() for name in listed]
        if len(names) != len(set(names)):
            raise ValueError("an image stands in two lists, or twice in one")
        return self


class ExportOptions(Request):
    """What is exported of a project, and what is written beside the masks.

    `label_ids` null is all labels. `min_area` is in pixels. `overlaps` says what is seen where formats know
    one object a pixel: what is nearest to the front, or what is smallest. `empty` keeps images without any
    object. `images` are left out, named with addresses of this site, or copied as shown or as they were
    uploaded. `crops` cuts every object out of its image, `research` adds clicks and times.
    """

    states: Annotated[list[ExportedStateName], Field(min_length=1)] = ["accepted"]
    label_ids: Annotated[list[Identifier], Field(min_length=1, max_length=10_000)] | None = None
    verdicts: Annotated[list[VerdictName], Field(min_length=1)] | None = None
    min_area: Annotated[int, Field(ge=0, le=2**40)] = 0
    empty: bool = True
    overlaps: Literal["front", "area"] = "front"
    splits: Splits = Splits()
    images: Literal["none", "links", "display", "originals"] = "none"
    crops: bool = False
    research: bool = False
    licence: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), NoNul] = ""


class ExportCreate(Request):
    """Ask for an export of what is there when it begins, or of a snapshot that an export was made of."""

    format: FormatName = "coco"
    options: ExportOptions = ExportOptions()
    snapshot_id: Identifier | None = None


class ExportPreviewCreate(Request):
    options: ExportOptions = ExportOptions()


class LabelCount(Shape):
    label_id: int
    annotation_count: int


class SplitCount(Shape):
    name: str
    image_count: int


class ExportPreview(Shape):
    """What would be exported now. `byte_size` is that of the images' files."""

    image_count: int
    annotation_count: int
    byte_size: int
    labels: list[LabelCount]
    splits: list[SplitCount]


class ExportSnapshot(Shape):
    """What an export was made of, known by its content's hash."""

    id: int
    sha256: str
    created_at: datetime


class SplitChoice(Shape):
    by: Literal["none", "hash", "lists", "held_out"]
    shares: dict[SplitName, float]


class ExportChoice(Shape):
    """The options of an export, see `ExportOptions`, without the names in lists."""

    states: list[ExportedStateName]
    label_ids: list[int] | None
    verdicts: list[VerdictName] | None
    min_area: int
    empty: bool
    overlaps: Literal["front", "area"]
    splits: SplitChoice
    images: Literal["none", "links", "display", "originals"]
    crops: bool
    research: bool
    licence: str


class Export(Shape):
    """`image_count` and `annotation_count` are what was written, once it is ready."""

    id: int
    project_id: int
    format: str
    options: ExportChoice
    snapshot: ExportSnapshot | None
    state: Literal["queued", "running", "ready", "failed", "cancelled"]
    progress: float
    image_count: int
    annotation_count: int
    byte_size: int
    file_url: str | None
    error: ErrorBrief | None
    requested_by: User
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
