import csv
import io
import stat
from pathlib import Path

import pytest

from ml.evaluate import Outcome
from ml.report import outcomes_as_csv, write_whole

GOOD = Outcome("a, b", (120, 160), (10, 5, 141, 106), 9000, [0.8, 0.875, 0.9375], 3.25, 0.75, 12.345, None)
LOST = Outcome("lost", (20, 30), (0, 1, 2, 3), 6, [0.0], 100.0, None, 1.5, "empty_mask")


def test_each_outcome_is_a_line_that_spreadsheets_read() -> None:
    text = outcomes_as_csv([("grabcut", GOOD), ("grabcut", LOST)], most_clicks=7)
    good, lost = csv.DictReader(io.StringIO(text))
    assert good == {
        "name": "a, b",
        "model": "grabcut",
        "width": "160",
        "height": "120",
        "box_x": "10",
        "box_y": "5",
        "box_width": "141",
        "box_height": "106",
        "area": "9000",
        "iou_4": "0.80000",
        "iou_5": "0.87500",
        "iou_6": "0.93750",
        "iou_7": "0.93750",
        "clicks_made": "6",
        "clicks_to_85": "5",
        "clicks_to_90": "6",
        "box_error_percent": "3.2500",
        "score": "0.7500",
        "latency_ms": "12.35",
        "refused": "",
    }
    assert (lost["iou_4"], lost["iou_7"], lost["clicks_made"]) == ("0.00000", "0.00000", "4")
    assert (lost["clicks_to_85"], lost["score"], lost["refused"]) == ("", "", "empty_mask")


def test_a_written_file_replaces_the_old_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    (taken / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="taken"):
        write_whole(taken, b"new")
    assert list(tmp_path.iterdir()) == [taken]
