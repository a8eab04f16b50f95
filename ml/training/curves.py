"""The record of a run that people read: a table and a picture of it."""

import csv
import importlib.util
import io
from collections.abc import Sequence
from pathlib import Path

from ml.report import write_whole

TABLE, PICTURE = "curves.csv", "curves.png"
# What is drawn: a panel for each, with its columns and what they are called.
PANELS = (
    ("loss", {"loss": "training"}),
    ("mean IoU", {"iou": "training", "tune_iou": "tuning set"}),
    ("learning rate", {"rate": "new layers"}),
)

Line = dict[str, float]


def write_table(folder: Path, lines: Sequence[Line]) -> None:
    """Write the curves as a CSV, a line a record, columns in the order of their first appearance."""
    columns = list(dict.fromkeys(column for line in lines for column in line))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    write_whole(folder / TABLE, text.getvalue().encode())


def write_picture(folder: Path, lines: Sequence[Line]) -> None:
    """Draw the curves over the steps. Without matplotlib there is no picture; training goes on."""
    if not importlib.util.find_spec("matplotlib"):
        return
    # Not pyplot: it keeps figures of its own and asks for a display.
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(9, 9))
    # Margins by hand: finding them draws everything twice.
    figure.subplots_adjust(left=0.1, right=0.97, bottom=0.06, top=0.98, hspace=0.08)
    panels = figure.subplots(len(PANELS), 1, sharex=True)
    for panel, (title, columns) in zip(panels, PANELS, strict=True):
        for column, name in columns.items():
            shown = [line for line in lines if column in line]
            places, values = [line["step"] for line in shown], [line[column] for line in shown]
            panel.plot(places, values, "o-" if column.startswith("tune") else "-", markersize=4, label=name)
        panel.set_ylabel(title)
        panel.grid(alpha=0.3)
        panel.legend()
    panels[-1].set_xlabel("step")
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=100)
    write_whole(folder / PICTURE, content.getvalue())
