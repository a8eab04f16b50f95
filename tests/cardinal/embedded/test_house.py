"""Postgres and Valkey under the supervisor: what they keep, what they survive, as whom they run."""

import os
import signal
import subprocess
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from cardinal.embedded.identity import choose_identity
from cardinal.embedded.postgres import is_ready, program
from tests.cardinal.embedded.running import Running, eventually, house, runs, serving, stopped

_QUICK = {"first_delay_s": 0.05}


def _url(running: Running, word: str) -> str:
    return running.wait_line(f"{word} ").removeprefix(f"{word} ")


def _started(running: Running) -> tuple[str, str]:
    urls = _url(running, "database"), _url(running, "broker")
    running.wait_line("ready")
    return urls


def _write(database: str, broker: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE work (note text)")
        connection.execute("INSERT INTO work VALUES ('kept')")
    with redis.Redis.from_url(broker) as client:
        client.rpush("queue", "waiting")


def _notes(database: str) -> list[tuple[str]]:
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT note FROM work").fetchall()


def _queue(broker: str) -> list[bytes]:
    with redis.Redis.from_url(broker) as client:
        return client.lrange("queue", 0, -1)  # type: ignore[return-value, no-any-return]


def _answers(database: str) -> bool:
    try:
        with psycopg.connect(database):
            return True
    except psycopg.OperationalError:
        return False


def test_data_outlives_a_clean_stop(tmp_path: Path) -> None:
    with house(tmp_path, services=True) as first:
        _write(*_started(first))
        tree = first.tree()
        assert len(tree) > 3
        assert first.stop() == 0
        assert all(stopped(tree))
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
    with house(tmp_path, services=True) as second:
        database, broker = _started(second)
        assert _notes(database) == [("kept",)]
        assert _queue(broker) == [b"waiting"]
        assert second.stop() == 0


def test_data_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    with house(tmp_path, services=True) as first:
        _write(*_started(first))
        first.process.kill()
        first.wait()
        with house(tmp_path, services=True) as second:
            database, broker = _started(second)
            assert _notes(database) == [("kept",)]
            assert _queue(broker) == [b"waiting"]
            assert second.stop() == 0


def test_data_outlives_everything_killed_at_once(tmp_path: Path) -> None:
    with house(tmp_path, services=True) as first:
        _write(*_started(first))
        postmaster, tree = first.pid("postgres"), first.tree()
        for pid in (first.process.pid, postmaster, first.pid("valkey")):
            os.kill(pid, signal.SIGKILL)
        first.wait()
        assert (tmp_path / "postgres" / "postmaster.pid").read_text().startswith(f"{postmaster}\n")
        with house(tmp_path, services=True) as second:
            database, broker = _started(second)
            assert _notes(database) == [("kept",)]
            assert _queue(broker) == [b"waiting"]
            assert all(stopped(tree))
            assert second.stop() == 0


def test_a_lock_file_that_names_an_unrelated_process_does_not_keep_postgres_from_starting(
    tmp_path: Path,
) -> None:
    with house(tmp_path, services=True) as first:
        database, _ = _started(first)
        os.kill(first.process.pid, signal.SIGKILL)
        first.wait()
        assert eventually(lambda: not _answers(database))
        lock = tmp_path / "postgres" / "postmaster.pid"
        assert eventually(lambda: not lock.exists())
    # Of the same account as Postgres, which takes no notice of the processes of others.
    account = choose_identity(program=program("postgres"), folder=tmp_path).owner[0]
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=account) as stranger:
        lock.write_text(f"{stranger.pid}\n{tmp_path}/postgres\n1\n5432\n{tmp_path}/run\n\n  1 1\nready   \n")
        with house(tmp_path, services=True) as second:
            _started(second)
            assert stranger.poll() is None
            assert second.stop() == 0
        stranger.communicate()
        assert stranger.returncode == 0


def test_a_killed_postgres_comes_back_with_its_data(tmp_path: Path) -> None:
    with house(tmp_path, services=True, policy=_QUICK) as running:
        database, broker = _started(running)
        _write(database, broker)
        before = running.pid("postgres")
        os.kill(before, signal.SIGKILL)
        assert running.wait_line("postgres").startswith(
            "postgres was ended by SIGKILL; starting it again in 0.1 s."
        )
        assert eventually(lambda: any(_is_new_postgres(row, before) for row in running.recorded()))
        assert eventually(lambda: is_ready(tmp_path / "postgres", running.pid("postgres")))
        assert _notes(database) == [("kept",)]
        assert running.stop() == 0


def _is_new_postgres(row: dict[str, object], before: int) -> bool:
    return row["name"] == "postgres" and row["pid"] != before


def test_a_killed_valkey_comes_back_with_its_queue(tmp_path: Path) -> None:
    with house(tmp_path, services=True, policy=_QUICK) as running:
        database, broker = _started(running)
        _write(database, broker)
        os.kill(running.pid("valkey"), signal.SIGKILL)
        running.wait_line("valkey was ended by SIGKILL; starting it again in 0.1 s.")
        assert eventually(lambda: _queue_or_none(broker) == [b"waiting"])
        assert running.stop() == 0


def _queue_or_none(broker: str) -> list[bytes] | None:
    try:
        return _queue(broker)
    except redis.RedisError:
        return None


@pytest.mark.parametrize(
    "name", ["a" * 120, 'it\'s a "folder", with spaces', "данные"], ids=["long", "quotes", "cyrillic"]
)
def test_any_path_will_do_for_a_data_folder(tmp_path: Path, name: str) -> None:
    with house(tmp_path / name, services=True) as running:
        database, broker = _started(running)
        assert broker.startswith(f"unix:///tmp/cardinal-{os.geteuid()}-")
        _write(database, broker)
        assert _notes(database) == [("kept",)]
        assert running.stop() == 0
    assert not Path(broker.removeprefix("unix://")).parent.parent.exists()


def test_nothing_listens_on_the_network(tmp_path: Path) -> None:
    with house(tmp_path, services=True) as running:
        _started(running)
        listening = [
            connection
            for pid in running.tree()
            for connection in psutil.Process(pid).net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening == []
        assert running.stop() == 0


def test_the_platform_is_no_superuser_of_its_database(tmp_path: Path) -> None:
    with house(tmp_path, services=True) as running:
        database, _ = _started(running)
        with psycopg.connect(database) as connection:
            row = connection.execute(
                "SELECT rolname, rolsuper, rolcreatedb, current_setting('fsync') "
                "FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
        assert row == ("cardinal", False, True, "on")
        assert running.stop() == 0


@pytest.fixture
def closed_folder(tmp_path: Path) -> Path:
    """A folder that only its owner may walk through, as /root is."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    return closed / "data"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
def test_root_drops_to_an_ordinary_account_even_in_a_closed_folder(closed_folder: Path) -> None:
    with house(closed_folder, services=True) as running:
        database, broker = _started(running)
        owners = {name: psutil.Process(running.pid(name)).uids().real for name in ("postgres", "valkey")}
        assert 0 not in owners.values()
        _write(database, broker)
        assert running.stop() == 0
    assert (closed_folder / "postgres").stat().st_uid == owners["postgres"]


def test_a_cluster_of_another_postgres_is_refused_in_one_line(tmp_path: Path) -> None:
    cluster = tmp_path / "postgres"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("15\n")
    with serving(tmp_path) as running:
        assert running.wait() == 1
    assert running.errors == (
        f"cardinal: {cluster} belongs to Postgres 15, and this is Postgres 18; dump it with the old version "
        "and load it into a new data folder, or set CARDINAL_DATA to another folder.\n"
    )
    assert not (tmp_path / "children.json").exists()


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with house(tmp_path, services=True) as running:
        database, _ = _started(running)
        assert _answers(database)
        assert running.stop() == 0
    assert not half.exists()


def test_a_request_to_stop_during_the_start_is_heeded(tmp_path: Path) -> None:
    with house(tmp_path, services=True) as running:
        assert eventually(lambda: (tmp_path / "logs").exists() and any(row for row in running.recorded()))
        tree = running.tree()
        assert running.stop() == 0
        assert not any(runs(pid) for pid in tree)
