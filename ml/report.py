"""What came of each object, as a table for a spreadsheet."""

import csv
import io
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from ml.evaluate import GOOD, VERY_GOOD, Outcome
from ml.metrics import clicks_needed
from ml.predictor import EXTREME_POINTS

HEAD = ("name", "model", "width", "height", "box_x", "box_y", "box_width", "box_height", "area")
TAIL = ("clicks_made", "clicks_to_85", "clicks_to_90", "box_error_percent", "score", "latency_ms", "refused")


def outcomes_as_csv(outcomes: Iterable[tuple[str, Outcome]], *, most_clicks: int) -> str:
    """Return a line for each model's name and outcome, after a line of column names.

    Pixels are those of the upright image. `iou_4` and on hold the overlap after so many clicks; an object
    that needed fewer keeps its last, and `clicks_made` says how many there were. A quality never reached is
    empty, and so is the score of a refused answer. `refused` is the code of the first refusal.
    """
    counts = range(EXTREME_POINTS, most_clicks + 1)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*HEAD, *(f"iou_{count}" for count in counts), *TAIL])
    for model, outcome in outcomes:
        height, width = outcome.size
        writer.writerow(
            [
                *(outcome.name, model, width, height, *outcome.box, outcome.area),
                *(f"{outcome.overlap_at(count):.5f}" for count in counts),
                EXTREME_POINTS + len(outcome.overlaps) - 1,
                *(clicks_needed(outcome.overlaps, quality, EXTREME_POINTS) for quality in (GOOD, VERY_GOOD)),
                f"{outcome.box_error:.4f}",
                "" if outcome.score is None else f"{outcome.score:.4f}",
                f"{outcome.latency_ms:.2f}",
                outcome.refused,
            ]
        )
    return text.getvalue()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that under its name there is the old content or all of the new, never a part."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with scratch.open("xb") as file:
            file.write(content)
        os.replace(scratch, path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
