"""What happens to model versions. Each is a world before, and what happens then."""

from collections.abc import Callable
from io import BytesIO

from labeling.models import ModelVersion
from labeling.services.model_uploads import version_check, version_upload
from labeling.services.model_versions import version_activate, version_change
from labeling.shapes.training import ModelVersionChange
from tests.factories import World
from tests.labeling.versions import version_make


def _newest() -> int:
    return ModelVersion.objects.order_by("-pk")[0].pk


def _upload(world: World) -> None:
    version_upload(
        project=world.project,
        name="Mine",
        file_name="mine.safetensors",
        stream=BytesIO(b"no weights"),
        size=10,
        uploaded_by=world.admin,
    )


def _serve(world: World, *, pinned: bool = False) -> None:
    version_activate(
        project_id=world.project.pk, version_id=_newest(), pinned=pinned, activated_by=world.admin
    )


def _roll_back(world: World) -> None:
    version_activate(project_id=world.project.pk, version_id=None, pinned=False, activated_by=world.admin)


def _change(world: World, **change: object) -> None:
    version_change(
        version_id=_newest(),
        change=ModelVersionChange.model_validate(change),
        changed_by=world.admin,
    )


WITH_MODELS: dict[str, tuple[Callable[[World], object], Callable[[World], object]]] = {
    "a model is made": (lambda world: None, version_make),
    "a model is uploaded": (version_make, _upload),
    "an uploaded model is refused": (_upload, lambda world: version_check(version_id=_newest())),
    "a model serves": (version_make, _serve),
    "a proposed model serves": (lambda world: version_make(world, state="proposed"), _serve),
    "a model that serves is pinned": (
        lambda world: (version_make(world), _serve(world)),
        lambda world: _serve(world, pinned=True),
    ),
    "the bundled model serves again": (lambda world: (version_make(world), _serve(world)), _roll_back),
    "a model is renamed": (version_make, lambda world: _change(world, name="Nuclei")),
    "a model is archived": (version_make, lambda world: _change(world, archived=True)),
}
