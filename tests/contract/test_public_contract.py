"""What scripts rely on: the addresses, the fields and the order of the whole way, from upload to export."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import redis
from django.conf import settings
from django.test import Client
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from labeling.services.exports import export_run
from tests.contract import openapi
from tests.factories import CLICKS, picture, user_make
from tests.labeling.api.endpoints import ELSEWHERE, ENDPOINTS
from tests.labeling.helpers import Api
from tests.labeling.services.test_proposals import worker

__all__ = ["worker"]

pytestmark = pytest.mark.usefixtures("media")


@pytest.fixture(autouse=True)
def _empty_queues() -> Iterator[None]:
    yield
    broker = redis.Redis.from_url(settings.BROKER_URL)
    for key in ("segment", "default", *broker.scan_iter("cardinal:attempts:*")):
        broker.delete(key)


def _signed_in(name: str) -> Api:
    api = Api()
    token = api.post("/auth/token", {"username": name, "password": "password"}).json()["token"]
    api.headers["Authorization"] = f"Token {token}"
    return api


@pytest.mark.django_db(transaction=True)
def test_the_whole_way_as_a_script_goes_it(worker: None, tmp_path: Path) -> None:
    for name in ("admin", "annotator", "reviewer"):
        user_make(name, is_staff=name == "admin")
    admin, annotator, reviewer = (_signed_in(name) for name in ("admin", "annotator", "reviewer"))
    dataset = admin.post("/datasets", {"name": "photographs"}).json()
    upload = admin.upload(f"/datasets/{dataset['id']}/images", [("cup.png", picture())]).json()
    labels = [{"name": "cup", "color": "#0072b2", "kind": "thing"}]
    project = admin.post(
        "/projects", {"name": "kitchen", "dataset_ids": [dataset["id"]], "labels": labels}
    ).json()
    for name in ("annotator", "reviewer"):
        admin.post(f"/projects/{project['id']}/members", {"username": name, "role": name})

    task = annotator.get(f"/projects/{project['id']}/tasks/next").json()
    assert task["image"]["id"] == upload["images"][0]["id"]
    points = [{"x": click.x, "y": click.y} for click in CLICKS]
    proposal = annotator.post(f"/tasks/{task['id']}/segment", {"points": points}).json()
    assert {"proposal_id", "mask", "bbox", "score", "model_version", "timings_ms"} <= proposal.keys()
    assert proposal["mask"].keys() == {"size", "counts"}
    body = {"proposal_id": proposal["proposal_id"], "label_id": project["labels"][0]["id"]}
    annotation = annotator.post(f"/tasks/{task['id']}/annotations", body).json()
    change = {"version": annotation["version"], "label_id": project["labels"][0]["id"]}
    assert annotator.patch(f"/annotations/{annotation['id']}", change).json()["version"] == 2
    assert annotator.post(f"/tasks/{task['id']}/submit").json()["state"] == "submitted"
    assert reviewer.post(f"/tasks/{task['id']}/accept").json()["state"] == "accepted"

    export = admin.post(f"/projects/{project['id']}/exports", {"format": "coco"}).json()
    export_run(export_id=export["id"])
    assert admin.get(f"/exports/{export['id']}").json()["state"] == "ready"
    archive = admin.get(f"/exports/{export['id']}/file").content
    (tmp_path / "instances.json").write_bytes(ZipFile(io.BytesIO(archive)).read("annotations/instances.json"))
    with redirect_stdout(io.StringIO()):
        coco = COCO(str(tmp_path / "instances.json"))
    (row,) = coco.dataset["annotations"]
    shown = coco_mask.decode({**proposal["mask"], "counts": proposal["mask"]["counts"].encode()})
    assert np.array_equal(coco.annToMask(row), shown)
    assert (row["bbox"], row["area"]) == (proposal["bbox"], int(shown.sum()))


@pytest.mark.django_db
def test_the_description_is_served_to_everybody() -> None:
    response = Client().get("/api/schema/", headers={"Accept": "application/json"})
    assert response.status_code == 200
    assert json.loads(response.content)["paths"].keys() == openapi.document()["paths"].keys()


def test_every_endpoint_is_described_once() -> None:
    described = {
        (method.upper(), "/".join("<>" if part.startswith("{") else part for part in path[4:].split("/")))
        for path, item in openapi.document()["paths"].items()
        for method in item
    }
    served = {endpoint.pattern for endpoint in ENDPOINTS} | ELSEWHERE
    assert described == {(method, route) for method, route in served if route != "/schema/"}
    names = [
        operation["operationId"]
        for item in openapi.document()["paths"].values()
        for operation in item.values()
    ]
    assert len(names) == len(set(names))


def test_every_description_says_something() -> None:
    silent = [
        operation["operationId"]
        for item in openapi.document()["paths"].values()
        for operation in item.values()
        if not operation.get("description", "").endswith(".")
    ]
    assert silent == []
