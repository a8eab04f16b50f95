"""The note that spares a start the question whether the database is up to date."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cardinal.embedded import prepared
from cardinal.embedded.prepared import Prepared
from cardinal.embedded.services import embedded_services


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A database with two applied migrations."""
    with embedded_services() as (database_url, _):
        with psycopg.connect(database_url) as connection:
            connection.execute(
                "CREATE TABLE django_migrations (id int, app text, name text, applied timestamptz)"
            )
            connection.execute(
                "INSERT INTO django_migrations VALUES (1, 'a', '0001', now()), (2, 'b', '0001', now())"
            )
        yield database_url


def _note(folder: Path, database_url: str) -> Prepared:
    return Prepared(folder / "prepared", database_url=database_url)


def test_it_holds_once_remembered(tmp_path: Path, database: str) -> None:
    assert not _note(tmp_path, database).holds()
    _note(tmp_path, database).remember()
    assert _note(tmp_path, database).holds()


def test_it_fails_after_another_migration(tmp_path: Path, database: str) -> None:
    _note(tmp_path, database).remember()
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO django_migrations VALUES (3, 'b', '0002', now())")
    assert not _note(tmp_path, database).holds()


def test_it_fails_for_a_database_made_anew(tmp_path: Path, database: str) -> None:
    _note(tmp_path, database).remember()
    with embedded_services() as (other, _):
        assert not _note(tmp_path, other).holds()
        _note(tmp_path, other).remember()
        assert not _note(tmp_path, other).holds()
    assert _note(tmp_path, database).holds()


def test_it_fails_after_a_change_of_the_code(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations = tmp_path / "labeling" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "0001_initial.py").write_text("first = 1\n")
    monkeypatch.setattr(prepared, "_ROOT", tmp_path)
    _note(tmp_path, database).remember()
    assert _note(tmp_path, database).holds()
    (migrations / "0002_more.py").write_text("second = 2\n")
    assert not _note(tmp_path, database).holds()


def test_it_fails_after_a_change_of_a_dependency(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "_installed", lambda: iter(["django-5.2.1.dist-info"]))
    _note(tmp_path, database).remember()
    monkeypatch.setattr(prepared, "_installed", lambda: iter(["django-5.2.2.dist-info"]))
    assert not _note(tmp_path, database).holds()
