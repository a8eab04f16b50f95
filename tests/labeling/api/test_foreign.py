"""Two projects side by side: what belongs to one is not there for the people of the other."""

from dataclasses import dataclass

import pytest

from cardinal.accounts.models import User
from labeling.models import Annotation, Dataset, Project, Task
from labeling.services.comments import comment_create
from labeling.services.datasets import dataset_create
from labeling.services.exports import export_request
from labeling.services.projects import member_set, project_create
from labeling.shapes.requests import LabelCreate
from tests.factories import CLICKS, World, picture, proposal_make, rectangle, user_make
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field
from tests.labeling.runs import run_make
from tests.labeling.versions import version_make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@dataclass
class Other:
    """A second project with a data set, people and an object of its own; its boss is no staff."""

    project: Project
    dataset: Dataset
    boss: User
    task: Task
    annotation: Annotation


def _other(world: World) -> Other:
    dataset = dataset_create(name="other", created_by=world.admin)
    Api(world.admin).upload(f"/datasets/{dataset.pk}/images", [("other.png", picture())])
    labels = [LabelCreate(name="bird", color="#123456")]
    project = project_create(name="other", dataset_ids=[dataset.pk], labels=labels, created_by=world.admin)
    boss = user_make("boss")
    member_set(project=project, username="boss", role="admin", changed_by=world.admin)
    task = project.tasks.select_related("image").get()
    body = {"label_id": project.labels.get().pk, "mask": rectangle(1, 1, 5, 5).model_dump()}
    created = Api(boss).post(f"/tasks/{task.pk}/annotations", body).json()
    return Other(project, dataset, boss, task, Annotation.objects.get(pk=created["id"]))


def test_an_admin_of_one_project_finds_nothing_of_another() -> None:
    world = World(images=1)
    mine = world.annotation()
    export = export_request(project=world.project, format_name="coco", requested_by=world.admin)
    Api(world.admin).upload(f"/projects/{world.project.pk}/guide/pictures", [("cup.png", picture())])
    comment, _ = comment_create(task_id=mine.task_id, text="Here.", x=1, y=2, created_by=world.annotator)
    version = version_make(world)
    run = run_make(world)
    boss = Api(_other(world).boss)
    project, task = f"/projects/{world.project.pk}", f"/tasks/{world.tasks[0].pk}"
    clicks = [click.model_dump() for click in CLICKS]
    label = {"name": "new", "color": "#010203"}
    with nothing_changes():
        for answer in (
            boss.get(project),
            boss.patch(project, {"name": "stolen"}),
            boss.post(f"{project}/labels", label),
            boss.get(f"{project}/members"),
            boss.post(f"{project}/members", {"username": "boss", "role": "admin"}),
            boss.delete(f"{project}/members/{world.viewer.pk}"),
            boss.get(f"{project}/audit"),
            boss.get(f"{project}/tasks"),
            boss.get(f"{project}/tasks/next"),
            boss.post(f"{project}/exports"),
            boss.patch(f"/labels/{world.labels[0].pk}", label),
            boss.delete(f"/labels/{world.labels[1].pk}"),
            boss.get(task),
            boss.post(f"{task}/lease"),
            boss.post(f"{task}/segment", {"points": clicks}),
            boss.post(f"{task}/submit"),
            boss.post(f"{task}/accept"),
            boss.post(f"{task}/skip", {"reason": "unclear"}),
            boss.post(f"{task}/unskip"),
            boss.post(f"{task}/flag", {"reason": "unclear"}),
            boss.post(f"{task}/unflag"),
            boss.get(f"{task}/comments"),
            boss.post(f"{task}/comments", {"text": "x", "x": 1, "y": 1}),
            boss.patch(f"/comments/{comment.pk}", {"version": 1, "resolved": True}),
            boss.delete(f"/comments/{comment.pk}", version=1),
            boss.get(f"{project}/guide/pictures"),
            boss.get(f"{project}/guide/pictures/cup.png"),
            boss.upload(f"{project}/guide/pictures", [("x.png", picture())]),
            boss.delete(f"{project}/guide/pictures/cup.png"),
            boss.patch(f"/annotations/{mine.pk}", {"version": 1, "deleted": True}),
            boss.delete(f"/annotations/{mine.pk}", version=1),
            boss.get(f"{project}/models"),
            boss.form(f"{project}/models", name="x", file=("x.pth", b"x")),
            boss.put(f"{project}/active-model", {"version_id": version.pk}),
            boss.get(f"{project}/learning-curve"),
            boss.get(f"/models/{version.pk}"),
            boss.patch(f"/models/{version.pk}", {"name": "stolen"}),
            boss.get(f"/models/{version.pk}/file"),
            boss.get(f"/models/{version.pk}/card"),
            boss.get(f"{project}/prelabels"),
            boss.form(f"{project}/prelabels", file=("x.json", b"{}")),
            boss.get(f"{task}/drafts"),
            boss.get(f"{project}/training-runs"),
            boss.post(f"{project}/training-runs"),
            boss.get(f"{project}/training-plan"),
            boss.get(f"{project}/training-rules"),
            boss.patch(f"{project}/training-rules", {"schedule": "daily"}),
            boss.get(f"/training-runs/{run.pk}"),
            boss.post(f"/training-runs/{run.pk}/cancel"),
            boss.get(f"/training-runs/{run.pk}/evidence"),
            boss.get(f"/exports/{export.pk}"),
            boss.post(f"/exports/{export.pk}/cancel"),
            boss.get(f"/exports/{export.pk}/file"),
            boss.get(f"/datasets/{world.dataset.pk}"),
            boss.upload(f"/datasets/{world.dataset.pk}/images", [("x.png", picture())]),
            boss.get(f"/images/{world.picture.pk}/file"),
            boss.get(f"/images/{world.picture.pk}/thumbnail"),
        ):
            refused(answer, 404, "not_found")


def test_what_is_not_there_and_what_is_foreign_look_alike() -> None:
    world = World(images=1)
    other = _other(world)
    api = Api(world.annotator)
    for kind, foreign in (
        ("tasks", other.task.pk),
        ("projects", other.project.pk),
        ("datasets", other.dataset.pk),
    ):
        there = refused(api.get(f"/{kind}/{foreign}"), 404, "not_found")
        absent = refused(api.get(f"/{kind}/999999999"), 404, "not_found")
        assert there == absent


def test_things_of_another_project_do_not_fit_into_ones_own() -> None:
    world = World(images=1)
    other = _other(world)
    foreign_label = other.project.labels.get().pk
    foreign_proposal = proposal_make(world, task=other.task, by=other.boss)
    api, task = Api(world.annotator), f"/tasks/{world.tasks[0].pk}"
    mine = world.annotation()
    label, mask = world.labels[0].pk, rectangle(0, 0, 2, 2).model_dump()
    clicks = [click.model_dump() for click in CLICKS]
    with nothing_changes():
        for field, answer in (
            ("label_id", api.post(f"{task}/annotations", {"label_id": foreign_label, "mask": mask})),
            (
                "proposal_id",
                api.post(f"{task}/annotations", {"label_id": label, "proposal_id": foreign_proposal.pk}),
            ),
            ("label_id", api.patch(f"/annotations/{mine.pk}", {"version": 1, "label_id": foreign_label})),
            (
                "proposal_id",
                api.patch(f"/annotations/{mine.pk}", {"version": 1, "proposal_id": foreign_proposal.pk}),
            ),
            (
                "parent_proposal_id",
                api.post(f"{task}/segment", {"points": clicks, "parent_proposal_id": foreign_proposal.pk}),
            ),
        ):
            refused_field(answer, field)


def test_comments_and_objects_of_another_project_do_not_fit_into_ones_own() -> None:
    world = World(images=1)
    other = _other(world)
    foreign, _ = comment_create(task_id=other.task.pk, text="Here.", x=1, y=2, created_by=other.boss)
    api, path = Api(world.annotator), f"/tasks/{world.tasks[0].pk}/comments"
    with nothing_changes():
        refused_field(api.post(path, {"text": "x", "parent_id": foreign.pk}), "parent_id")
        refused_field(api.post(path, {"text": "x", "annotation_id": other.annotation.pk}), "annotation_id")
    body = {"text": "Mine.", "x": 1, "y": 2, "client_id": str(foreign.client_id)}
    response = api.post(path, body)
    assert (response.status_code, response.json()["text"]) == (201, "Mine.")


def test_a_client_id_of_another_task_reveals_nothing() -> None:
    world = World(images=1)
    other = _other(world)
    body = {
        "label_id": world.labels[0].pk,
        "mask": rectangle(0, 0, 2, 2).model_dump(),
        "client_id": str(other.annotation.client_id),
    }
    response = Api(world.annotator).post(f"/tasks/{world.tasks[0].pk}/annotations", body)
    assert response.status_code == 201
    assert response.json()["id"] != other.annotation.pk


def test_next_behind_a_foreign_task_is_refused() -> None:
    world = World(images=1)
    other = _other(world)
    api = Api(world.annotator)
    with nothing_changes():
        refused(api.get(f"/projects/{world.project.pk}/tasks/next", after=other.task.pk), 404, "not_found")


def test_somebody_elses_data_set_is_attached_by_nobody_but_staff() -> None:
    world = World(images=1)
    boss = Api(_other(world).boss)
    own = Project.objects.get(name="other")
    with nothing_changes():
        answer = boss.patch(f"/projects/{own.pk}", {"dataset_ids": [own.datasets.get().pk, world.dataset.pk]})
        assert refused_field(answer, "dataset_ids") == (
            f"There is no data set {world.dataset.pk}, or it is not yours."
        )


def test_the_same_bytes_in_a_foreign_data_set_open_no_door() -> None:
    world = World(images=0)
    content = picture()
    theirs = dataset_create(name="theirs", created_by=world.admin)
    mine = dataset_create(name="mine", created_by=world.annotator)
    image = Api(world.admin).upload(f"/datasets/{theirs.pk}/images", [("secret.png", content)]).json()
    own = Api(world.annotator).upload(f"/datasets/{mine.pk}/images", [("own.png", content)]).json()
    assert own["images"][0]["duplicate"] is False
    refused(Api(world.annotator).get(f"/images/{image['images'][0]['id']}/file"), 404, "not_found")
    assert Api(world.annotator).get(f"/images/{own['images'][0]['id']}/file").content == content


def test_a_removed_member_finds_nothing_any_more() -> None:
    world = World(images=1)
    annotation = world.annotation()
    api = Api(world.annotator)
    Api(world.admin).delete(f"/projects/{world.project.pk}/members/{world.annotator.pk}")
    with nothing_changes():
        for answer in (
            api.get(f"/projects/{world.project.pk}"),
            api.post(f"/tasks/{world.tasks[0].pk}/lease"),
            api.patch(f"/annotations/{annotation.pk}", {"version": 1, "deleted": True}),
            api.get(f"/images/{world.picture.pk}/file"),
        ):
            refused(answer, 404, "not_found")
