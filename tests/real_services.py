"""A pytest plugin: real Postgres and Valkey, started before Django reads its settings, gone afterwards."""

import os
import tempfile
from collections.abc import Callable, Iterator

import pytest

from cardinal.embedded.services import embedded_services


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Put the services' addresses into the environment, where the settings look for them."""
    services = embedded_services()
    database_url, broker_url = services.__enter__()
    folder = tempfile.TemporaryDirectory(prefix="cardinal-test-")
    os.environ.update(
        DATABASE_URL=database_url,
        BROKER_URL=broker_url,
        CARDINAL_DATA=folder.name,
        CARDINAL_ALLOW_FAKE_PREDICTOR="1",
        CARDINAL_PREDICTOR="fake",
        CARDINAL_SEGMENT_DEADLINE_S="8",
    )
    _running.extend([lambda: services.__exit__(None, None, None), folder.cleanup])
    return (yield)


_running: list[Callable[[], None]] = []


def pytest_unconfigure() -> None:
    """Stop what was started."""
    while _running:
        _running.pop()()
