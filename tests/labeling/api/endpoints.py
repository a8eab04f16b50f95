"""Every endpoint of the API and who may use it: the one table that the permission tests walk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from labeling.models import Annotation, Draft, Export, Import, Prelabelling
from labeling.services.attributes import attribute_add
from labeling.services.comments import comment_create
from labeling.services.datasets import UploadFile
from labeling.services.exports import export_request, export_run
from labeling.services.guide import guide_pictures_add
from labeling.services.skips import task_skip
from labeling.services.tasks import task_submit
from labeling.shapes.schema import AttributeCreate
from tests.factories import World, picture, proposal_make, rectangle
from tests.labeling.helpers import Api
from tests.labeling.runs import run_make
from tests.labeling.versions import version_make

PERSONS = ("anonymous", "stranger", "viewer", "annotator", "reviewer", "project_admin", "staff")
Allowed = tuple[int, int, int, int, int, int, int]
Body = Callable[["Scene"], object]

#                     nobody stranger viewer annotator reviewer admin staff
STAFF: Allowed =         (401, 403, 403, 403, 403, 403, 201)  # fmt: skip
EVERYBODY: Allowed =     (401, 200, 200, 200, 200, 200, 200)  # fmt: skip
MEMBERS: Allowed =       (401, 404, 200, 200, 200, 200, 200)  # fmt: skip
OWNER: Allowed =         (401, 404, 404, 404, 404, 404, 200)  # fmt: skip


def annotators(ok: int = 200) -> Allowed:
    """Return the answers where annotators, reviewers and admins may go on."""
    return (401, 404, 403, ok, ok, ok, ok)


def reviewers(ok: int = 200) -> Allowed:
    """Return the answers where reviewers and admins may go on."""
    return (401, 404, 403, 403, ok, ok, ok)


def admins(ok: int = 200) -> Allowed:
    """Return the answers where admins of the project may go on."""
    return (401, 404, 403, 403, 403, ok, ok)


class Scene(World):
    """A world with one thing of each kind, at which every endpoint can be aimed.

    Task 1 is open and free and has an object and the annotator's comment; task 2 is submitted with an object;
    task 3 is skipped and flagged by the annotator.
    """

    def __init__(self) -> None:
        super().__init__(images=3)
        self.object = self.annotation(self.tasks[0], by=self.annotator)
        self.handed_in = self.annotation(self.tasks[1], by=self.annotator)
        asked = AttributeCreate(name="broken", kind="yes_no")
        self.attribute = attribute_add(label=self.labels[1], attribute=asked, added_by=self.admin)
        self.proposal = proposal_make(self)
        Annotation.objects.filter(pk=self.object.pk).update(origin=self.proposal)
        task = self.tasks[0].pk
        self.comment = comment_create(task_id=task, text="Here.", x=1, y=2, created_by=self.annotator)[0]
        task_skip(task_id=self.tasks[2].pk, reason="unclear", text="", flag=True, skipped_by=self.annotator)
        guide = [UploadFile("cup.png", BytesIO(picture()))]
        guide_pictures_add(project=self.project, files=guide, added_by=self.admin)
        task_submit(task_id=self.tasks[1].pk, submitted_by=self.annotator)
        export_run(
            export_id=export_request(project=self.project, format_name="coco", requested_by=self.admin).pk
        )
        self.export = Export.objects.get()
        self.version = version_make(self)
        self.run = run_make(self)
        self.prelabelling = Prelabelling.objects.create(
            project=self.project, requested_by=self.admin, file_name="a.json", file_key="a", state="ready"
        )
        self.imported = Import.objects.create(
            project=self.project,
            requested_by=self.admin,
            file_name="a.json",
            file_key="imports/a",
            staged_key="imports/b",
            state="checked",
        )
        self.draft = Draft.objects.create(
            prelabelling=self.prelabelling, number=0, task=self.tasks[0], label=self.labels[0], points=[]
        )
        self.tasks[0].__class__.objects.update(lease_holder=None, lease_expires_at=None)

    def path(self, route: str) -> str:
        """Return the address below /api for a route of the table."""
        open_task, submitted, skipped = self.tasks
        names = {
            "dataset": self.dataset.pk,
            "image": self.picture.pk,
            "project": self.project.pk,
            "label": self.labels[1].pk,
            "user": self.viewer.pk,
            "task": open_task.pk,
            "submitted": submitted.pk,
            "skipped": skipped.pk,
            "comment": self.comment.pk,
            "picture": "cup.png",
            "level": 0,
            "column": 0,
            "row": 0,
            "annotation": self.object.pk,
            "handed_in": self.handed_in.pk,
            "attribute": self.attribute.pk,
            "export": self.export.pk,
            "version": self.version.pk,
            "run": self.run.pk,
            "prelabelling": self.prelabelling.pk,
            "draft": self.draft.pk,
            "import": self.imported.pk,
        }
        return route.format(**names)


@dataclass(frozen=True)
class Endpoint:
    """One method at one address: `route` names things of the scene, `allowed` the status for each person."""

    method: str
    route: str
    allowed: Allowed
    body: Body | None = None
    query: dict[str, object] = field(default_factory=dict)

    def call(self, scene: Scene, api: Api) -> Any:  # noqa: ANN401 - Django's response with what its test client adds
        """Send the request."""
        path = scene.path(self.route)
        if self.route.endswith(("/images", "/pictures")) and self.method == "POST":
            return api.upload(path, [("new.png", picture())])
        if self.route.endswith("/models") and self.method == "POST":
            return api.form(path, name="Mine", file=("mine.safetensors", b"weights"))
        if self.route.endswith(("/prelabels", "/imports")) and self.method == "POST":
            return api.form(path, file=("found.json", b"{}"))
        if self.method == "GET":
            return api.get(path, **self.query)
        if self.method == "DELETE":
            return api.delete(path, **self.query)
        return api.send(self.method, path, self.body(scene) if self.body else {})

    @property
    def pattern(self) -> tuple[str, str]:
        """Return the method and the address with its variables left blank."""
        parts = ["<>" if part.startswith("{") else part for part in self.route.split("/")]
        return self.method, "/".join(parts)


def _mask(_scene: Scene) -> dict[str, object]:
    return rectangle(1, 1, 3, 3).model_dump()


CLICKS = [{"x": 10, "y": 20}, {"x": 22, "y": 12}, {"x": 40, "y": 25}, {"x": 24, "y": 36}]

ENDPOINTS = [
    Endpoint("GET", "/datasets", EVERYBODY),
    Endpoint("POST", "/datasets", STAFF, lambda _: {"name": "new"}),
    Endpoint("GET", "/datasets/{dataset}", OWNER),
    Endpoint("GET", "/datasets/{dataset}/images", OWNER),
    Endpoint("POST", "/datasets/{dataset}/images", (401, 404, 404, 404, 404, 404, 201)),
    Endpoint("GET", "/images/{image}/file", MEMBERS),
    Endpoint("GET", "/images/{image}/thumbnail", MEMBERS),
    # The scene's image is small: it has no tiles for anybody. test_tiles.py asks of a large one.
    Endpoint("GET", "/images/{image}/tiles", (401, 404, 404, 404, 404, 404, 404)),
    Endpoint("GET", "/images/{image}/tiles/{level}/{column}/{row}", (401, 404, 404, 404, 404, 404, 404)),
    Endpoint("GET", "/projects", EVERYBODY),
    Endpoint("POST", "/projects", STAFF, lambda _: {"name": "new"}),
    Endpoint("GET", "/projects/{project}", MEMBERS),
    Endpoint("PATCH", "/projects/{project}", admins(), lambda _: {"guide": "new"}),
    Endpoint(
        "POST", "/projects/{project}/labels", admins(201), lambda _: {"name": "new", "color": "#010203"}
    ),
    Endpoint("PATCH", "/labels/{label}", admins(), lambda _: {"color": "#010203"}),
    Endpoint("DELETE", "/labels/{label}", admins(204)),
    Endpoint("POST", "/labels/{label}/attributes", admins(201), lambda _: {"name": "colour", "kind": "text"}),
    Endpoint("PATCH", "/attributes/{attribute}", admins(), lambda _: {"name": "cracked"}),
    Endpoint("DELETE", "/attributes/{attribute}", admins(204)),
    Endpoint("GET", "/projects/{project}/my-day", MEMBERS),
    Endpoint("GET", "/projects/{project}/members", MEMBERS),
    Endpoint(
        "POST",
        "/projects/{project}/members",
        admins(),
        lambda scene: {"username": scene.stranger.username, "role": "viewer"},
    ),
    Endpoint("DELETE", "/projects/{project}/members/{user}", admins(204)),
    Endpoint("GET", "/projects/{project}/audit", admins()),
    Endpoint("GET", "/projects/{project}/tasks", MEMBERS),
    Endpoint("GET", "/projects/{project}/tasks/next", annotators()),
    Endpoint("GET", "/projects/{project}/tasks/next", reviewers(), query={"purpose": "review"}),
    Endpoint("GET", "/tasks/{task}", MEMBERS),
    Endpoint("POST", "/tasks/{task}/lease", annotators()),
    Endpoint("DELETE", "/tasks/{task}/lease", annotators(204)),
    # Nobody answers the click here: who may ask waits in vain.
    Endpoint("POST", "/tasks/{task}/segment", annotators(504), lambda _: {"points": CLICKS}),
    Endpoint("GET", "/tasks/{task}/annotations", MEMBERS),
    Endpoint(
        "POST",
        "/tasks/{task}/annotations",
        annotators(201),
        lambda scene: {"label_id": scene.labels[0].pk, "mask": _mask(scene)},
    ),
    Endpoint("POST", "/tasks/{task}/submit", annotators()),
    Endpoint("POST", "/tasks/{submitted}/accept", reviewers()),
    Endpoint("POST", "/tasks/{submitted}/request-changes", reviewers(), lambda _: {"comment": "Tighter."}),
    Endpoint("POST", "/tasks/{task}/skip", annotators(), lambda _: {"reason": "bad_image"}),
    Endpoint("POST", "/tasks/{skipped}/unskip", (401, 404, 403, 200, 403, 200, 200)),
    Endpoint("POST", "/tasks/{task}/flag", annotators(), lambda _: {"reason": "bad_image"}),
    Endpoint("POST", "/tasks/{skipped}/unflag", (401, 404, 403, 200, 403, 200, 200)),
    Endpoint("GET", "/tasks/{task}/comments", MEMBERS),
    Endpoint("POST", "/tasks/{task}/comments", annotators(201), lambda _: {"text": "There.", "x": 3, "y": 4}),
    Endpoint("PATCH", "/comments/{comment}", annotators(), lambda _: {"version": 1, "resolved": True}),
    Endpoint("DELETE", "/comments/{comment}", (401, 404, 403, 200, 403, 403, 403), query={"version": 1}),
    Endpoint("GET", "/projects/{project}/guide/pictures", MEMBERS),
    Endpoint("POST", "/projects/{project}/guide/pictures", admins(201)),
    Endpoint("GET", "/projects/{project}/guide/pictures/{picture}", MEMBERS),
    Endpoint("DELETE", "/projects/{project}/guide/pictures/{picture}", admins(204)),
    Endpoint("GET", "/me/preferences", EVERYBODY),
    Endpoint("PUT", "/me/preferences", EVERYBODY, lambda _: {"version": 0, "preferences": {"theme": "dark"}}),
    Endpoint("PATCH", "/annotations/{annotation}", annotators(), lambda _: {"version": 1, "deleted": True}),
    Endpoint("DELETE", "/annotations/{annotation}", annotators(), query={"version": 1}),
    Endpoint(
        "POST",
        "/annotations/{annotation}/reorder",
        annotators(),
        lambda _: {"version": 1, "move": "front"},
    ),
    Endpoint(
        "POST",
        "/annotations/{handed_in}/verdict",
        reviewers(),
        lambda _: {"version": 1, "verdict": "accepted"},
    ),
    Endpoint("GET", "/annotations/{annotation}/proposal", MEMBERS),
    Endpoint("GET", "/projects/{project}/review-queue", reviewers()),
    Endpoint("GET", "/projects/{project}/models", MEMBERS),
    Endpoint("POST", "/projects/{project}/models", admins(202)),
    Endpoint(
        "PUT",
        "/projects/{project}/active-model",
        admins(),
        lambda scene: {"version_id": scene.version.pk, "pinned": True},
    ),
    Endpoint("GET", "/projects/{project}/learning-curve", MEMBERS),
    Endpoint("GET", "/models/{version}", MEMBERS),
    Endpoint("PATCH", "/models/{version}", admins(), lambda _: {"name": "Nuclei"}),
    Endpoint("GET", "/models/{version}/file", MEMBERS),
    Endpoint("GET", "/models/{version}/card", MEMBERS),
    Endpoint("GET", "/projects/{project}/imports", admins()),
    Endpoint("POST", "/projects/{project}/imports", admins(202)),
    Endpoint("GET", "/imports/{import}", admins()),
    Endpoint("POST", "/imports/{import}/start", admins(202)),
    Endpoint("POST", "/imports/{import}/cancel", admins()),
    Endpoint("GET", "/projects/{project}/prelabels", admins()),
    Endpoint("POST", "/projects/{project}/prelabels", admins(202)),
    Endpoint("GET", "/prelabels/{prelabelling}", admins()),
    Endpoint("POST", "/prelabels/{prelabelling}/cancel", admins()),
    Endpoint("GET", "/tasks/{task}/drafts", MEMBERS),
    Endpoint("POST", "/drafts/{draft}/dismiss", annotators(204)),
    Endpoint("POST", "/drafts/{draft}/restore", annotators(204)),
    Endpoint("GET", "/projects/{project}/training-runs", MEMBERS),
    Endpoint(
        "POST",
        "/projects/{project}/training-runs",
        admins(202),
        lambda scene: {"snapshot_id": scene.run.snapshot_id},
    ),
    Endpoint("GET", "/projects/{project}/training-plan", MEMBERS),
    Endpoint("GET", "/projects/{project}/training-rules", MEMBERS),
    Endpoint("PATCH", "/projects/{project}/training-rules", admins(), lambda _: {"schedule": "daily"}),
    Endpoint("GET", "/training-runs/{run}", MEMBERS),
    Endpoint("POST", "/training-runs/{run}/cancel", admins()),
    Endpoint("GET", "/training-runs/{run}/evidence", MEMBERS),
    Endpoint("GET", "/projects/{project}/exports", admins()),
    Endpoint("POST", "/projects/{project}/exports", admins(202), lambda _: {"format": "coco"}),
    Endpoint("POST", "/projects/{project}/exports/preview", admins()),
    Endpoint("GET", "/exports/{export}", admins()),
    Endpoint("POST", "/exports/{export}/cancel", admins()),
    Endpoint("GET", "/exports/{export}/file", admins()),
]
# Signing in is for everybody and has tests of its own; the schema is public.
ELSEWHERE = {
    ("POST", "/auth/token"),
    ("DELETE", "/auth/token"),
    ("POST", "/auth/login"),
    ("POST", "/auth/logout"),
    ("GET", "/auth/me"),
    ("GET", "/schema/"),
}


def served() -> set[tuple[str, str]]:
    """Return every method and address below /api that the site really serves."""
    found: set[tuple[str, str]] = set()

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for entry in patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, route)
            elif route.startswith("api/"):
                view = getattr(entry.callback, "view_class", None)
                methods = ("get", "post", "put", "patch", "delete")
                parts = ["<>" if part.startswith("<") else part for part in route[3:].split("/")]
                found.update((m.upper(), "/".join(parts)) for m in methods if hasattr(view, m))

    walk(get_resolver().url_patterns, "")
    return found
