"""`python -m ml ablate`: what each of the paper's choices gains, here and in the paper."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.ablate import CHANGES, SCORES_FILE, Row, Scored, ablated, compared, planned, run_folder, spread
from ml.commands.train import INTERRUPTED, wait_passively
from ml.progress import ProgressLine
from ml.report import write_whole

if TYPE_CHECKING:
    from ml.training.config import TrainConfig
    from ml.training.loop import Report

CONFIG = Path(__file__).parents[1] / "configs" / "ablation.toml"
TABLE = "table.md"
# The paper's first line, which cannot be rerun: there is no region-based network here.
REGION_BASED = {"name": "region_based", "change": "region-based to DeepLab", "paper": 3.9}
HEAD = ("change", "paper", "here", "95 % interval", "spread over seeds", "IoU from", "IoU to")
ROW_FIGURES = ("here", "low", "high", "spread", "iou_from", "iou_to")
NOTES = """\
Points of mean IoU on the tuning set at four exact clicks, each network at its best threshold. The interval is
a bootstrap over objects of the paired difference. The first line is not rerun: there is no region-based
network here.
"""

Figures = dict[str, Any]


def add_ablate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    command = commands.add_parser(
        "ablate",
        help="the paper's table 2 at a small size",
        description="Trains a small network over and over, one choice of the paper changed at a time, and "
        "compares on the tuning set. Started again with the same arguments, it goes on where it was ended.",
    )
    command.add_argument("--data", type=Path, required=True, help="folder of the configuration's index files")
    command.add_argument(
        "--out", type=Path, required=True, help="folder of the table and a folder for each run"
    )
    command.add_argument("--steps", type=_count, help="length of each run")
    command.add_argument("--seeds", type=_count, default=1, help="runs of each network")
    command.add_argument(
        "--only",
        nargs="+",
        choices=[change.name for change in CHANGES],
        metavar="NAME",
        help=f"compare these alone with the base: {', '.join(change.name for change in CHANGES)}",
    )
    command.add_argument("--config", type=Path, default=CONFIG, metavar="CONFIG.toml", help="another base")
    command.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    command.set_defaults(run=_ablate)


def _ablate(options: argparse.Namespace) -> int:
    # Imported here, as all that comes with torch: no other command waits for it.
    wait_passively()
    from ml.training.config import read_config  # noqa: PLC0415

    changes = [change for change in CHANGES if not options.only or change.name in options.only]
    base = read_config(options.config)
    if options.steps:
        schedule = base.schedule.model_copy(update={"steps": options.steps})
        base = base.model_copy(update={"schedule": schedule})
    runs = planned(base, changes, seeds=options.seeds)
    left = [run for run in runs if not (run_folder(options.out, *run) / SCORES_FILE).exists()]
    try:
        with ProgressLine(len(left) * base.schedule.steps) as line:
            scored = ablated(
                base,
                options.data,
                options.out,
                changes=changes,
                seeds=options.seeds,
                listener=_listener(line),
            )
    except KeyboardInterrupt:
        sys.stderr.write("\nTo go on, start it again.\n")
        return INTERRUPTED
    figures = _figures(base, [compared(change, scored) for change in changes], scored)
    table = _table(figures)
    write_whole(options.out / TABLE, table.encode())
    sys.stdout.write(f"{json.dumps(figures)}\n" if options.json else table)
    return 0


def _listener(line: ProgressLine) -> "Callable[[str, Report], None]":
    def listen(run: str, report: "Report") -> None:
        if report.validation:
            line.say(f"{run} is trained: loss {report.loss:.4f}")
        line.advance(f"{run}  loss {report.loss:.4f}  IoU {report.overlap:.4f}")

    return listen


def _figures(base: "TrainConfig", rows: Sequence[Row], scored: Mapping[str, Sequence[Scored]]) -> Figures:
    """Return everything measured, in IoU points, ready for JSON."""
    runs = {}
    for name, own in scored.items():
        means = np.array([100 * run.overlaps.mean() for run in own])
        runs[name] = {
            "mean_iou": _rounded(float(means.mean())),
            "spread": _rounded(spread(means)),
            "thresholds": [run.threshold for run in own],
        }
    first = next(iter(scored.values()))
    return {
        "architecture": base.network.architecture,
        "arguments": dict(base.network.arguments),
        "size": base.input.size,
        "steps": base.schedule.steps,
        "batch": base.schedule.batch,
        "seeds": [base.seed + index for index in range(len(first))],
        "objects": len(first[0].overlaps),
        "rows": [{**REGION_BASED, **dict.fromkeys(ROW_FIGURES)}, *map(_row, rows)],
        "runs": runs,
    }


def _row(row: Row) -> Figures:
    values = (row.gain, row.low, row.high, row.spread, row.before, row.after)
    named = {"name": row.change.name, "change": row.change.label, "paper": row.change.paper}
    return {**named, **dict(zip(ROW_FIGURES, map(_rounded, values), strict=True))}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _table(figures: Figures) -> str:
    """Return the figures as Markdown whose columns also line up in a terminal."""
    lines = [list(HEAD), *map(_cells, figures["rows"])]
    widths = [max(len(line[index]) for line in lines) for index in range(len(HEAD))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    rows = [[line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])] for line in lines]
    text = "".join(f"| {' | '.join(row)} |\n" for row in [rows[0], rule, *rows[1:]])
    return f"{_title(figures)}\n\n{text}\n{NOTES}"


def _title(figures: Figures) -> str:
    arguments = ", ".join(map(str, figures["arguments"].values()))
    seeds = ", ".join(map(str, figures["seeds"]))
    return (
        f"The paper's table 2, rerun with {figures['architecture']} ({arguments}) at {figures['size']} px, "
        f"{figures['steps']} steps of {figures['batch']} objects, seed {seeds}; {figures['objects']} objects."
    )


def _cells(row: Figures) -> list[str]:
    paper = f"{row['paper']:+.1f}"
    if row["here"] is None:
        return [row["change"], paper, "not rerun", *["-"] * 4]
    return [
        row["change"],
        paper,
        f"{row['here']:+z.1f}",
        f"{row['low']:+z.1f} to {row['high']:+z.1f}",
        "-" if row["spread"] is None else f"{row['spread']:.1f}",
        f"{row['iou_from']:.1f}",
        f"{row['iou_to']:.1f}",
    ]


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)
