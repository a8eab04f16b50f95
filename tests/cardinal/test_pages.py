"""What is answered outside the API: health, the page, unknown addresses, headers."""

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from cardinal.api import health
from tests.labeling.helpers import refused


def test_the_process_is_alive_without_any_service() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "WORKER_PATIENCE_S", 0.1)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "not_ready",
        "checks": {"database": True, "broker": True, "segment_worker": False},
    }


@pytest.mark.parametrize("address", ["/", "/projects/7", "/login?next=/x", "/anything/at/all", "/apix"])
def test_every_other_address_is_the_page(address: str, settings: Settings, tmp_path: Path) -> None:
    settings.FRONTEND_DIST = tmp_path
    (tmp_path / "index.html").write_text("<title>Cardinal</title>")
    response = Client().get(address)
    assert (response.status_code, response.content) == (200, b"<title>Cardinal</title>")
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response.cookies["csrftoken"].value
    assert "no-store" in response["Cache-Control"]


def test_a_page_that_is_not_built_says_how_to_build_it(settings: Settings, tmp_path: Path) -> None:
    settings.FRONTEND_DIST = tmp_path
    response = Client().get("/")
    assert (response.status_code, response.content) == (503, b"The front end is not built. Run: make demo")


@pytest.mark.parametrize(
    "address", ["/api/", "/api/nothing", "/assets/x.js", "/static/x", "/ws/x", "/healthzx"]
)
def test_unknown_addresses_below_our_own_are_errors(address: str) -> None:
    error = refused(Client().get(address), 404, "not_found")
    assert error == {"code": "not_found", "message": "There is nothing at this address.", "details": {}}


def test_a_host_that_is_not_ours_is_refused_in_the_one_shape() -> None:
    for address in ("/", "/api/datasets", "/healthz/"):
        response = Client().get(address, headers={"Host": "evil.example"})
        refused(response, 400, "invalid")


@pytest.mark.django_db
def test_every_answer_carries_the_security_headers() -> None:
    for address in ("/healthz", "/api/datasets", "/nothing", "/api/schema/"):
        response = Client().get(address)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_defect_tells_nothing_of_its_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("cardinal.accounts.views.get_token", broken)
    response = Client(raise_request_exception=False).get("/api/auth/me")
    error = refused(response, 500, "server_error")
    assert "secret" not in json.dumps(error)
