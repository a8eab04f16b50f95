"""Who may do what: every endpoint, asked by everybody."""

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from cardinal.accounts.models import User
from labeling.services.projects import member_set
from tests.factories import user_make
from tests.labeling.api.endpoints import ELSEWHERE, ENDPOINTS, PERSONS, Endpoint, Scene, served
from tests.labeling.helpers import Api, nothing_changes, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

CODES = {401: "not_signed_in", 403: "not_allowed", 404: "not_found"}


def _people(scene: Scene) -> dict[str, User | None]:
    project_admin = user_make("project_admin")
    member_set(project=scene.project, username="project_admin", role="admin", changed_by=scene.admin)
    people = {name: getattr(scene, name) for name in ("stranger", "viewer", "annotator", "reviewer")}
    return {"anonymous": None, **people, "project_admin": project_admin, "staff": scene.admin}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.route}")
def test_each_role_at_each_endpoint(endpoint: Endpoint, settings: Settings) -> None:
    settings.SEGMENT_DEADLINE_S = 0.1
    scene = Scene()
    apis = {name: Api(person) for name, person in _people(scene).items()}
    answers = {}
    for person, expected in zip(PERSONS, endpoint.allowed, strict=True):
        if expected in CODES:
            with nothing_changes():
                response = endpoint.call(scene, apis[person])
                refused(response, expected, CODES[expected])
        else:
            with transaction.atomic():
                response = endpoint.call(scene, apis[person])
                transaction.set_rollback(True)
        answers[person] = response.status_code
    assert answers == dict(zip(PERSONS, endpoint.allowed, strict=True))


def test_no_endpoint_is_missing_from_the_table() -> None:
    assert served() == {endpoint.pattern for endpoint in ENDPOINTS} | ELSEWHERE


def test_a_closed_account_and_a_wrong_token_are_nobody() -> None:
    scene = Scene()
    closed, wrong = Api(scene.admin), Api()
    scene.admin.is_active = False
    scene.admin.save()
    wrong.headers["Authorization"] = "Token 0000000000000000000000000000000000000000"
    with nothing_changes():
        for endpoint in ENDPOINTS:
            for api in (closed, wrong):
                response = endpoint.call(scene, api)
                refused(response, 401, "not_signed_in")
                assert response["WWW-Authenticate"] == "Token"
