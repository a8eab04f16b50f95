"""A small job of finetuning in a folder: seven discs, three of them held out."""

import json
from pathlib import Path
from typing import Any

from tests.ml.objects_folder import SIZE, write_index, write_object
from tests.ml.pictures import disc


def new_job(folder: Path, start: Path, **changes: Any) -> Path:
    """Write a job that starts from these weights; `changes` are of `job.json`. Return the folder."""
    rows = [
        write_object(folder, f"o{n}", disc(SIZE, centre=(40 + 3 * n, 48), radius=18 + n)) for n in range(7)
    ]
    write_index(folder / "train.csv", rows[:4])
    write_index(folder / "held_out.csv", rows[4:])
    job = {
        "format": 1,
        "start": str(start),
        "name": "cells-2",
        "seed": 5,
        "threads": 1,
        "steps": 4,
        **changes,
    }
    (folder / "job.json").write_text(json.dumps(job))
    return folder
