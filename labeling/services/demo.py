"""The demo project: real photographs in the public domain, which scikit-image ships, and three accounts."""

from io import BytesIO
from pathlib import Path

import skimage
from django.db import transaction

from cardinal.accounts.models import User
from labeling.domain.roles import ANNOTATOR, REVIEWER
from labeling.models import Dataset, Project
from labeling.services.datasets import UploadFile, dataset_create, images_upload
from labeling.services.projects import member_set, project_change, project_create
from labeling.shapes.requests import LabelCreate

PASSWORD = "demo"  # noqa: S105 - the demo's well-known password; the demo serves on the loopback address only
PHOTOGRAPHS = {
    "astronaut": "astronaut.png",
    "cat": "chelsea.png",
    "coffee": "coffee.png",
    "rocket": "rocket.jpg",
    "photographer": "camera.png",
    "coins": "coins.png",
}
LABELS = [
    LabelCreate(name="person", color="#fc0023"),
    LabelCreate(name="animal", color="#008eff"),
    LabelCreate(name="cup", color="#517100"),
    LabelCreate(name="vehicle", color="#ea2df0"),
    LabelCreate(name="other", color="#989254"),
]
GUIDE = (
    "Click the left-most, right-most, top and bottom point of an object, in any order. "
    "Click on the boundary where the mask is wrong. Press Space to accept."
)


def demo_seed() -> None:
    """Make the demo's accounts and project where they are missing. Safe to repeat and to interrupt."""
    people = {name: _account(name, is_staff=name == "admin") for name in ("admin", "reviewer", "annotator")}
    admin = people["admin"]
    if Project.objects.filter(name="First steps", created_by=admin).exists():
        return
    dataset = Dataset.objects.filter(name="Demo photographs").first()
    if dataset is None:
        dataset = dataset_create(name="Demo photographs", created_by=admin)
    images_upload(dataset=dataset, files=_photographs(), uploaded_by=admin)
    with transaction.atomic():
        project = project_create(
            name="First steps", dataset_ids=[dataset.pk], labels=LABELS, created_by=admin
        )
        project_change(project=project, name=None, guide=GUIDE, changed_by=admin)
        for name, role in (("reviewer", REVIEWER), ("annotator", ANNOTATOR)):
            member_set(project=project, username=name, role=role, changed_by=admin)


def _account(name: str, *, is_staff: bool) -> User:
    user, created = User.objects.get_or_create(username=name, defaults={"is_staff": is_staff})
    if created:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return user


def _photographs() -> list[UploadFile]:
    folder = Path(skimage.__file__).parent / "data"
    files = []
    for name, file_name in PHOTOGRAPHS.items():
        path = folder / file_name
        if path.is_file():
            suffix = path.suffix
            files.append(UploadFile(name=f"{name}{suffix}", stream=BytesIO(path.read_bytes())))
    return files
