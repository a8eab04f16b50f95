"""Signing in: tokens, sessions, and how slowly passwords can be guessed."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.test import Client
from rest_framework.authtoken.models import Token

from cardinal.accounts.models import User
from tests.factories import user_make
from tests.labeling.helpers import Api, refused, refused_field

pytestmark = pytest.mark.django_db
RIGHT = "password"


@pytest.fixture(autouse=True)
def _no_attempts() -> Iterator[None]:
    """Begin and end with nobody having tried."""
    broker = redis.Redis.from_url(settings.BROKER_URL)
    yield
    for key in broker.scan_iter("cardinal:attempts:*"):
        broker.delete(key)


@pytest.fixture
def user() -> User:
    return user_make("ana", is_staff=True)


def _sign_in(guess: str = RIGHT, name: str = "ana", *, kind: str = "token") -> Any:  # noqa: ANN401
    return Api().post(f"/auth/{kind}", {"username": name, "password": guess})


def test_a_password_becomes_a_token_that_stays_the_same(user: User) -> None:
    first, second = _sign_in().json(), _sign_in().json()
    assert first == second == {"token": Token.objects.get(user=user).key}
    headers = {"Authorization": f"Token {first['token']}"}
    me = Client().get("/api/auth/me", headers=headers)
    assert me.json() == {"id": user.pk, "username": "ana", "can_create_projects": True}


def test_who_is_no_staff_cannot_create_projects() -> None:
    ben = user_make("ben")
    assert Api(ben).get("/auth/me").json() == {
        "id": ben.pk,
        "username": "ben",
        "can_create_projects": False,
    }


@pytest.mark.parametrize("kind", ["token", "login"])
def test_wrong_names_and_wrong_passwords_are_not_told_apart(user: User, kind: str) -> None:
    user_make("closed")
    User.objects.filter(username="closed").update(is_active=False)
    errors = [
        refused(_sign_in("wrong", kind=kind), 400, "wrong_credentials"),
        refused(_sign_in(name="nobody", kind=kind), 400, "wrong_credentials"),
        refused(_sign_in(name="closed", kind=kind), 400, "wrong_credentials"),
    ]
    assert errors[0] == errors[1] == errors[2]
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "ana"}, "password"),
        ({"username": "", "password": "x"}, "username"),
        ({"username": "a\0", "password": "x"}, "username"),
        ({"username": "ana", "password": "x\0"}, "password"),
        ({"username": "ana", "password": "x" * 1001}, "password"),
        ({"username": ["ana"], "password": "x"}, "username"),
        ({"username": "ana", "password": "password", "next": "/"}, "next"),
    ],
)
def test_credentials_that_are_none(user: User, body: dict[str, object], field: str) -> None:
    refused_field(Api().post("/auth/token", body), field)
    refused_field(Api().post("/auth/login", body), field)


def test_a_form_of_another_site_signs_nobody_in(user: User) -> None:
    form = {"username": "ana", "password": "password"}
    client = Client()
    refused(client.post("/api/auth/login", form), 415, "unsupported_media_type")
    assert "sessionid" not in client.cookies


def test_guessing_is_stopped_for_the_name_and_nobody_else(user: User) -> None:
    user_make("ben")
    for _ in range(10):
        refused(_sign_in("wrong"), 400, "wrong_credentials")
    error = refused(_sign_in(), 429, "too_many_requests")
    assert error["message"] == "Too many failed attempts. Wait a minute, then try again."
    refused(_sign_in(kind="login"), 429, "too_many_requests")
    assert _sign_in(name="ben").status_code == 200


def test_signing_in_rightly_is_never_too_often(user: User) -> None:
    for _ in range(12):
        assert _sign_in().status_code == 200


def test_guessing_many_names_from_one_address_is_stopped_too() -> None:
    for number in range(100):
        refused(_sign_in(name=f"guess{number}"), 400, "wrong_credentials")
    refused(_sign_in(name="another"), 429, "too_many_requests")


def test_a_session_from_sign_in_to_sign_out(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    refused(client.get("/api/auth/me"), 401, "not_signed_in")
    assert client.cookies["csrftoken"].value
    body = {"username": "ana", "password": "password"}
    me = client.post("/api/auth/login", body, content_type="application/json")
    assert me.json() == {"id": user.pk, "username": "ana", "can_create_projects": True}
    assert client.cookies["sessionid"]["httponly"] is True
    assert client.cookies["sessionid"]["samesite"] == "Lax"
    assert client.get("/api/auth/me").json()["username"] == "ana"
    token = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post("/api/auth/logout", content_type="application/json", headers=token).status_code == 204
    refused(client.get("/api/auth/me"), 401, "not_signed_in")


def test_a_session_writes_with_its_csrf_token_alone(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.get("/api/auth/me")
    for headers in ({}, {"X-CSRFToken": "x" * 32}):
        response = client.post(
            "/api/datasets", {"name": "x"}, content_type="application/json", headers=headers
        )
        error = refused(response, 403, "csrf_failed")
        assert error["message"] == "Reload the page and try again: its security token is out of date."
    good = {"X-CSRFToken": client.cookies["csrftoken"].value}
    response = client.post("/api/datasets", {"name": "x"}, content_type="application/json", headers=good)
    assert response.status_code == 201


def test_a_token_needs_no_csrf_token(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(
        "/api/datasets", {"name": "x"}, content_type="application/json", headers=Api(user).headers
    )
    assert response.status_code == 201


def test_an_old_session_does_not_stand_in_the_way_of_signing_in(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    body = {"username": "ana", "password": "password"}
    for path in ("/api/auth/login", "/api/auth/token"):
        stale = {"Authorization": "Token nonsense"}
        response = client.post(path, body, content_type="application/json", headers=stale)
        assert response.status_code == 200


def test_a_revoked_token_is_nobodys(user: User) -> None:
    api = Api(user)
    assert api.delete("/auth/token").status_code == 204
    refused(api.get("/auth/me"), 401, "not_signed_in")
    refused(Api().delete("/auth/token"), 401, "not_signed_in")


@pytest.mark.parametrize(
    "header", ["Token", "Token ", "Token a b", "Token é", "Bearer x", "Token " + "0" * 4000]
)
def test_a_pass_that_is_none_lets_nobody_in(user: User, header: str) -> None:
    response = Client().get("/api/datasets", headers={"Authorization": header})
    refused(response, 401, "not_signed_in")


def test_two_answers_say_nothing_of_the_password(user: User) -> None:
    assert "password" not in User.objects.get().password
    assert user.password not in str(Api(user).get("/auth/me").json())
