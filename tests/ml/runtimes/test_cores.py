import os
from pathlib import Path

import pytest

from ml.runtimes.cores import available_cores


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 2, 3, 5, 6, 7}, raising=False)
    return 6


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ("max 100000\n", 6),
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("50000 100000\n", 1),
        ("1600000 100000\n", 6),
        ("0 0\n", 6),
        ("", 6),
    ],
)
def test_a_containers_quota_counts_where_it_is_lower(
    tmp_path: Path, cores: int, quota: str, expected: int
) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    assert available_cores(file) == expected


def test_without_a_quota_the_cores_of_the_process_count(tmp_path: Path, cores: int) -> None:
    assert available_cores(tmp_path / "none") == cores


def test_where_no_process_is_tied_to_cores_all_of_the_machine_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 12)
    assert available_cores(tmp_path / "none") == 12
