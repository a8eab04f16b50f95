"""What `serve` refuses, each in one clear line, and what it keeps in the data folder."""

import os
import shutil
import socket
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.folder import DataFolder, opened_data_folder
from cardinal.embedded.identity import same_identity
from cardinal.embedded.serve import opened_listener
from tests.cardinal.embedded.running import serving


def _refusal(data: Path, **env: str) -> str:
    """Start in vain. Returns the one line it says on standard error."""
    with serving(data, **env) as running:
        assert running.wait() == 1
        assert running.lines == []
    assert running.recorded() == []
    assert running.errors.startswith("cardinal: ")
    assert running.errors.count("\n") == 1
    return running.errors.removeprefix("cardinal: ").removesuffix("\n")


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert _refusal(tmp_path, CARDINAL_PORT=str(port)) == (
            f"Port {port} cannot be used (Address already in use); stop the program that holds it, "
            "or choose another one, for example CARDINAL_PORT=8123."
        )


@pytest.mark.parametrize("port", ["eighty", "65536", "-1", "8000.5"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    assert _refusal(tmp_path, CARDINAL_PORT=port) == (
        f"CARDINAL_PORT is {port!r}; set it to a whole number from 0 to 65535."
    )


def test_no_processes_for_clicks(tmp_path: Path) -> None:
    assert _refusal(tmp_path, CARDINAL_SEGMENT_PROCESSES="0") == (
        "CARDINAL_SEGMENT_PROCESSES is '0'; set it to a whole number from 1 to 64."
    )


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    assert _refusal(data) == (
        f"The data folder {data} cannot be used (Not a directory: {data}); "
        "make it writable for this user, or set CARDINAL_DATA to another folder."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    assert _refusal(data) == (
        f"The data folder {data} cannot be used (Permission denied: {data}/supervisor.lock); "
        "make it writable for this user, or set CARDINAL_DATA to another folder."
    )


def test_a_second_supervisor(tmp_path: Path) -> None:
    with opened_data_folder(tmp_path) as folder:
        folder.announce("http://127.0.0.1:8000")
        assert _refusal(tmp_path) == (
            f"Cardinal already runs with the data folder {tmp_path} (process {os.getpid()}, "
            "http://127.0.0.1:8000); use that one, stop it, or set CARDINAL_DATA to another folder."
        )


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=12_345_678))
    with pytest.raises(EmbeddedError) as refused, opened_data_folder(tmp_path):
        pytest.fail("it must not open")
    assert str(refused.value) == (
        f"Only 12 MB are free on the disk of {tmp_path}, and Cardinal needs 256 MB to start; "
        "free some space, or set CARDINAL_DATA to a folder on another disk."
    )


def test_the_folder_is_free_again_once_closed(tmp_path: Path) -> None:
    for _ in range(2):
        with opened_data_folder(tmp_path / "data") as folder:
            assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    key = folder.secret_key()
    assert len(key) >= 50
    assert folder.secret_key() == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_only_large_logs_are_moved_aside_and_three_are_kept(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.logs.mkdir()
    folder.log("small").write_text("short")
    for turn in "abcd":
        folder.log("web").write_bytes(turn.encode() * 5_000_001)
        folder.rotate_logs()
    kept = {path.name: path.read_bytes()[:1] for path in folder.logs.glob("web*")}
    assert kept == {"web.log.1": b"d", "web.log.2": b"c", "web.log.3": b"b"}
    assert folder.log("small").read_text() == "short"


def _long_folder(tmp_path: Path) -> DataFolder:
    root = tmp_path / ("a" * 120)
    root.mkdir()
    return DataFolder(root)


def test_sockets_of_a_long_path_lie_in_a_private_folder(tmp_path: Path) -> None:
    sockets = _long_folder(tmp_path).make_sockets(same_identity())
    assert len(str(sockets)) < 60
    assert [stat.S_IMODE(path.stat().st_mode) for path in (sockets.parent, sockets)] == [0o700, 0o700]
    shutil.rmtree(sockets.parent)


@pytest.mark.parametrize("prepared", ["link", "open"])
def test_a_socket_folder_that_somebody_else_prepared_is_refused(tmp_path: Path, prepared: str) -> None:
    folder = _long_folder(tmp_path)
    base = folder.make_sockets(same_identity()).parent
    shutil.rmtree(base)
    try:
        if prepared == "link":
            base.symlink_to(tmp_path)
        else:
            base.mkdir()
            base.chmod(0o755)
        with pytest.raises(EmbeddedError, match="is not a private folder of this user; remove it"):
            folder.make_sockets(same_identity())
    finally:
        if base.is_symlink():
            base.unlink()
        else:
            base.rmdir()


def test_connections_do_not_hold_answers_back() -> None:
    with opened_listener(0) as listener, socket.create_connection(listener.getsockname()) as client:
        accepted, _ = listener.accept()
        with accepted:
            assert client.getpeername() == listener.getsockname()
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
