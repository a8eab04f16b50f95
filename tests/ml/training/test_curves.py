from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.training.curves import write_picture, write_table

LINES = [
    {"step": 20, "loss": 0.5, "iou": 0.75, "rate": 0.001},
    {"step": 40, "loss": 0.25, "iou": 0.875, "rate": 0.0005, "tune_iou": 0.8125},
]


def test_the_table_has_a_line_a_record_and_no_figure_that_was_not_taken(tmp_path: Path) -> None:
    write_table(tmp_path, LINES)
    assert (tmp_path / "curves.csv").read_text() == (
        "step,loss,iou,rate,tune_iou\n20,0.5,0.75,0.001,\n40,0.25,0.875,0.0005,0.8125\n"
    )


def test_the_picture_shows_the_curves_and_is_renewed_whole(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    drawn = []
    for lines in (LINES[:1], LINES):
        write_picture(tmp_path, lines)
        with Image.open(tmp_path / "curves.png") as picture:
            drawn.append(np.array(picture.convert("RGB")))
    assert drawn[0].shape == drawn[1].shape == (900, 900, 3)
    assert (drawn[0] != drawn[1]).any()
    assert [path.name for path in tmp_path.iterdir()] == ["curves.png"]


def test_a_run_without_records_yet_has_an_empty_table_and_picture(tmp_path: Path) -> None:
    write_table(tmp_path, [])
    write_picture(tmp_path, [])
    assert (tmp_path / "curves.csv").read_text() == "\n"
