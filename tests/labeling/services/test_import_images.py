"""Images that an import brings along: counted by the check, and added to a data set when it is started."""

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage

from labeling.domain.errors import Refused
from labeling.formats import picture_files
from labeling.models import Dataset, Export, Image, Import
from labeling.services import exports, import_runs, import_writing
from labeling.services.datasets import dataset_create
from labeling.services.import_runs import import_do
from labeling.services.imports import import_cancel, import_start
from labeling.services.projects import project_create
from labeling.shapes.imports import ImportStart
from tests.factories import World, picture
from tests.labeling.helpers import stored_files
from tests.labeling.services.test_imports import BOX, checked, found, live, of_imports, request

pytestmark = [pytest.mark.usefixtures("media"), pytest.mark.django_db]


def archive(**pictures: bytes) -> bytes:
    """Return a COCO archive with an object on each of these images."""
    names = [f"{stem}.png" for stem in pictures]
    out = BytesIO()
    with ZipFile(out, "w") as made:
        made.writestr("annotations.json", found(*((name, "cat", BOX) for name in names)))
        for stem, content in pictures.items():
            made.writestr(f"images/{stem}.png", content)
    return out.getvalue()


def broken(content: bytes) -> bytes:
    """Return a picture whose header is sound, and that ends too early."""
    return content[: len(content) // 2]


def into(world: World, **changes: Any) -> ImportStart:
    return ImportStart(**{"add_images_to": world.dataset.pk, **changes})


def done(row: Import) -> Import:
    import_do(import_id=row.pk)
    row.refresh_from_db()
    return row


def test_a_whole_data_set_comes_in_with_its_images() -> None:
    world = World(images=2)
    drawn = {task.image.sha256: world.annotation(task).mask_counts for task in world.tasks}
    options = exports.ExportOptions(states=["open"], images="originals")
    export = exports.export_request(
        project=world.project, format_name="coco", requested_by=world.admin, options=options
    )
    exports.export_run(export_id=export.pk)
    with default_storage.open(Export.objects.get(pk=export.pk).file_key, "rb") as file:
        content = file.read()
    # Another site, as it were: nothing of it is known.
    world.dataset = dataset_create(name="new", created_by=world.admin)
    world.project = project_create(
        name="copy", dataset_ids=[world.dataset.pk], labels=[], created_by=world.admin
    )
    row = checked(world, content, "cups.zip")
    assert (row.state, row.problem_count) == ("checked", 0)
    assert (row.image_count, row.new_image_count, row.object_count, row.occupied_count) == (2, 2, 2, 0)
    # The check adds nothing, and keeps the file.
    assert world.tasks == []
    assert row.file_key in of_imports()
    import_start(row=row, options=into(world), started_by=world.admin)
    row = done(row)
    assert (row.state, row.added_image_count, row.written_image_count) == ("done", 2, 2)
    assert {task.image.sha256: live(task)[0].mask_counts for task in world.tasks} == drawn
    assert [task.state for task in world.tasks] == ["submitted", "submitted"]
    assert [(image.name, image.created_by) for image in world.dataset.images.order_by("pk")] == [
        ("photo1.png", world.admin),
        ("photo2.png", world.admin),
    ]
    assert of_imports() == set()


def test_new_images_are_refused_without_a_data_set_of_the_project_unless_left_out() -> None:
    world = World(images=1)
    known, new = world.picture, picture()
    with default_storage.open(known.original_key, "rb") as file:
        row = checked(world, archive(photo1=file.read(), photo9=new), "cups.zip")
    assert (row.image_count, row.new_image_count, row.problem_count) == (2, 1, 0)
    with pytest.raises(Refused) as error:
        import_start(row=row, options=ImportStart(), started_by=world.admin)
    assert error.value.code == "images_missing"
    assert error.value.message.startswith("The project lacks 1 image of this file.")
    other = dataset_create(name="other", created_by=world.admin)
    with pytest.raises(Refused) as error:
        import_start(row=row, options=ImportStart(add_images_to=other.pk), started_by=world.admin)
    assert list(error.value.details["fields"]) == ["add_images_to"]
    # An admin of the project adds nothing to somebody else's data set.
    with pytest.raises(Refused) as error:
        import_start(row=row, options=into(world), started_by=world.stranger)
    assert list(error.value.details["fields"]) == ["add_images_to"]
    assert Import.objects.get().state == "checked"
    import_start(row=row, options=ImportStart(skip_problems=True), started_by=world.admin)
    row = done(row)
    assert (row.state, row.added_image_count, row.written_image_count) == ("done", 0, 1)
    assert (Image.objects.count(), of_imports()) == (1, set())


def test_a_picture_that_turns_out_to_be_broken_is_told_and_the_others_come_in() -> None:
    world = World(images=0)
    row = checked(world, archive(a=picture(), b=broken(picture()), c=picture()), "cups.zip")
    # Its header is sound, and more is not looked at before.
    assert (row.new_image_count, row.problem_count) == (3, 0)
    import_start(row=row, options=into(world), started_by=world.admin)
    row = done(row)
    assert (row.state, row.added_image_count, row.written_image_count) == ("done", 2, 2)
    [problem] = row.problems
    assert problem["entry"] == "images/b.png"
    assert problem["message"].startswith("“b.png” is damaged")
    assert [task.image.name for task in world.tasks] == ["a.png", "c.png"]


def test_a_header_that_lies_about_the_size_gets_no_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(images=0)
    with monkeypatch.context() as patched:
        patched.setattr(picture_files, "upright_size", lambda *_, **__: (64, 50))
        row = checked(world, archive(a=picture()), "cups.zip")
    # Its run lengths are not of that size.
    assert row.problem_count == 1
    import_start(row=row, options=into(world, skip_problems=True), started_by=world.admin)
    row = done(row)
    assert (row.state, row.written_image_count) == ("done", 0)
    assert row.problems[-1] == {
        "entry": "images/a.png",
        "message": "has 64 x 48 pixels, other than its header says.",
    }


def test_a_worker_that_dies_between_image_and_objects_is_followed_by_one_that_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(images=0)
    row = checked(world, archive(a=picture(), b=picture()), "cups.zip")
    import_start(row=row, options=into(world), started_by=world.admin)

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(import_writing, "_write_image", die)
        with pytest.raises(SystemExit):
            import_do(import_id=row.pk)
    assert [task.annotation_count for task in world.tasks] == [0]
    row = done(Import.objects.get())
    assert (row.state, row.added_image_count, row.written_object_count) == ("done", 2, 2)
    assert [task.annotation_count for task in world.tasks] == [1, 1]
    assert Image.objects.count() == 2


def test_a_picture_that_the_project_has_under_another_name_is_its_image() -> None:
    world = World(images=1)
    with default_storage.open(world.picture.original_key, "rb") as file:
        row = checked(world, archive(other=file.read()), "cups.zip")
    assert row.new_image_count == 1
    import_start(row=row, options=into(world), started_by=world.admin)
    row = done(row)
    assert (row.written_image_count, Image.objects.count()) == (1, 1)
    [task] = world.tasks
    assert task.annotation_count == 1


def test_a_data_set_that_left_the_project_meanwhile_takes_nothing() -> None:
    world = World(images=0)
    row = checked(world, archive(a=picture()), "cups.zip")
    import_start(row=row, options=into(world), started_by=world.admin)
    world.project.datasets.clear()
    row = done(row)
    assert (row.state, row.written_image_count, Image.objects.count()) == ("done", 0, 0)


def test_a_check_hears_of_its_end_while_it_looks_for_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(images=0)
    row = request(world, archive(a=picture(), b=picture(), c=picture()), "cups.zip")
    find, looked = picture_files.PictureFiles.find, []

    def cancelling(pictures: picture_files.PictureFiles, file: str) -> object:
        looked.append(file)
        import_cancel(row=row, cancelled_by=world.admin)
        return find(pictures, file)

    monkeypatch.setattr(import_runs, "TOLD_EVERY_S", 0)
    monkeypatch.setattr(picture_files.PictureFiles, "find", cancelling)
    row = done(row)
    assert (row.state, looked) == ("cancelled", ["a.png"])
    assert of_imports() == set()


def test_the_file_goes_when_an_import_with_images_is_cancelled(media: Path) -> None:
    world = World(images=0)
    row = checked(world, archive(a=picture()), "cups.zip")
    assert len(of_imports()) == 2
    import_cancel(row=row, cancelled_by=world.admin)
    assert of_imports() == set()
    assert not [path for path in stored_files() if path.startswith("images/")]
    assert Dataset.objects.count() == 1
