"""Each way not to run Postgres as root, tried with a real Postgres."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from cardinal.embedded import identity as identities
from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.identity import (
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    Identity,
    child_setup,
    choose_identity,
    same_identity,
)
from cardinal.embedded.postgres import program
from cardinal.embedded.services import embedded_services

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes account")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="capabilities and namespaces are Linux's")
NOBODY = 65534
WAYS = {
    "search": Identity("account", NOBODY, NOBODY, CAP_DAC_READ_SEARCH),
    "override": Identity("account", NOBODY, NOBODY, CAP_DAC_OVERRIDE),
    "namespace": Identity("namespace", NOBODY, NOBODY),
    "plain": Identity("account", NOBODY, NOBODY),
}


def _works(way: Identity, folder: Path) -> bool:
    return identities._works(way, program=program("postgres"), folder=folder)


@only_linux
@only_root
@pytest.mark.parametrize("name", ["search", "override", "namespace"])
def test_postgres_runs_each_way(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not _works(WAYS[name], tmp_path):
        pytest.skip("this machine does not allow it")
    monkeypatch.setattr(identities, "_candidates", lambda: [WAYS[name]])
    with embedded_services() as (database_url, _), psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("cardinal",)


@only_root
def test_a_plain_change_of_account_is_refused_where_it_would_fail_later(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not _works(WAYS["plain"], closed)


@only_linux
@only_root
def test_the_account_keeps_one_capability_and_gains_none(tmp_path: Path) -> None:
    if not _works(WAYS["search"], tmp_path):
        pytest.skip("this machine does not allow it")
    done = subprocess.run(
        ["/bin/cat", "/proc/self/status"],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=child_setup(WAYS["search"], death_signal=signal.SIGKILL),
    )
    status = dict(line.split(":\t", 1) for line in done.stdout.splitlines() if ":\t" in line)
    one = f"{1 << CAP_DAC_READ_SEARCH:016x}"
    assert [status[name] for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")] == [one] * 4
    assert status["NoNewPrivs"] == "1"
    assert status["Uid"].split() == [str(NOBODY)] * 4
    assert status["Groups"].split() == []


@only_root
def test_root_with_no_way_left_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "_candidates", list)
    with pytest.raises(EmbeddedError) as refused:
        choose_identity(program=program("postgres"), folder=tmp_path)
    assert str(refused.value) == (
        "Postgres must not run as root, and this machine lets root change to no other account; "
        "run Cardinal as an ordinary user."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root always changes account")
def test_an_ordinary_user_stays_who_they_are(tmp_path: Path) -> None:
    assert choose_identity(program=program("postgres"), folder=tmp_path) == same_identity()
