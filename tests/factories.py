"""Worlds for tests, built through the services that people's requests go through."""

import itertools
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from PIL import Image as PillowImage

from cardinal.accounts.models import User
from labeling.domain import masks
from labeling.models import Annotation, Dataset, Image, Label, Project, Proposal, Task
from labeling.services import proposals
from labeling.services.annotations import annotation_create
from labeling.services.datasets import UploadFile, dataset_create, images_upload
from labeling.services.projects import member_set, project_create
from labeling.shapes.requests import Click, LabelCreate, MaskInput

_numbers = itertools.count(1)


def picture(width: int = 64, height: int = 48, *, seed: int | None = None, kind: str = "PNG") -> bytes:
    """Return an encoded picture whose content is unlike every other one's."""
    random = np.random.default_rng(next(_numbers) if seed is None else seed)
    pixels = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    out = BytesIO()
    PillowImage.fromarray(pixels).save(out, kind)
    return out.getvalue()


def user_make(name: str, *, is_staff: bool = False) -> User:
    """Make an account with the password `password`."""
    return User.objects.create_user(username=name, password="password", is_staff=is_staff)


def rectangle(x: int, y: int, w: int, h: int, *, size: tuple[int, int] = (48, 64)) -> MaskInput:
    """Return a mask of `size` (h, w) in which a rectangle is object."""
    pixels = np.zeros(size, dtype=bool)
    pixels[y : y + h, x : x + w] = True
    rle = masks.encode(pixels)
    return MaskInput(size=list(size), counts=rle.counts)


@dataclass
class World:
    """A project with people, labels and pictures of 64 x 48 pixels."""

    images: int = 3
    admin: User = field(init=False)
    reviewer: User = field(init=False)
    annotator: User = field(init=False)
    viewer: User = field(init=False)
    stranger: User = field(init=False)
    dataset: Dataset = field(init=False)
    project: Project = field(init=False)

    def __post_init__(self) -> None:
        self.admin = user_make("admin", is_staff=True)
        for name in ("reviewer", "annotator", "viewer", "stranger"):
            setattr(self, name, user_make(name))
        self.dataset = dataset_create(name="photographs", created_by=self.admin)
        if self.images:
            files = [UploadFile(f"photo{n}.png", BytesIO(picture())) for n in range(1, self.images + 1)]
            images_upload(dataset=self.dataset, files=files, uploaded_by=self.admin)
        labels = [LabelCreate(name="cat", color="#0072b2"), LabelCreate(name="cup", color="#d55e00")]
        self.project = project_create(
            name="animals", dataset_ids=[self.dataset.pk], labels=labels, created_by=self.admin
        )
        for name in ("reviewer", "annotator", "viewer"):
            member_set(project=self.project, username=name, role=name, changed_by=self.admin)

    @property
    def tasks(self) -> list[Task]:
        """Return the project's tasks as they are now, by position."""
        return list(self.project.tasks.select_related("image", "lease_holder", "submitted_by"))

    @property
    def labels(self) -> list[Label]:
        """Return the project's labels in order."""
        return list(self.project.labels.all())

    @property
    def picture(self) -> Image:
        """Return the first image."""
        return self.dataset.images.order_by("pk")[0]

    def annotation(self, task: Task | None = None, *, by: User | None = None) -> Annotation:
        """Store a rectangle of 10 x 8 pixels at (5, 6)."""
        return annotation_create(
            task_id=(task or self.tasks[0]).pk,
            label_id=self.labels[0].pk,
            proposal_id=None,
            mask=rectangle(5, 6, 10, 8),
            client_id=None,
            created_by=by or self.annotator,
        )[0]


CLICKS = [
    Click(x=10, y=20, t=0),
    Click(x=22, y=12, t=310),
    Click(x=40, y=25, t=650),
    Click(x=24, y=36, t=900.5),
]
ANSWER = proposals.Answer(
    mask_counts=rectangle(10, 12, 31, 25).counts,
    bbox=[10.0, 12.0, 31.0, 25.0],
    area=775,
    score=0.75,
    model_version="rectangle-1",
    queue_ms=1.0,
    decode_ms=2.0,
    model_ms=3.0,
)


def proposal_make(
    world: World, task: Task | None = None, *, by: User | None = None, answer: bool = True
) -> Proposal:
    """Store four clicks and, unless told otherwise, a rectangle as the model's answer to them."""
    proposal = proposals.proposal_request(
        task_id=(task or world.tasks[0]).pk,
        requested_by=by or world.annotator,
        request_id=None,
        points=CLICKS,
        parent_id=None,
    )
    if answer:
        proposals.proposal_answer(proposal_id=proposal.pk, answer=ANSWER)
    return Proposal.objects.get(pk=proposal.pk)
