"""Files from strangers, looked at by a real process: refused in words, run by nobody."""

import pickle
from pathlib import Path

import pytest

from labeling import weights_check
from labeling.weights_check import WeightsNotAdmitted, admit


class Hostile:
    """Unpickled, it writes a file beside."""

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return (exec, ("open('owned', 'w')",))


def refused(path: Path, content: bytes) -> WeightsNotAdmitted:
    path.write_bytes(content)
    with pytest.raises(WeightsNotAdmitted) as caught:
        admit(path)
    assert sorted(found.name for found in path.parent.iterdir()) == [path.name]
    return caught.value


def test_a_pickle_that_would_run_something_is_refused_and_nothing_runs(tmp_path: Path) -> None:
    error = refused(tmp_path / "upload.pth", pickle.dumps(Hostile()))
    assert error.code == "weights_refused"
    assert str(error) == "upload.pth is damaged or holds more than tensors. None of it was run."


@pytest.mark.parametrize("content", [b"", b"\xff" * 64, b"\x02\x00\x00\x00\x00\x00\x00\x00{}"])
def test_what_is_no_weights_file_is_refused_without_a_path_of_ours(tmp_path: Path, content: bytes) -> None:
    error = refused(tmp_path / "upload.safetensors", content)
    assert error.code == "weights_refused"
    assert str(error).startswith("upload.safetensors is no weights file")
    assert str(tmp_path) not in str(error)


def test_code_beside_the_file_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("open('owned', 'w')")
    path = tmp_path / "upload.safetensors"
    path.write_bytes(b"x")
    with pytest.raises(WeightsNotAdmitted, match="no weights file"):
        admit(path)
    assert not (tmp_path / "owned").exists()


def test_who_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights_check, "PATIENCE_S", 0.01)
    assert refused(tmp_path / "upload.pth", b"x").code == "check_killed"


def test_who_takes_more_memory_than_there_is_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights_check, "MOST_MEMORY", 2**20)
    assert refused(tmp_path / "upload.pth", b"x").code in {"check_killed", "check_failed"}
