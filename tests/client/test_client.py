"""The client against a running site: what the command says, and what it does when things break."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from cardinal_client import ApiError, Client, Failed, Unreachable
from tests.factories import picture, rectangle
from tests.labeling.site import Site, site

COMMAND = Path(sys.executable).with_name("cardinal")


@pytest.fixture(scope="module")
def house() -> Iterator[Site]:
    """A site with a worker and one accepted image with two objects."""
    folder = Path(tempfile.mkdtemp(prefix="cardinal-client-", dir="/tmp"))
    try:
        with site(folder) as made:
            made.start_default_worker()
            label = made.project["labels"][0]["id"]
            for x in (1, 20):
                body = {"label_id": label, "mask": rectangle(x, 1, 5, 5).model_dump()}
                made.post(f"/tasks/{made.task}/annotations", body).raise_for_status()
            made.post(f"/tasks/{made.task}/submit").raise_for_status()
            made.post(f"/tasks/{made.task}/accept").raise_for_status()
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def client(house: Site) -> Iterator[Client]:
    with Client(f"http://127.0.0.1:{house.port}", house.token) as made:
        yield made


class Person:
    """Somebody at a terminal, with a home of their own."""

    def __init__(self, house: Site, home: Path) -> None:
        self.house, self.home = house, home
        self._env = {"PATH": os.environ["PATH"], "HOME": str(home), "CARDINAL_PASSWORD": "password"}

    def runs(self, *words: str) -> tuple[int, str, str]:
        """Run the command; return its status and what it wrote to both streams."""
        done = subprocess.run(
            [str(COMMAND), *words], env=self._env, cwd=self.home, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr

    def signs_in(self) -> None:
        url = f"http://127.0.0.1:{self.house.port}"
        assert self.runs("login", url, "--username", "boss") == (0, "Signed in as boss.\n", "")


@pytest.fixture
def person(house: Site, tmp_path: Path) -> Person:
    made = Person(house, tmp_path)
    made.signs_in()
    return made


def test_it_needs_neither_torch_nor_django() -> None:
    needed = {text.split(">")[0].split("<")[0] for text in requires("cardinal-client") or []}
    assert needed == {"httpx", "typer", "typing-extensions"}
    heavy = {"torch", "django", "numpy", "labeling", "ml"}
    code = f"import sys, cardinal_client.cli; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_signing_in_and_out(person: Person) -> None:
    stored = person.home / ".config" / "cardinal" / "credentials.json"
    assert stored.stat().st_mode & 0o777 == 0o600
    assert person.runs("token") == (0, f"{person.house.token}\n", "")
    status, out, _ = person.runs("projects")
    assert (status, out) == (0, f"{person.house.project['id']}\t1\t1\tcups\n")
    assert person.runs("logout") == (0, "Signed out.\n", "")
    assert person.runs("projects") == (1, "", "cardinal: Sign in first: cardinal login ADDRESS\n")


def test_a_wrong_password_is_said_and_stores_nothing(house: Site, tmp_path: Path) -> None:
    person = Person(house, tmp_path)
    person._env["CARDINAL_PASSWORD"] = "wrong"
    status, out, told = person.runs("login", f"http://127.0.0.1:{house.port}", "--username", "boss")
    assert (status, out) == (1, "")
    assert told.startswith("cardinal: ")
    assert "password" in told
    assert not (tmp_path / ".config").exists()


def test_images_are_uploaded_once_and_refusals_are_named(person: Person, client: Client) -> None:
    folder = person.home / "pictures"
    (folder / "below").mkdir(parents=True)
    for name in ("a.png", "кот.png", "below/b.PNG"):
        (folder / name).write_bytes(picture())
    (folder / "notes.txt").write_text("not an image, and not looked at")
    status, out, _ = person.runs("upload", "fresh", "pictures")
    assert (status, out) == (0, "3 images stored, 0 there already, 0 refused.\n")
    dataset = client.dataset("fresh")
    assert dataset["image_count"] == 3
    again = person.runs("upload", "fresh", "pictures")
    assert again[1] == "0 images stored, 3 there already, 0 refused.\n"
    (folder / "broken.png").write_bytes(b"no picture")
    status, out, told = person.runs("upload", str(dataset["id"]), "pictures")
    assert (status, out) == (1, "0 images stored, 3 there already, 1 refused.\n")
    assert "broken.png: " in told
    # Nothing but bad files is no reason to stop either.
    assert person.runs("upload", "fresh", "pictures/broken.png")[:2] == (
        1,
        "0 images stored, 0 there already, 1 refused.\n",
    )


def test_an_export_is_asked_for_waited_for_and_downloaded(person: Person) -> None:
    choices = ["--images", "display", "--split", "train=0.5", "--split", "val=0.5", "--licence", "CC0"]
    status, out, _ = person.runs("export", "cups", "--out", "cups.zip", "--research", *choices)
    assert (status, out) == (0, "cups.zip\n")
    with ZipFile(person.home / "cups.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert "clicks.jsonl" in archive.namelist()
    assert (manifest["annotations"], manifest["licence"]) == (2, "CC0")
    assert manifest["options"]["splits"] == {"by": "hash", "shares": {"train": 0.5, "val": 0.5}, "lists": {}}
    assert [path.name for path in person.home.glob("*.part")] == []


def test_an_export_is_divided_by_lists_of_names(person: Person) -> None:
    image = person.house.get(f"/tasks/{person.house.task}").json()["image"]
    (person.home / "mine.txt").write_text(f"{image['name']}\n\nnowhere.png\n", encoding="utf-8")
    lists = ["--split-list", "test=mine.txt"]
    assert person.runs("export", "cups", "--out", "lists.zip", *lists)[:2] == (0, "lists.zip\n")
    with ZipFile(person.home / "lists.zip") as archive:
        assert archive.read("splits/test.txt").decode() == f"{Path(image['name']).stem}\n"
    for words, told in (
        (["--split-list", "test=gone.txt"], "“test=gone.txt” is no part with a file of names. Write "),
        ([*lists, "--split", "train=1"], "Divide by shares or by lists, not by both."),
    ):
        status, _, said = person.runs("export", "cups", *words)
        assert status == 1
        assert said.startswith(f"cardinal: {told}")


def test_images_that_an_export_links_to_are_fetched_once(person: Person) -> None:
    status, _, _ = person.runs("export", "cups", "--images", "links", "--out", "links.zip")
    assert status == 0
    assert person.runs("fetch", "links.zip", "pictures")[1] == ("1 image downloaded, 0 there already.\n")
    [fetched] = (person.home / "pictures").iterdir()
    image = person.house.get(f"/tasks/{person.house.task}").json()["image"]
    assert fetched.name == image["name"]
    assert fetched.read_bytes() == person.house.get(f"/images/{image['id']}/file").content
    assert person.runs("fetch", "links.zip", "pictures")[1] == ("0 images downloaded, 1 there already.\n")
    person.runs("export", "cups", "--out", "plain.zip")
    status, _, told = person.runs("fetch", "plain.zip", "pictures")
    assert (status, told.splitlines()[-1]) == (
        1,
        "cardinal: plain.zip has no links. Export it with the images as links.",
    )


def test_masks_are_checked_and_imported(person: Person, client: Client) -> None:
    name = _new_project(person, "tea")
    sound = {"image_id": 1, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9, 1, 9]]}
    file = {
        "images": [{"id": 1, "file_name": name}, {"id": 2, "file_name": "nowhere.png"}],
        "categories": [{"id": 1, "name": "saucer"}],
        "annotations": [sound],
    }
    (person.home / "found.json").write_text(json.dumps(file))
    found = "1 object on 1 image can be imported, 1 entry cannot.\n"
    problem = "found.json, images[1]: the project has no image “nowhere.png”.\n"
    nothing = "cardinal: Nothing was imported. Mend the file, or say --skip-problems for the rest.\n"
    for words, status, said in (([], 1, problem + nothing), (["--check"], 0, problem)):
        done = person.runs("import", "tea", "found.json", *words)
        # The progress bar leaves an empty line.
        assert (done[0], done[1], done[2].lstrip()) == (status, found, said)
    choices = ["--skip-problems", "--existing", "replace", "--state", "accepted"]
    status, out, told = person.runs("import", "tea", "found.json", "--format", "coco", *choices)
    written = "1 object on 1 image imported, 0 images left as before.\n"
    assert (status, out, told.strip()) == (0, found + written, problem.strip())
    project = client.project("tea")
    assert [label["name"] for label in project["labels"]] == ["cup", "saucer"]
    (person.home / "none.zip").write_bytes(b"PK\x03\x04")
    status, out, told = person.runs("import", "tea", "none.zip")
    assert (status, out) == (1, "")
    assert told.lstrip().startswith("cardinal: This archive is broken: ")


def test_images_of_an_archive_go_into_a_data_set(person: Person, client: Client) -> None:
    _new_project(person, "fresh tea")
    outline = {"image_id": 1, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9, 1, 9]]}
    names = [{"id": 1, "file_name": "new.png"}]
    file = {"images": names, "categories": [{"id": 1, "name": "cup"}], "annotations": [outline]}
    with ZipFile(person.home / "new.zip", "w") as archive:
        archive.writestr("annotations.json", json.dumps(file))
        archive.writestr("images/new.png", picture())
    found = "1 object on 1 image can be imported, 0 entries cannot.\nNew to the project: 1 image.\n"
    status, out, told = person.runs("import", "fresh tea", "new.zip")
    refused = "cardinal: Nothing was imported. Say --add-images DATASET to add the new images, or "
    assert (status, out, told.lstrip()) == (1, found, f"{refused}--skip-problems for the rest.\n")
    status, out, _ = person.runs("import", "fresh tea", "new.zip", "--add-images", "cups")
    assert (status, out) == (
        0,
        f"{found}1 object on 1 image imported, 0 images left as before.\n",
    )
    assert client.dataset("cups")["image_count"] == 2


def _new_project(person: Person, name: str) -> str:
    """Make one more project about the same image; return the image's name."""
    image = person.house.get(f"/tasks/{person.house.task}").json()["image"]
    datasets = person.house.get("/datasets").json()["results"]
    own = [dataset["id"] for dataset in datasets if dataset["name"] == "cups"]
    labels = [{"name": "cup", "color": "#010203"}]
    body = {"name": name, "dataset_ids": own, "labels": labels}
    person.house.post("/projects", body).raise_for_status()
    return str(image["name"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "There is none called “nowhere”. Give the number of the project instead."),
        (["cups", "--label", "dog"], "There is no label “dog”. There are: cup."),
        (["cups", "--split", "half"], "“half” is no part with a share. Write train=0.8, for example."),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(person: Person, words: list[str], told: str) -> None:
    assert person.runs("export", *words) == (1, "", f"cardinal: {told}\n")


def test_what_the_server_refuses_is_told_in_its_words(person: Person) -> None:
    status, _, told = person.runs("train", "cups")
    assert status == 1
    assert told.startswith("cardinal: ")
    assert "Traceback" not in told


def test_a_download_goes_on_where_it_broke_off(client: Client, house: Site, tmp_path: Path) -> None:
    asked = client.export(house.project["id"], "png_masks")
    heard: list[float] = []
    ready = client.wait_for_export(asked["id"], told=heard.append)
    assert heard[-1] == 1.0
    whole = client.download_export(ready["id"], tmp_path / "whole.zip").read_bytes()
    assert len(whole) == ready["byte_size"]
    part = tmp_path / f"again.zip.{ready['id']}.part"
    part.write_bytes(whole[:1000])
    shares: list[float] = []
    again = client.download_export(ready["id"], tmp_path / "again.zip", told=shares.append)
    assert again.read_bytes() == whole
    assert shares[0] > 1000 / len(whole)
    # What is longer than the archive is of something else.
    part.write_bytes(whole + b"more")
    assert client.download_export(ready["id"], tmp_path / "again.zip").read_bytes() == whole
    assert not part.exists()


def test_work_that_was_stopped_elsewhere_ends_the_waiting(client: Client, house: Site) -> None:
    house.stop("default")
    try:
        asked = client.export(house.project["id"], "coco")
        house.post(f"/exports/{asked['id']}/cancel").raise_for_status()
        with pytest.raises(Failed, match="It is cancelled"):
            client.wait_for_export(asked["id"])
    finally:
        house.start_default_worker()


def test_a_server_that_starts_again_is_waited_for(client: Client, house: Site) -> None:
    house.kill("web")
    # The socket stays open meanwhile; whoever asks now is answered by the next process.
    names: list[str] = []
    asking = threading.Thread(target=lambda: names.append(client.me()["username"]))
    asking.start()
    time.sleep(0.5)
    house.start("web")
    asking.join()
    assert names == ["boss"]


def test_nobody_there_is_said_after_some_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with (
        Client("http://127.0.0.1:9", "x") as nobody,
        pytest.raises(Unreachable, match="does not answer"),
    ):
        nobody.me()


def test_a_request_that_may_have_been_heard_is_not_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def breaks(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        raise httpx.ReadError("gone", request=request)

    monkeypatch.setattr(time, "sleep", lambda _: None)
    with Client("http://example.org", "x") as client:
        client._http = httpx.Client(base_url="http://example.org/api", transport=httpx.MockTransport(breaks))
        with pytest.raises(Unreachable):
            client.train(1)
        assert asked == ["/api/projects/1/training-runs"]
        with pytest.raises(Unreachable):
            client.me()
        assert asked[1:] == ["/api/auth/me"] * 6


def test_an_answer_that_is_no_answer_of_the_api_is_an_error_too() -> None:
    def proxy(_: httpx.Request) -> httpx.Response:
        return httpx.Response(418, text="<html>I am a proxy</html>")

    with Client("http://example.org", "x") as client:
        client._http = httpx.Client(base_url="http://example.org/api", transport=httpx.MockTransport(proxy))
        with pytest.raises(ApiError, match="The server answered 418 without a reason") as caught:
            client.me()
    assert (caught.value.status, caught.value.code) == (418, "unknown")


def test_many_files_go_in_several_requests(tmp_path: Path) -> None:
    sizes: list[int] = []

    def server(request: httpx.Request) -> httpx.Response:
        sizes.append(request.content.count(b'filename="'))
        return httpx.Response(201, json={"images": [], "errors": []})

    files = []
    for number in range(120):
        files.append(tmp_path / f"{number}.png")
        files[-1].write_bytes(b"x" * 10)
    shares: list[float] = []
    with Client("http://example.org", "x") as client:
        client._http = httpx.Client(base_url="http://example.org/api", transport=httpx.MockTransport(server))
        assert client.upload(1, files, told=shares.append) == ([], [])
    assert sizes == [50, 50, 20]
    assert shares == pytest.approx([50 / 120, 100 / 120, 1.0])
