"""What the tests of the back end share: a client that speaks JSON, and proofs that nothing changed."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from channels.layers import get_channel_layer
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from rest_framework.authtoken.models import Token

from cardinal.accounts.models import User
from labeling.domain.errors import Refused
from tests.contract import openapi

JSON = "application/json"


class Api:
    """Requests below `/api` as one person (nobody for None), by token."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        self.headers = {}
        if user is not None:
            self.headers["Authorization"] = f"Token {Token.objects.get_or_create(user=user)[0].key}"

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - Django's response with what its test client adds
        """Ask for something."""
        return self._checked("GET", path, self.client.get(f"/api{path}", query, headers=self.headers))

    def post(self, path: str, body: object = None, *, raw: str | bytes | None = None) -> Any:  # noqa: ANN401
        """Send JSON; `raw` is sent as it is."""
        return self.send("POST", path, body, raw=raw)

    def patch(self, path: str, body: object = None, *, raw: str | bytes | None = None) -> Any:  # noqa: ANN401
        """Send JSON; `raw` is sent as it is."""
        return self.send("PATCH", path, body, raw=raw)

    def delete(self, path: str, **query: object) -> Any:  # noqa: ANN401
        """Remove something."""
        response = self.client.delete(f"/api{path}", query_params=query, headers=self.headers)
        return self._checked("DELETE", path, response)

    def send(self, method: str, path: str, body: object, *, raw: str | bytes | None = None) -> Any:  # noqa: ANN401
        """Send one request with a body."""
        data = raw if raw is not None else json.dumps(body if body is not None else {})
        response = self.client.generic(method, f"/api{path}", data, content_type=JSON, headers=self.headers)
        return self._checked(method, path, response)

    def upload(self, path: str, files: Sequence[tuple[str, bytes]]) -> Any:  # noqa: ANN401
        """Send files as a form, each under its name."""
        parts = [SimpleUploadedFile(name, content) for name, content in files]
        response = self.client.post(f"/api{path}", {"files": parts}, headers=self.headers)
        return self._checked("POST", path, response)

    def form(self, path: str, **fields: object) -> Any:  # noqa: ANN401
        """Send a form; a pair of a name and bytes is a file."""
        parts = {
            name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value
            for name, value in fields.items()
        }
        return self._checked("POST", path, self.client.post(f"/api{path}", parts, headers=self.headers))

    def put(self, path: str, body: object = None) -> Any:  # noqa: ANN401
        """Send JSON."""
        return self.send("PUT", path, body)

    def _checked(self, method: str, path: str, response: Any) -> Any:  # noqa: ANN401
        """Hold every answer against the published description."""
        openapi.check(method, f"/api{path}", response)
        return response


def refused(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a refusal in the one error shape; return its error."""
    body = json.loads(response.content)
    assert (response.status_code, body["error"]["code"]) == (status, code), body
    assert response["Content-Type"] == JSON
    assert body.keys() == {"error"}
    error = body["error"]
    assert error.keys() == {"code", "message", "details"}
    assert error["message"].endswith("."), error["message"]
    assert isinstance(error["details"], dict)
    return error  # type: ignore[no-any-return]


def refused_field(response: HttpResponse, field: str) -> str:
    """Check that an answer refuses exactly one field of the request; return why."""
    error = refused(response, 400, "invalid")
    assert list(error["details"]["fields"]) == [field], error
    return error["details"]["fields"][field][0]  # type: ignore[no-any-return]


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return every row of the platform's own tables."""
    models = [
        *apps.get_app_config("labeling").get_models(include_auto_created=True),
        *apps.get_app_config("accounts").get_models(),
    ]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def stored_files() -> set[str]:
    """Return every file in the storage, by its path there."""
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Prove that a refusal leaves rows (the audit log among them), files and waiting events as they were."""
    before = rows(), stored_files(), len(connection.run_on_commit)
    yield
    assert rows() == before[0]
    assert stored_files() == before[1]
    assert len(connection.run_on_commit) == before[2]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run calls in threads that start together; return results, or the codes of refusals, in order.

    Other errors are raised here.
    """
    barrier = threading.Barrier(len(calls))
    results: list[object] = [None] * len(calls)
    errors: list[BaseException] = []

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = calls[index]()
        except Refused as error:
            results[index] = error.code
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


class Overlap:
    """A second transaction that begins while the first one is still open.

        with Overlap(lambda: member_remove(...)) as other:
            with transaction.atomic():
                task_next(...)
                other.start()      # returns when the other waits for a lock, or has ended

    Leaving the block waits for the other one and raises its error.
    """

    def __init__(self, call: Callable[[], object]) -> None:
        self.result: object = None
        self.details: dict[str, Any] = {}
        self._call = call
        self._error: BaseException | None = None
        self._started = threading.Event()
        self._backend = 0
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("select pg_backend_pid()")
                self._backend = cursor.fetchone()[0]
            self._started.set()
            self.result = self._call()
        except Refused as error:
            self.result, self.details = error.code, error.details
        except BaseException as error:
            self._error = error
        finally:
            self._started.set()
            connection.close()

    def start(self) -> None:
        """Begin the other transaction; return when it waits for a lock or has ended."""
        self._thread.start()
        self._started.wait()
        waits = "select exists(select 1 from pg_stat_activity where pid = %s and wait_event_type = 'Lock')"
        while self._thread.is_alive():
            with connection.cursor() as cursor:
                cursor.execute(waits, [self._backend])
                if cursor.fetchone()[0]:
                    return
            self._thread.join(0.01)

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def __enter__(self) -> "Overlap":
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error


class Listener:
    """Hears what is published to a group from now on, as the sockets do."""

    def __init__(self, group: str) -> None:
        self._pubsub = redis.Redis.from_url(settings.BROKER_URL).pubsub(ignore_subscribe_messages=True)
        self._pubsub.subscribe(f"cardinal__group__{group}")
        # The confirmation: what is published after it is heard.
        assert self._pubsub.get_message(timeout=5) is None

    def events(self, count: int) -> list[dict[str, Any]]:
        """Wait for that many events and return them; one that was not expected fails the test."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            message = self._pubsub.get_message(timeout=10)
            assert message is not None, f"only {len(found)} of {count} events came"
            found.append(json.loads(get_channel_layer().deserialize(message["data"])["text"]))
        self.nothing()
        return found

    def nothing(self) -> None:
        """Check that nothing more was published before this moment."""
        own = f"cardinal__test__{id(self)}"
        self._pubsub.subscribe(own)
        assert self._pubsub.get_message(timeout=5) is None
        extra = self._pubsub.get_message(timeout=0)
        assert extra is None, extra
