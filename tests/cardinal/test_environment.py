"""Reading the environment: addresses of services, numbers, defaults."""

from pathlib import Path

import pytest

from cardinal.settings.environment import ROOT, Environment, EnvironmentInvalid, data_folder, default_services


def _environment(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Environment:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Environment()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://ana:pa%40ss@db.example:5433/labels", ("labels", "ana", "pa@ss", "db.example", "5433")),
        ("postgres://db/labels", ("labels", "", "", "db", "")),
        ("postgresql://ana@%2Fsrv%2FRun/labels", ("labels", "ana", "", "/srv/Run", "")),
        ("postgresql://ana@/labels?host=/srv/Run&port=6000", ("labels", "ana", "", "/srv/Run", "6000")),
        ("postgresql://ana:x@/%D0%BA", ("к", "ana", "x", "", "")),
    ],
)
def test_addresses_of_databases(url: str, expected: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    entry = _environment(monkeypatch, DATABASE_URL=url).database()
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert tuple(entry[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected


@pytest.mark.parametrize("url", ["", "mysql://x/y", "postgresql://host", "postgresql://host/", "host/name"])
def test_an_address_that_is_none_is_refused_by_name(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentInvalid, match=r"^DATABASE_URL "):
        _environment(monkeypatch, DATABASE_URL=url).database()


@pytest.mark.parametrize(
    ("url", "celery"),
    [
        ("redis://host:6379/0", "redis://host:6379/0"),
        ("rediss://:pw@host/1", "rediss://:pw@host/1"),
        ("unix:///run/v.sock", "redis+socket:///run/v.sock"),
    ],
)
def test_addresses_of_brokers(url: str, celery: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = _environment(monkeypatch, BROKER_URL=url)
    assert (environment.broker(), environment.celery_broker()) == (url, celery)


@pytest.mark.parametrize("url", ["", "amqp://host", "redis:host", "/run/v.sock"])
def test_another_broker_is_refused_by_name(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentInvalid, match=r"^BROKER_URL must be redis://"):
        _environment(monkeypatch, BROKER_URL=url).broker()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("CARDINAL_LEASE_SECONDS", "two", "CARDINAL_LEASE_SECONDS must be a number, not 'two'."),
        ("CARDINAL_LEASE_SECONDS", "0", "CARDINAL_LEASE_SECONDS must be at least 1, not 0."),
        ("CARDINAL_SEGMENT_DEADLINE_S", "26", "CARDINAL_SEGMENT_DEADLINE_S must be from 0.2 to 25, not 26."),
        ("CARDINAL_DECODED_CACHE_MB", "-1", "CARDINAL_DECODED_CACHE_MB must be at least 1, not -1."),
    ],
)
def test_numbers_out_of_bounds_are_refused_by_name(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EnvironmentInvalid) as refusal:
        _environment(monkeypatch, **{name: value})
    assert str(refusal.value) == message


def test_lists_and_switches(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = _environment(
        monkeypatch, CARDINAL_ALLOWED_HOSTS=" a.example, ,b.example,", CARDINAL_INSECURE_HTTP="yes"
    )
    assert environment.allowed_hosts == ["a.example", "b.example"]
    assert environment.insecure_http is False
    assert _environment(monkeypatch, CARDINAL_INSECURE_HTTP="1").insecure_http is True


def test_empty_values_are_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("CARDINAL_DATA", "CARDINAL_PREDICTOR", "CARDINAL_LEASE_SECONDS", "CARDINAL_LOG_LEVEL")
    environment = _environment(monkeypatch, **dict.fromkeys(names, ""))
    assert (environment.data, environment.predictor) == (ROOT / ".cardinal", "default")
    assert (environment.lease_seconds, environment.log_level) == (120, "INFO")


def test_the_data_folder_is_absolute_wherever_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARDINAL_DATA", "here")
    assert data_folder() == tmp_path / "here"


def test_given_addresses_win_over_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://own/db")
    monkeypatch.delenv("BROKER_URL")
    default_services(database_url="postgresql://default/db", broker_url="redis://default")
    environment = Environment()
    assert (environment.database_url, environment.broker_url) == ("postgresql://own/db", "redis://default")
