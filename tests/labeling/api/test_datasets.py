"""Data sets and uploads."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from labeling.models import AuditEntry, Dataset, Image, Task
from labeling.services.datasets import dataset_create
from labeling.services.projects import project_create
from tests.factories import World, picture, user_make
from tests.labeling.helpers import Api, nothing_changes, refused, refused_field, rows, stored_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _folder(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"images/{digest[:2]}/{digest}"


def test_creating_a_data_set() -> None:
    staff = user_make("boss", is_staff=True)
    response = Api(staff).post("/datasets", {"name": "  Cups  "})
    dataset = Dataset.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": dataset.pk,
        "name": "Cups",
        "image_count": 0,
        "created_at": dataset.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert dataset.created_by == staff
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_type, entry.object_id, entry.actor, entry.project_id, entry.data) == (
        "dataset.create",
        "dataset",
        dataset.pk,
        staff,
        None,
        {"name": "Cups"},
    )


def test_a_taken_name_is_refused() -> None:
    api = Api(user_make("boss", is_staff=True))
    assert api.post("/datasets", {"name": "Cups"}).status_code == 201
    with nothing_changes():
        error = refused(api.post("/datasets", {"name": "Cups"}), 409, "name_taken")
    assert error["message"] == "There is a data set “Cups” already. Choose another name."


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "cup\0s", None, 7, ["Cups"]])
def test_a_name_that_is_none_is_refused(name: object) -> None:
    api = Api(user_make("boss", is_staff=True))
    with nothing_changes():
        refused_field(api.post("/datasets", {"name": name}), "name")


def test_lists_are_paged_the_newest_first() -> None:
    staff = user_make("boss", is_staff=True)
    ids = [dataset_create(name=f"set {n}", created_by=staff).pk for n in range(3)]
    first = Api(staff).get("/datasets", limit=2).json()
    assert ([row["id"] for row in first["results"]], first["next"]) == ([ids[2], ids[1]], str(ids[1]))
    last = Api(staff).get("/datasets", limit=2, cursor=first["next"]).json()
    assert ([row["id"] for row in last["results"]], last["next"]) == ([ids[0]], None)


def test_people_list_their_own_data_sets_alone() -> None:
    world = World(images=0)
    own = dataset_create(name="mine", created_by=world.annotator)
    assert [row["id"] for row in Api(world.annotator).get("/datasets").json()["results"]] == [own.pk]
    assert Api(world.stranger).get("/datasets").json() == {"next": None, "results": []}


def test_uploading_one_image() -> None:
    world = World(images=0)
    content = picture(30, 20)
    response = Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", [("cup.png", content)])
    image = Image.objects.get()
    digest = hashlib.sha256(content).hexdigest()
    assert response.status_code == 201
    assert response.json() == {
        "images": [
            {
                "id": image.pk,
                "dataset_id": world.dataset.pk,
                "name": "cup.png",
                "sha256": digest,
                "width": 30,
                "height": 20,
                "media_type": "image/png",
                "byte_size": len(content),
                "file_url": f"/api/images/{image.pk}/file?v={digest[:12]}",
                "thumbnail_url": f"/api/images/{image.pk}/thumbnail?v={digest[:12]}",
                "tiles": None,
                "duplicate": False,
            }
        ],
        "errors": [],
    }
    assert stored_files() == {f"{_folder(content)}/original", f"{_folder(content)}/thumbnail"}
    with default_storage.open(image.original_key) as stored:
        assert stored.read() == content
    entry = AuditEntry.objects.get(action="image.add")
    assert (entry.object_id, entry.actor, entry.data) == (
        image.pk,
        world.admin,
        {"dataset": world.dataset.pk},
    )
    assert Api(world.admin).get(f"/datasets/{world.dataset.pk}").json()["image_count"] == 1


def test_uploading_many_images_keeps_their_order_and_makes_tasks() -> None:
    world = World(images=2)
    files = [(f"{name}.png", picture()) for name in ("c", "a", "b")]
    response = Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", files)
    assert [image["name"] for image in response.json()["images"]] == ["c.png", "a.png", "b.png"]
    tasks = [(task.position, task.image.name, task.state) for task in world.tasks]
    assert tasks[2:] == [(3, "c.png", "open"), (4, "a.png", "open"), (5, "b.png", "open")]


def test_each_project_of_the_data_set_gets_a_task() -> None:
    world = World(images=1)
    other = project_create(name="two", dataset_ids=[world.dataset.pk], labels=[], created_by=world.admin)
    apart = project_create(name="three", dataset_ids=[], labels=[], created_by=world.admin)
    Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", [("new.png", picture())])
    counts = [project.tasks.count() for project in (world.project, other, apart)]
    assert counts == [2, 2, 0]
    assert [task.position for task in other.tasks.all()] == [1, 2]


def test_a_bad_file_among_good_ones_is_named_and_takes_none_with_it() -> None:
    world = World(images=0)
    good = [picture(), picture()]
    files = [("one.png", good[0]), ("notes.jpg", b"just words"), ("two.png", good[1]), ("void.png", b"")]
    response = Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", files)
    assert response.status_code == 201
    assert [image["name"] for image in response.json()["images"]] == ["one.png", "two.png"]
    assert response.json()["errors"] == [
        {
            "name": "notes.jpg",
            "code": "not_an_image",
            "message": "“notes.jpg” is not an image. Upload a JPEG, PNG, WebP, TIFF, BMP or GIF file.",
        },
        {
            "name": "void.png",
            "code": "empty_file",
            "message": "“void.png” is empty. Check the file and upload it again.",
        },
    ]
    assert [task.image.name for task in world.tasks] == ["one.png", "two.png"]
    kept = {f"{_folder(content)}/{name}" for content in good for name in ("original", "thumbnail")}
    assert stored_files() == kept


def test_the_same_bytes_again_are_told_and_stored_once() -> None:
    world = World(images=0)
    api, content = Api(world.admin), picture()
    path = f"/datasets/{world.dataset.pk}/images"
    first = api.upload(path, [("a.png", content), ("b.png", content)]).json()["images"]
    assert [(image["name"], image["duplicate"]) for image in first] == [("a.png", False), ("a.png", True)]
    before = rows(), stored_files()
    again = api.upload(path, [("c.png", content)])
    assert again.status_code == 201
    assert [(image["id"], image["duplicate"]) for image in again.json()["images"]] == [(first[0]["id"], True)]
    assert (rows(), stored_files()) == before
    assert Task.objects.count() == 1


def test_the_same_bytes_in_two_data_sets_share_their_files() -> None:
    world = World(images=0)
    content = picture()
    second = dataset_create(name="more", created_by=world.admin)
    api = Api(world.admin)
    api.upload(f"/datasets/{world.dataset.pk}/images", [("a.png", content)])
    files = stored_files()
    answer = api.upload(f"/datasets/{second.pk}/images", [("b.png", content)]).json()["images"]
    assert [(image["name"], image["duplicate"]) for image in answer] == [("b.png", False)]
    assert stored_files() == files
    first_image, second_image = Image.objects.order_by("pk")
    assert first_image.dataset != second_image.dataset
    assert (first_image.display_key, first_image.thumbnail_key) == (
        second_image.display_key,
        second_image.thumbnail_key,
    )


def test_one_image_in_two_data_sets_of_a_project_is_one_task_each() -> None:
    """Two rows, two tasks: each data set's image is labelled in its own right."""
    world = World(images=0)
    content = picture()
    second = dataset_create(name="more", created_by=world.admin)
    api = Api(world.admin)
    for dataset in (world.dataset, second):
        api.upload(f"/datasets/{dataset.pk}/images", [("a.png", content)])
    api.patch(f"/projects/{world.project.pk}", {"dataset_ids": [world.dataset.pk, second.pk]})
    assert [task.position for task in world.tasks] == [1, 2]


def test_an_upload_without_files_is_refused() -> None:
    world = World(images=0)
    with nothing_changes():
        response = Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", [])
        assert refused_field(response, "files") == "Choose at least one image."


def test_too_many_files_at_once_are_refused_whole() -> None:
    world = World(images=0)
    content = picture()
    files = [(f"{number}.png", content) for number in range(101)]
    with nothing_changes():
        error = refused(
            Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", files), 413, "too_large"
        )
    assert error["message"] == "The request is too large. Send fewer or smaller files at a time."


def test_json_is_no_upload_and_the_refusal_says_what_is() -> None:
    world = World(images=0)
    with nothing_changes():
        response = Api(world.admin).post(f"/datasets/{world.dataset.pk}/images", {"files": []})
        error = refused(response, 415, "unsupported_media_type")
    assert error["message"] == (
        "Send files as multipart/form-data, under the names that /api/schema/ gives for this address."
    )


def test_images_are_listed_in_the_order_of_upload(media: Path) -> None:
    world = World(images=3)
    api, path = Api(world.admin), f"/datasets/{world.dataset.pk}/images"
    first = api.get(path, limit=2).json()
    assert [image["name"] for image in first["results"]] == ["photo1.png", "photo2.png"]
    last = api.get(path, limit=2, cursor=first["next"]).json()
    assert ([image["name"] for image in last["results"]], last["next"]) == (["photo3.png"], None)
