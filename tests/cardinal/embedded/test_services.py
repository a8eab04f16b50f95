"""The throwaway services that tests and measurements start."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psutil
import psycopg
import redis

from cardinal.embedded.services import embedded_services
from tests.cardinal.embedded.running import stopped


def test_both_services_answer_and_are_gone_afterwards() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with embedded_services() as (database_url, broker_url):
        folder = Path(unquote(urlsplit(database_url).netloc.partition("@")[2])).parent
        with psycopg.connect(database_url) as connection:
            row = connection.execute(
                "SELECT current_user, upper('привет'), current_setting('fsync')"
            ).fetchone()
        assert row == ("cardinal", "ПРИВЕТ", "off")
        with redis.Redis.from_url(broker_url) as client:
            assert client.incr("counter") == 1
        started = {child.pid for child in psutil.Process().children(recursive=True)} - before
        assert len(started) > 2
        assert folder.stat().st_mode & 0o077 == 0
    assert all(stopped(sorted(started)))
    assert not folder.exists()


def test_two_sets_live_side_by_side() -> None:
    with embedded_services() as first, embedded_services() as second:
        assert first.database_url != second.database_url
        with redis.Redis.from_url(first.broker_url) as one, redis.Redis.from_url(second.broker_url) as two:
            one.set("key", "one")
            assert two.get("key") is None
    assert not os.path.exists(first.broker_url.removeprefix("unix://"))
